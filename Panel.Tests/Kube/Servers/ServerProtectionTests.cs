using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Panel.Core.Servers;
using Panel.Kube;
using Panel.Kube.Client;
using Panel.Kube.Servers;
using Panel.Kube.Wire;
using Panel.Tests.Kube.Client;
using Xunit;

namespace Panel.Tests.Kube.Servers;

/// <summary>Which disruption budgets a server gets, by what discovery tells.</summary>
public sealed class ServerProtectionTests
{
    const string NotThere = """{"kind":"Status","status":"Failure","reason":"NotFound","code":404}""";

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("policy/v1", true)]
    [InlineData("policy/v1beta1", true)]
    [InlineData("policy/v1beta1", false)]
    public async Task Disruption_budget_is_of_the_version_that_the_cluster_has(string has, bool wanted)
    {
        await using var api = await StartAsync(has);
        var (protection, notes) = Make(api, wanted);
        var able = await protection.AbilitiesAsync(Stop);
        Assert.True(able.DisruptionBudgets);
        Assert.Empty(notes.Notices);
        api.Then(PlayedApi.Say("""{"kind":"PodDisruptionBudget","metadata":{"name":"one"}}"""));
        await protection.ApplyAsync(able.BudgetKind(), able.DisruptionBudgets, "one", wanted ? new PodDisruptionBudget { Metadata = new() { Name = "one" } } : null, Stop);
        Assert.StartsWith($"/apis/{has}/namespaces/games/poddisruptionbudgets/one", api.Asked.Last(), StringComparison.Ordinal);
        api.Then(PlayedApi.Say("{}"));
        Assert.True(await protection.DeleteAsync(able.BudgetKind(), "one", Stop));
        Assert.StartsWith($"/apis/{has}/namespaces/games/poddisruptionbudgets/one", api.Asked.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cluster_without_any_leaves_them_out_and_the_administrator_is_told()
    {
        await using var api = await StartAsync("");
        var (protection, notes) = Make(api, true);
        var able = await protection.AbilitiesAsync(Stop);
        Assert.False(able.DisruptionBudgets);
        Assert.Equal("This cluster (v1.20.2) has no poddisruptionbudgets (policy/v1): whoever empties a node stops the servers on it.", Assert.Single(notes.Notices));
        var asked = api.Asked.Count;
        await protection.ApplyAsync<PodDisruptionBudget>(able.BudgetKind(), able.DisruptionBudgets, "one", null, Stop);
        Assert.Equal(asked, api.Asked.Count);
    }

    static (ServerProtection, ObservedCluster) Make(PlayedApi api, bool wanted)
    {
        var notes = new ObservedCluster(TimeProvider.System);
        return (new(api.Client, Options.Create(new KubeOptions { Namespace = "games", DisruptionBudgets = wanted }), notes, TimeProvider.System, NullLogger<ServerProtection>.Instance), notes);
    }

    static async Task<PlayedApi> StartAsync(string budgets)
    {
        var api = await PlayedApi.StartAsync(PlayedApi.Say("""{"major":"1","minor":"20","gitVersion":"v1.20.2"}"""), Group("networking.k8s.io/v1", "networkpolicies"));
        foreach (var version in (string[])["policy/v1", "policy/v1beta1"])
        {
            api.Then(version == budgets ? Group(version, "poddisruptionbudgets") : PlayedApi.Say(NotThere, 404));
            if (version == budgets) break;
        }
        return api;
    }

    static Func<Microsoft.AspNetCore.Http.HttpContext, Task> Group(string version, string resource) =>
        PlayedApi.Say($$"""{"kind":"APIResourceList","groupVersion":"{{version}}","resources":[{"name":"{{resource}}","kind":"X","namespaced":true,"verbs":["create"]}]}""");
}
