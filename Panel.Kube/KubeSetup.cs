using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Panel.Core.Console;
using Panel.Core.Console.Input;
using Panel.Core.Files;
using Panel.Core.Servers;
using Panel.Kube.Access;
using Panel.Kube.Client;
using Panel.Kube.Console;
using Panel.Kube.Files;
using Panel.Kube.Replicas;
using Panel.Kube.Servers;

namespace Panel.Kube;

/// <summary>Registers the adapter of Kubernetes.</summary>
public static class KubeSetup
{
    /// <summary>Gives Core's ports their implementation and registers what the host runs: <see cref="ServerWatch"/>, <see cref="FilesPod"/> and <see cref="LeaseElection"/>.</summary>
    public static IServiceCollection AddKube(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptionsWithValidateOnStart<KubeOptions, KubeOptionsValidator>().BindConfiguration(KubeOptions.Section);
        services.AddSingleton<KubeConnection>().AddSingleton<KubeClient>();
        services.AddSingleton<ServerCaches>().AddSingleton<ServerNamespace>().AddSingleton<ServerProtection>().AddSingleton<KubeServers>().AddSingleton<IServerCluster>(all => all.GetRequiredService<KubeServers>())
            .AddSingleton<IServerRecords, ServerRecords>().AddSingleton<IClusterMachines, KubeMachines>();
        services.AddSingleton<InstallPods>().AddSingleton<ServerPublisher>().AddSingleton<TrafficMeter>().AddSingleton<UsageMeter>().AddSingleton<ProgramWatch>();
        services.AddSingleton(all => new ServerWatch(all.GetRequiredService<ServerCaches>(), all.GetRequiredService<ServerPublisher>(), all.GetRequiredService<UsageMeter>(), all.GetRequiredService<TrafficMeter>(), all.GetRequiredService<ProgramWatch>()));
        services.AddSingleton<IConsoleSource, KubeConsole>().AddSingleton<IServerReach, KubeReach>();
        services.AddSingleton<FilesPod>().AddSingleton<FilesRunner>().AddSingleton<IServerFiles, KubeFiles>().AddSingleton<IUploadParts, KubeUploads>().AddSingleton<IServerArchives, KubeArchives>().AddSingleton<IServerTools, KubeTools>();
        services.AddSingleton<LeaseElection>().AddSingleton<PermissionCheck>();
        return services;
    }
}

[OptionsValidator]
sealed partial class KubeOptionsValidator : IValidateOptions<KubeOptions>;
