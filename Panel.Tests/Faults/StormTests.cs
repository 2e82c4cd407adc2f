using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Servers;
using Panel.Kube.Client;
using Panel.Kube.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Faults;

/// <summary>The way to the cluster does harm for a while, as servers are made, stopped and started: afterwards each is as it is wanted, once.</summary>
[Trait("Lane", "cluster")]
public sealed class StormTests(Cluster cluster)
{
    static readonly TimeSpan Storm = TimeSpan.FromSeconds(6), Calm = TimeSpan.FromSeconds(60);

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    const string Expired = """{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"too old resource version","reason":"Expired","code":410}""";

    [Theory]
    [InlineData("reset in the midst of a watch")]
    [InlineData("half a frame")]
    [InlineData("410 to every watch")]
    [InlineData("429 to most calls")]
    [InlineData("500 to half of the calls")]
    [InlineData("a stream that falls silent")]
    [InlineData("two seconds a call")]
    [InlineData("nothing gets through")]
    public async Task Storm_passes_and_every_server_is_as_wanted(string storm)
    {
        await using var space = await cluster.OpenAsync(watching: false);
        await using var proxy = await FaultProxy.StartAsync(space.Kubeconfig);
        await using var app = new PanelApp().With("Panel:Cluster:Mode", "Kubernetes").With("Panel:Cluster:Kubeconfig", proxy.Kubeconfig).With("Panel:Cluster:Namespace", space.Space)
            .With("Panel:Cluster:ToolsImage", "panel/tools:1").With("Panel:Cluster:WatchSilenceSeconds", "5");
        var panel = app.Services;
        var me = new Actor((await panel.GetRequiredService<AccountQueries>().ListAsync(new("", "test", PanelPermissions.All, null), Stop)).Single().Id, PanelApp.AdminEmail, PanelPermissions.All, null);
        var calm = await CreateAsync("Calm");
        var stopped = await CreateAsync("Stopped");
        await UntilAsync(calm, ServerPhase.Running);
        await UntilAsync(stopped, ServerPhase.Running);
        var pod = panel.GetRequiredService<ObservedServers>().Find(calm)!.Pod!;

        proxy.Harm = Harm(storm);
        var before = proxy.Asked;
        await panel.GetRequiredService<ChangePower>().RunAsync(me, stopped, PowerAction.Stop, Stop);
        var born = await CreateAsync("Born in the storm");
        if (storm == "nothing gets through") await Deadline.UntilAsync("the trouble is told", () => panel.GetRequiredService<ObservedCluster>().Problem is { Length: > 0 });
        await Task.Delay(Storm, Stop);
        // who is refused comes back with longer and longer pauses; the bound is generous, a hot loop makes thousands
        Assert.InRange(proxy.Asked - before, 1, 400);
        proxy.Harm = _ => null;

        await UntilAsync(born, ServerPhase.Running);
        await UntilAsync(stopped, ServerPhase.Offline);
        await UntilAsync(calm, ServerPhase.Running);
        await Deadline.UntilAsync("the trouble is over", () => panel.GetRequiredService<ObservedCluster>() is { Connected: true, Problem: null }, Calm);
        // nobody threw the players of the calm one out, and nothing is there twice
        var now = panel.GetRequiredService<ObservedServers>().Find(calm)!.Pod!;
        Assert.Equal((pod.Uid, pod.Restarts), (now.Uid, now.Restarts));
        var sets = await AllAsync(Kinds.StatefulSets);
        Assert.Equal([0, 1, 1], sets.Select(set => set.Spec.Replicas ?? 1).Order());
        Assert.Equal(2, (await AllAsync(Kinds.Pods)).Count(pod => pod.Metadata is { DeletionTimestamp: null, Labels: { } labels } && labels[ServerObjects.ComponentLabel] == ServerObjects.Server));

        Task<ServerId> CreateAsync(string name) => panel.GetRequiredService<CreateServer>().RunAsync(me, new() { Name = name, Template = "demo", Plan = "tiny", Start = true }, Stop);

        Task UntilAsync(ServerId id, ServerPhase phase) => Deadline.UntilAsync($"{storm}: {phase}",
            async () => (await panel.GetRequiredService<ServerQueries>().FindAsync(me, id, Stop)).Row.Phase == phase, Calm);

        async Task<List<T>> AllAsync<T>(Kind<T> kind) where T : Panel.Kube.Wire.KubeObject
        {
            var all = new List<T>();
            await foreach (var page in space.Client.PagesAsync(kind, space.Space, default, Stop)) all.AddRange(page.Items);
            return all;
        }
    }

    static Func<HttpRequest, Fault?> Harm(string storm)
    {
        var calls = 0;
        return request =>
        {
            var call = Interlocked.Increment(ref calls);
            var watch = request.Query.ContainsKey("watch");
            return storm switch
            {
                "reset in the midst of a watch" => watch ? new(CutAfter: 2_000 + (call % 7 * 500)) : null,
                "half a frame" => watch ? new(CutAfter: 37 * (1 + (call % 50))) : null,
                "410 to every watch" => watch ? new(Code: 410, Body: Expired) : null,
                // priority and fairness answers in plain text
                "429 to most calls" => call % 10 < 7 ? new(Code: 429, Body: "Too many requests, please try again later.", RetryAfter: 1) : null,
                "500 to half of the calls" => call % 2 == 0 ? new(Code: 500, Body: "internal") : null,
                "a stream that falls silent" => watch ? new(StallAfter: 0) : null,
                "two seconds a call" => new(Wait: TimeSpan.FromSeconds(2)),
                _ => new(Reset: true),
            };
        };
    }
}
