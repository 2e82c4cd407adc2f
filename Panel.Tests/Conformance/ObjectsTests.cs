using System.Net;
using System.Text;
using Panel.Core.Errors;
using Panel.Core.Servers;
using Panel.Kube.Client;
using Panel.Kube.Servers;
using Panel.Tests.Kube.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Conformance;

[Trait("Lane", "cluster")]
public sealed class ObjectsTests(ConformanceSpace conformance) : IClassFixture<ConformanceSpace>
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    ClusterSpace Space => conformance.Space;

    [Fact]
    public async Task Apply_repeated_changes_nothing_and_what_is_dropped_goes()
    {
        var spec = await conformance.MakeAsync(TestSpecs.Echo);
        var first = (await Space.Client.FindAsync(Kinds.StatefulSets, Space.Space, spec.ObjectName, Stop))!;
        Assert.Equal(0, first.Spec.Replicas);
        Assert.Equal(spec.Environment["GREETING"], first.Spec.Template.Spec.Containers[0].Env!.Single(variable => variable.Name == "GREETING").Value!.Replace("$$", "$", StringComparison.Ordinal));

        // another panel, which does not know what this one applied
        await using var other = await conformance.OpenAsync(watching: false, ("Panel:Cluster:Namespace", Space.Space));
        await other.Servers.ApplyAsync(spec, Stop);
        Assert.Equal(first.Metadata.Generation, (await Space.Client.FindAsync(Kinds.StatefulSets, Space.Space, spec.ObjectName, Stop))!.Metadata.Generation);

        await other.Servers.ApplyAsync(spec with { Environment = new Dictionary<string, string>() }, Stop);
        var second = (await Space.Client.FindAsync(Kinds.StatefulSets, Space.Space, spec.ObjectName, Stop))!;
        Assert.DoesNotContain("GREETING", second.Spec.Template.Spec.Containers[0].Env!.Select(variable => variable.Name));
        Assert.NotEqual(first.Metadata.Generation, second.Metadata.Generation);
    }

    [Fact]
    public async Task Scale_belongs_to_itself_and_a_resting_server_keeps_its_volume()
    {
        var spec = await conformance.RunAsync(TestSpecs.Echo);
        var pod = Space.Observed.Find(spec.Id)!.Pod!;
        await Space.Servers.ApplyAsync(spec with { Starts = 2, MemoryMiB = 300 }, Stop);
        await Space.SeenAsync(spec.Id, "the new template", seen => seen?.TemplateHash != pod.TemplateHash);
        Assert.Equal((1, pod.Uid), (Space.Observed.Find(spec.Id)!.Replicas, Space.Observed.Find(spec.Id)!.Pod!.Uid));

        await Space.Servers.ScaleAsync(spec.ObjectName, 0, Stop);
        await Space.SeenAsync(spec.Id, "no pod", seen => seen is { Replicas: 0, Pod: null }, ConformanceSpace.Long);
        await Space.Servers.ApplyAsync(spec with { Starts = 3 }, Stop);
        Assert.Equal(0, (await Space.Client.FindAsync(Kinds.StatefulSets, Space.Space, spec.ObjectName, Stop))!.Spec.Replicas);
        Assert.NotNull(await Space.Client.FindAsync(Kinds.Claims, Space.Space, ServerObjects.Claim(spec.ObjectName), Stop));
    }

    [Fact]
    public async Task Change_of_an_older_version_is_a_conflict()
    {
        var spec = await conformance.MakeAsync(TestSpecs.Echo);
        var secret = ServerObjects.Secret(spec.ObjectName);
        var before = (await Space.Client.FindAsync(Kinds.Secrets, Space.Space, secret, Stop))!.Metadata.ResourceVersion;
        byte[] Change(string value) => Encoding.UTF8.GetBytes($$"""{"metadata": {"resourceVersion": "{{before}}", "annotations": {"x": "{{value}}"} } }""");
        await Space.Client.MergeAsync(Kinds.Secrets, Space.Space, secret, null, Change("1"), Stop);
        var late = await Assert.ThrowsAsync<KubeException>(() => Space.Client.MergeAsync(Kinds.Secrets, Space.Space, secret, null, Change("2"), Stop));
        Assert.Equal((HttpStatusCode.Conflict, "Conflict"), (late.Code, late.Reason));

        var again = await Assert.ThrowsAsync<KubeException>(() => Space.Client.CreateAsync(Kinds.Secrets, Space.Space, new() { Metadata = new() { Name = secret } }, Stop));
        Assert.Equal((HttpStatusCode.Conflict, "AlreadyExists"), (again.Code, again.Reason));
    }

    [Fact]
    public async Task Server_has_a_network_policy_where_the_cluster_has_them()
    {
        await conformance.NeedAsync(Kinds.NetworkPolicies);
        var spec = await conformance.MakeAsync(TestSpecs.Echo, spec => spec with { Ports = [new("game", 30111, "UDP"), new("rcon", 30112, "TCP", Internal: true)] });
        var policy = (await Space.Client.FindAsync(Kinds.NetworkPolicies, Space.Space, spec.ObjectName, Stop))!;
        Assert.Equal([30111, 30112], policy.Spec.Ingress!.Select(rule => rule.Ports!.Single().Port!.Value.Number));
        Assert.Null(policy.Spec.Ingress![0].From);
        Assert.NotNull(policy.Spec.Ingress[1].From);
        Assert.Equal([30111], (await Space.Client.FindAsync(Kinds.Services, Space.Space, spec.ObjectName, Stop))!.Spec.Ports!.Select(port => port.Port));
    }

    [Fact]
    public async Task Server_has_a_disruption_budget_where_the_cluster_has_them()
    {
        var kind = await Space.Client.ServesAsync(Kinds.DisruptionBudgets, Stop) ? Kinds.DisruptionBudgets : Kinds.OldDisruptionBudgets;
        await conformance.NeedAsync(kind);
        var spec = await conformance.MakeAsync(TestSpecs.Echo);
        Assert.Equal(1, (await Space.Client.FindAsync(kind, Space.Space, spec.ObjectName, Stop))!.Spec.MinAvailable!.Value.Number);
    }

    [Fact]
    public async Task What_the_cluster_lacks_is_told_once_and_keeps_no_server_from_being_made()
    {
        await conformance.MakeAsync(TestSpecs.Echo);
        await conformance.MakeAsync(TestSpecs.Echo);
        var lacking = await Space.Client.ServesAsync(Kinds.DisruptionBudgets, Stop) || await Space.Client.ServesAsync(Kinds.OldDisruptionBudgets, Stop) ? 0 : 1;
        var notices = Space.Get<ObservedCluster>().Notices;
        Assert.Equal(lacking, notices.Count(notice => notice.Contains("poddisruptionbudgets", StringComparison.Ordinal)));
        Assert.All(notices, notice => Assert.Contains(conformance.Version, notice, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Node_port_is_the_number_that_people_are_told_or_is_refused_in_words()
    {
        await using var nodes = await conformance.OpenAsync(watching: false, ("Panel:Cluster:ServiceType", "NodePort"));
        var number = Random.Shared.Next(30200, 32700);
        var spec = TestSpecs.Of(TestSpecs.Echo) with { Ports = [new("game", number, "TCP")] };
        await nodes.Servers.ApplyAsync(spec, Stop);
        var service = (await nodes.Client.FindAsync(Kinds.Services, nodes.Space, spec.ObjectName, Stop))!;
        Assert.Equal((number, number), (service.Spec.Ports!.Single().Port, service.Spec.Ports!.Single().NodePort));
        var refusal = await Record.ExceptionAsync(() => nodes.Servers.ApplyAsync(TestSpecs.Of(TestSpecs.Echo) with { Ports = [new("game", 25565, "TCP")] }, Stop));
        Assert.SkipWhen(refusal is null, $"{conformance.Version} gives any number as a node port.");
        Assert.Contains("range", Assert.IsType<ClusterUnavailableException>(refusal).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Row_can_be_made_again_from_the_objects()
    {
        var record = new ServerRecord
        {
            OwnerEmail = "ann@example.org",
            Description = "it's \"ours\" 🎉 ${x} $(y)\nsecond line",
            Image = "One",
            Plan = "small",
            CpuMillis = 250,
            MemoryMiB = 256,
            DiskMiB = 128,
            Variables = new Dictionary<string, string> { ["MOTD"] = "§a🎮\\\"" },
            SecretVariables = ["TOKEN"],
            Ports = [new("game", 30311)],
            InstallAttempt = 2,
            CreatedAt = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        };
        var spec = await conformance.RunAsync(TestSpecs.Echo, spec => spec with { Record = record, Starts = 7 });
        var found = (await Space.Get<IServerRecords>().ReadAsync(Stop)).Single(found => found.Id == spec.Id);
        Assert.Equal((spec.ObjectName, spec.DisplayName, spec.OwnerId, spec.Template, true, 7), (found.ObjectName, found.Name, found.OwnerId, found.Template, found.Running, found.Starts));
        Assert.Equivalent(record, found.Record, strict: true);
        Assert.Equal(spec.SecretEnvironment["TOKEN"], Assert.Single(found.Secrets!).Value);
    }
}
