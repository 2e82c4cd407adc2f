using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Servers;
using Panel.Kube.Client;
using Panel.Kube.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Faults;

/// <summary>The database is gone, the cluster is not.</summary>
[Trait("Lane", "cluster")]
public sealed class LostDatabaseTests
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Servers_are_adopted_from_the_cluster_and_run_on_undisturbed()
    {
        await using var panel = new PanelProcess().With("Panel:Admin:Email", PanelApp.AdminEmail).With("Panel:Admin:Password", PanelApp.AdminPassword);
        Server running, resting;
        await using (var services = await OpenAsync(panel))
        {
            var (actor, create) = (await AdministratorAsync(services), services.GetRequiredService<CreateServer>());
            var first = await create.RunAsync(actor, new() { Name = "Runs on 🎮", Template = "demo", Plan = "tiny", Start = true, Variables = new() { ["MOTD"] = "It's \"ours\"" } }, Stop);
            var second = await create.RunAsync(actor, new() { Name = "Rests", Description = "later", Template = "demo", Plan = "small", Start = false }, Stop);
            (running, resting) = (await RowAsync(services, first), await RowAsync(services, second));
        }
        await panel.StartAsync();
        await using var space = new ClusterSpace(Path.Combine(panel.DataDirectory, "cluster", "kubeconfig"), "", ("Panel:Cluster:Namespace", "game-servers"));
        await Deadline.UntilAsync("one runs and the other rests", async () => await SetAsync(space, resting) is not null && await PodAsync(space, running) is { Ready: true }, TimeSpan.FromSeconds(60));
        var pod = await PodAsync(space, running);

        await panel.KillAsync();
        foreach (var file in Directory.EnumerateFiles(panel.DataDirectory, "*.db*")) File.Delete(file);
        await panel.With("Panel:Admin:Email", "somebody-else@example.org").StartAsync();
        var (code, output) = await panel.RunAsync("admin", "adopt");
        Assert.True(code == 0, output);
        Assert.Contains("2 adopted, 0 left alone", output, StringComparison.Ordinal);
        Assert.Contains($"made account  {PanelApp.AdminEmail}", output, StringComparison.Ordinal);

        await panel.KillAsync();
        await panel.StartAsync();   // a start looks after every server
        await using (var services = await OpenAsync(panel))
        {
            foreach (var was in (Server[])[running, resting])
            {
                var now = await RowAsync(services, was.Id);
                Assert.Equal((was.Name, was.Description, was.ObjectName, was.OwnerId, was.Plan, was.Template, was.Image, was.Intent, was.Starts),
                    (now.Name, now.Description, now.ObjectName, now.OwnerId, now.Plan, now.Template, now.Image, now.Intent, now.Starts));
                Assert.Equal(was.Variables.OrderBy(pair => pair.Key, StringComparer.Ordinal), now.Variables.OrderBy(pair => pair.Key, StringComparer.Ordinal));
                Assert.Equal(was.Allocations.Single().Port, now.Allocations.Single().Port);
            }
        }
        await space.WatchAsync();
        var seen = await space.SeenAsync(running.Id, "the pod and its set", seen => seen is { Pod.Ready: true });
        Assert.Equal(seen!.TemplateHash, seen.Pod!.TemplateHash);   // nothing says that a restart is due
        await Task.Delay(2000, Stop);
        Assert.Equal(pod, await PodAsync(space, running));
        Assert.Equal(0, (await SetAsync(space, resting))!.Spec.Replicas);
    }

    sealed record PodState(string? Uid, int Restarts, bool Ready);

    static async Task<PodState?> PodAsync(ClusterSpace space, Server server)
    {
        try
        {
            var status = await space.Client.FindAsync(Kinds.Pods, space.Space, ServerObjects.Pod(server.ObjectName), Stop);
            return status?.Status?.ContainerStatuses is [{ } game, ..] ? new(status.Metadata.Uid, game.RestartCount, game.Ready) : null;
        }
        catch (Exception starting) when (starting is HttpRequestException or KubeConfigException)
        {
            return null;
        }
    }

    static async Task<Panel.Kube.Wire.StatefulSet?> SetAsync(ClusterSpace space, Server server)
    {
        try
        {
            return await space.Client.FindAsync(Kinds.StatefulSets, space.Space, server.ObjectName, Stop);
        }
        catch (Exception starting) when (starting is HttpRequestException or KubeConfigException)
        {
            return null;
        }
    }

    /// <summary>The domain on the panel's own database.</summary>
    static async Task<ServiceProvider> OpenAsync(PanelProcess panel)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(panel.Settings.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)))
            .AddInMemoryCollection([KeyValuePair.Create("Panel:DataDirectory", (string?)panel.DataDirectory)]).Build();
        var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddLogging().AddCore(configuration).BuildServiceProvider();
        await CoreSetup.PrepareAsync(services, Stop);
        return services;
    }

    static async Task<Actor> AdministratorAsync(ServiceProvider services)
    {
        await using var db = await services.GetRequiredService<IDbContextFactory<PanelDb>>().CreateDbContextAsync(Stop);
        var account = await db.Set<Account>().SingleAsync(Stop);
        return new(account.Id, account.UserName!, PanelPermissions.All, Address: null);
    }

    static async Task<Server> RowAsync(ServiceProvider services, ServerId id)
    {
        await using var db = await services.GetRequiredService<IDbContextFactory<PanelDb>>().CreateDbContextAsync(Stop);
        return await db.Servers.AsNoTracking().Include(server => server.Allocations).SingleAsync(server => server.Id == id, Stop);
    }
}
