using Microsoft.Extensions.Options;
using Panel.Contracts.Access;
using Panel.Contracts.Plans;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Plans;
using Panel.Core.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Servers;

/// <summary>Groups of nodes: the plan says which, and they say which ports.</summary>
public sealed class NodePoolsTests
{
    static readonly (string, string)[] settings =
    [
        ("Panel:Ports:SkipBusy", "false"), ("Panel:Ports:First", "27000"), ("Panel:Ports:Last", "27099"), ("Panel:PublicHost", "play.example.org"),
        ("Panel:Cluster:NodePools:0:Key", "big"), ("Panel:Cluster:NodePools:0:Name", "Big machines"), ("Panel:Cluster:NodePools:0:Selector:pool", "big"),
        ("Panel:Cluster:NodePools:0:Tolerations:0:Key", "dedicated"), ("Panel:Cluster:NodePools:0:Tolerations:0:Value", "games"), ("Panel:Cluster:NodePools:0:Tolerations:0:Effect", "NoSchedule"),
        ("Panel:Cluster:NodePools:0:First", "28000"), ("Panel:Cluster:NodePools:0:Last", "28001"), ("Panel:Cluster:NodePools:0:Address", "big.example.org"),
        ("Panel:Cluster:NodePools:1:Key", "plain"), ("Panel:Cluster:NodePools:1:Selector:pool", "plain"),
    ];

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Plan_places_its_servers_on_nodes_whose_ports_and_address_they_have()
    {
        await using var host = await CoreHost.OnSqliteAsync(settings);
        var ann = await host.AccountAsync();
        var plan = await host.Get<EditPlans>().CreateAsync(CoreHost.Admin, Small("Big", "big"), Stop);
        var (here, there) = (await host.ServerAsync(ann), await host.ServerAsync(ann, "There", plan: plan));
        Assert.Equal((27000, "play.example.org:27000"), (await NumberAsync(host, here), (await host.ShownAsync(here)).Address));
        Assert.Equal((28000, "big.example.org:28000"), (await NumberAsync(host, there), (await host.ShownAsync(there)).Address));

        // its further ports too, until the range is used up: then it is that range that is named
        Assert.Equal(28001, await host.Get<ChangePorts>().AddAsync(ann, there, new() { Protocol = "UDP" }, Stop));
        Assert.Equal("big.example.org:28001", (await host.Get<ChangePorts>().ListAsync(ann, there, Stop))[1].Address);
        var full = await Assert.ThrowsAsync<ConflictException>(() => host.ServerAsync(ann, "Third", plan: plan));
        Assert.Contains("Big machines", full.Message, StringComparison.Ordinal);
        Assert.Equal(27001, await host.Get<ChangePorts>().AddAsync(ann, here, new() { Protocol = "UDP" }, Stop));

        var rows = await host.Get<NodePoolQueries>().ListAsync(CoreHost.Admin, Stop);
        Assert.Equal([("big", 1, 2, "Big"), ("plain", 0, 0, "")], rows.Select(row => (row.Pool.Key, row.Servers, row.Ports, string.Join(", ", row.Plans))));
        await Assert.ThrowsAsync<ForbiddenException>(() => host.Get<NodePoolQueries>().ListAsync(ann, Stop));
    }

    [Fact]
    public async Task Server_does_not_move_to_other_nodes_and_stays_on_its_own_with_a_plan_for_any()
    {
        await using var host = await CoreHost.OnSqliteAsync(settings);
        var ann = await host.AccountAsync();
        var (big, plain) = (await host.Get<EditPlans>().CreateAsync(CoreHost.Admin, Small("Big", "big"), Stop), await host.Get<EditPlans>().CreateAsync(CoreHost.Admin, Small("Plain", "plain"), Stop));
        var id = await host.ServerAsync(ann, plan: big);
        var change = host.Get<ChangePlan>();
        Assert.Contains("other nodes", (await Assert.ThrowsAsync<ConflictException>(() => change.RunAsync(CoreHost.Admin, id, new() { Plan = plain }, Stop))).Message, StringComparison.Ordinal);
        await change.RunAsync(CoreHost.Admin, id, new() { Plan = "tiny" }, Stop);
        Assert.Equal("big", (await host.RowAsync(id))!.NodePool);
        await change.RunAsync(CoreHost.Admin, id, new() { Plan = big }, Stop);
        var elsewhere = await host.ServerAsync(ann, "Elsewhere");
        await Assert.ThrowsAsync<ConflictException>(() => change.RunAsync(CoreHost.Admin, elsewhere, new() { Plan = big }, Stop));
    }

    [Fact]
    public async Task Plan_whose_nodes_are_not_set_up_now_makes_no_server_and_can_be_changed()
    {
        await using var host = await CoreHost.OnSqliteAsync(settings);
        var plan = await host.Get<EditPlans>().CreateAsync(CoreHost.Admin, Small("Big", "big"), Stop);
        host.Settings["Panel:Cluster:NodePools:0:Key"] = "other";
        await host.RestartAsync();
        var ann = await host.AccountAsync();
        Assert.Contains("node pool big", (await Assert.ThrowsAsync<ConflictException>(() => host.ServerAsync(ann, plan: plan))).Message, StringComparison.Ordinal);
        await host.Get<EditPlans>().ChangeAsync(CoreHost.Admin, plan, Small("Bigger", "big"), Stop);
        await host.Get<EditPlans>().ChangeAsync(CoreHost.Admin, plan, Small("Bigger", "other"), Stop);
        await host.ServerAsync(ann, plan: plan);
    }

    [Fact]
    public async Task Plan_is_refused_nodes_that_nobody_set_up()
    {
        await using var host = await CoreHost.OnSqliteAsync(settings);
        var refusal = await Assert.ThrowsAsync<InvalidFieldException>(() => host.Get<EditPlans>().CreateAsync(CoreHost.Admin, Small("Odd", "moon"), Stop));
        Assert.Contains("moon", Assert.Single(refusal.Errors[nameof(PlanRequest.NodePool)]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("First", "29000", "needs First and Last")]
    [InlineData("Key", "Big Ones", "a-z, 0-9 and -")]
    [InlineData("Tolerations:0:Effect", "Never", "NoSchedule")]
    [InlineData("Selector:pool", null, "has no Selector")]
    public async Task Settings_that_do_not_hold_together_are_refused_by_name(string name, string? value, string rule)
    {
        var refusal = await Assert.ThrowsAsync<OptionsValidationException>(async () =>
        {
            await using var host = await CoreHost.OnSqliteAsync([.. settings.Where(setting => setting.Item1 is not "Panel:Cluster:NodePools:0:Last" && (value is not null || setting.Item1 != $"Panel:Cluster:NodePools:0:{name}") && setting.Item1 != $"Panel:Cluster:NodePools:0:{name}"),
                .. name == "First" ? [] : new[] { ("Panel:Cluster:NodePools:0:Last", "28001") }, .. value is null ? [] : new[] { ($"Panel:Cluster:NodePools:0:{name}", value) }]);
            _ = host.Get<IOptionsMonitor<NodePoolOptions>>().CurrentValue;
        });
        Assert.Contains(rule, refusal.Message, StringComparison.Ordinal);
    }

    static PlanRequest Small(string name, string pool) => new() { Name = name, CpuMillis = 500, MemoryMiB = 512, DiskMiB = 2048, NodePool = pool };

    static async Task<int> NumberAsync(CoreHost host, ServerId id) => (await host.RowAsync(id))!.Allocations.MinBy(port => port.Order)!.Port;
}
