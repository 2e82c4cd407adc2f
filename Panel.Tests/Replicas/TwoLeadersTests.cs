using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Reconciling;
using Panel.Core.Servers;
using Panel.Kube.Client;
using Panel.Kube.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Replicas;

/// <summary>Two panels that both believe they lead make passes over the same servers at the same time.</summary>
[Trait("Lane", "postgres")]
public sealed class TwoLeadersTests(Cluster cluster)
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_that_believe_to_lead_do_everything_once()
    {
        await using var database = await PostgresDatabase.CreateAsync();
        await using var space = await cluster.OpenAsync(watching: false);
        var (first, last) = FreePort.NextRange();
        await using var one = Replica();
        await using var two = Replica();
        var admin = new Actor((await one.Services.GetRequiredService<AccountQueries>().ListAsync(new("", "test", PanelPermissions.All, null), Stop)).Single().Id, PanelApp.AdminEmail, PanelPermissions.All, null);
        IServiceProvider[] panels = [one.Services, two.Services];
        var calm = await CreateAsync(panels[0], "Calm");
        await UntilAsync(calm, ServerPhase.Running);
        var before = panels[0].GetRequiredService<ObservedServers>().Find(calm)!.Pod!;

        using var quarrel = new CancellationTokenSource();
        var made = new ConcurrentQueue<ServerId>();
        var both = QuarrelAsync(quarrel.Token);
        for (var i = 0; i < 4; i++) made.Enqueue(await CreateAsync(panels[i % 2], $"Server {i}"));
        foreach (var id in made) await UntilAsync(id, ServerPhase.Running);
        await panels[0].GetRequiredService<ChangePower>().RunAsync(admin, made.ElementAt(0), PowerAction.Stop, Stop);
        await panels[1].GetRequiredService<ChangePower>().RunAsync(admin, made.ElementAt(1), PowerAction.Restart, Stop);
        await panels[1].GetRequiredService<DeleteServer>().RunAsync(admin, made.ElementAt(2), "Server 2", Stop);
        await UntilAsync(made.ElementAt(0), ServerPhase.Offline);
        await Deadline.UntilAsync("one is gone", async () => (await panels[0].GetRequiredService<ServerQueries>().ListAsync(admin, Stop)).Count == 4);
        await UntilAsync(made.ElementAt(1), ServerPhase.Running);
        await quarrel.CancelAsync();
        await both;

        var now = panels[0].GetRequiredService<ObservedServers>().Find(calm)!.Pod!;
        Assert.Equal((before.Uid, before.Restarts), (now.Uid, now.Restarts));
        var pods = new List<Panel.Kube.Wire.Pod>();
        await foreach (var page in space.Client.PagesAsync(Kinds.Pods, space.Space, new($"{ServerObjects.ComponentLabel}={ServerObjects.Server}"), Stop)) pods.AddRange(page.Items);
        Assert.Equal(3, pods.Count(pod => pod.Metadata.DeletionTimestamp is null));
        Assert.All(pods, pod => Assert.Equal(0, pod.Status!.ContainerStatuses![0].RestartCount));

        PanelApp Replica() => new PanelApp()
            .With("Panel:Database:Provider", "Postgres").With("ConnectionStrings:Panel", database.ConnectionString).With("Panel:Ports:First", $"{first}").With("Panel:Ports:Last", $"{last}")
            .With("Panel:Cluster:Mode", "Kubernetes").With("Panel:Cluster:Kubeconfig", space.Kubeconfig).With("Panel:Cluster:Namespace", space.Space).With("Panel:Cluster:ToolsImage", "panel/tools:1");

        Task<ServerId> CreateAsync(IServiceProvider panel, string name) => panel.GetRequiredService<CreateServer>().RunAsync(admin, new() { Name = name, Template = "demo", Plan = "tiny", Start = true }, Stop);

        // both must come to show it, whoever did it
        async Task UntilAsync(ServerId id, ServerPhase phase)
        {
            foreach (var panel in panels)
                await Deadline.UntilAsync($"{phase}", async () => (await panel.GetRequiredService<ServerQueries>().FindAsync(admin, id, Stop)).Row.Phase == phase, TimeSpan.FromSeconds(60));
        }

        // each election closes the gate again as soon as it looks
        async Task QuarrelAsync(CancellationToken cancellation)
        {
            while (!cancellation.IsCancellationRequested)
            {
                foreach (var panel in panels)
                {
                    panel.GetRequiredService<LeaderGate>().Open();
                    foreach (var id in made) panel.GetRequiredService<WorkQueue<ServerId>>().Add(id);
                }
                await Task.Delay(50, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
