using Panel.Kube;
using Panel.Kube.Replicas;
using Panel.LocalCluster;
using Panel.Web.Metrics;

namespace Panel.Web.Hosting;

/// <summary>Registers the loops; those that are named first start first and stop last.</summary>
public static class HostingSetup
{
    /// <summary>Adds the cluster of this machine unless the panel uses another one, and the loops that keep servers as they are wanted.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="configuration">Says which cluster; it is told where the kubeconfig of the local one will lie.</param>
    /// <param name="data">The data directory.</param>
    public static IServiceCollection AddHosting(this IServiceCollection services, IConfigurationManager configuration, string data)
    {
        var own = configuration.GetValue($"{KubeOptions.Section}:{nameof(KubeOptions.Mode)}", ClusterMode.Local) is ClusterMode.Local;
        services.Configure<HostOptions>(host =>
        {
            host.ShutdownTimeout = TimeSpan.FromSeconds(own ? 90 : 20);   // servers of this machine save before they end
            host.ServicesStopConcurrently = false;
        });
        services.AddSingleton<Farewell>();
        services.AddSingleton<Preparation>().AddHostedService(all => all.GetRequiredService<Preparation>());
        var local = new LocalClusterState();
        services.AddSingleton(local);
        if (own)
        {
            var folder = configuration[$"{LocalClusterOptions.Section}:{nameof(LocalClusterOptions.DataDirectory)}"] ??= Path.Combine(data, "cluster");
            configuration[$"{KubeOptions.Section}:{nameof(KubeOptions.Kubeconfig)}"] = Path.Combine(folder, "kubeconfig");
            services.AddOptions<LocalClusterOptions>().BindConfiguration(LocalClusterOptions.Section).ValidateDataAnnotations()
                .Configure<IHostEnvironment>((cluster, panel) => cluster.Private.AddRange([data, .. SettingsIn(panel.ContentRootPath), .. SettingsIn(AppContext.BaseDirectory)]));
            services.AddHostedService<LocalCluster>();
        }
        else
        {
            local.NotUsed();
        }
        services.AddSingleton(ReplicaName.Of(data));
        return services.AddHostedService<Leadership>().AddHostedService<Notices>().AddHostedService<Permissions>().AddHostedService<Watches>().AddHostedService<ConsoleHistoryKeeping>().AddHostedService<ConsoleFollower>().AddHostedService<Resyncing>().AddHostedService<FilesReaper>().AddHostedService<AuditKeeping>().AddHostedService<UsageKeeping>().AddHostedService<StartTiming>().AddHostedService<Countdowns>().AddHostedService<MailSender>().AddHostedService<AccountSweep>().AddHostedService<ServerReconciler>();
    }

    /// <summary>Lets requests that come while the panel starts wait until the database is ready.</summary>
    public static void UsePreparation(this WebApplication app)
    {
        var preparation = app.Services.GetRequiredService<Preparation>();
        app.Use(async (context, next) =>
        {
            // who asks whether it is ready wants to hear that it is not
            if (!preparation.Done.IsCompleted && context.Request.Path.Value is not ("/healthz" or "/readyz" or MetricsEndpoint.Path)) await preparation.Done.WaitAsync(context.RequestAborted);
            await next(context);
        });
    }

    // a panel that is installed under /usr lies where every pod may read
    static IEnumerable<string> SettingsIn(string folder) => Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "appsettings*.json") : [];
}
