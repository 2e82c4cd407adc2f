using System.Text.Json;
using Panel.Core.Errors;
using Panel.Core.Servers;
using Panel.Kube.Client;
using Panel.Kube.Servers;
using Panel.Tests.Kube.Servers;
using Panel.Tests.Support;
using Xunit;
using YamlDotNet.Serialization;

namespace Panel.Tests.Conformance;

[Trait("Lane", "cluster")]
public sealed class RefusalTests(ConformanceSpace conformance) : IClassFixture<ConformanceSpace>
{
    static readonly Kind<AnyObject> Quotas = AnyObject.KindOf("v1", "ResourceQuota", "resourcequotas");

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Quota_that_is_used_up_refuses_a_volume_in_the_clusters_words()
    {
        await conformance.NeedAsync(Quotas);
        await using var space = await conformance.OpenAsync(watching: false);
        await LimitAsync(space, """{"hard":{"persistentvolumeclaims":"0"}}""");
        var refusal = await Assert.ThrowsAsync<ClusterUnavailableException>(() => space.Servers.ApplyAsync(TestSpecs.Of(TestSpecs.Echo), Stop));
        Assert.Contains("exceeded quota", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quota_that_is_used_up_is_told_of_a_server_without_a_pod()
    {
        await conformance.NeedAsync(Quotas);
        await using var space = await conformance.OpenAsync();
        await LimitAsync(space, """{"hard":{"pods":"0"}}""");
        var spec = TestSpecs.Of(TestSpecs.Echo);
        await space.Servers.ApplyAsync(spec, Stop);
        await space.Servers.ScaleAsync(spec.ObjectName, 1, Stop);
        var seen = await space.SeenAsync(spec.Id, "the trouble", seen => seen is { Trouble: not null }, ConformanceSpace.Long);
        Assert.Contains("exceeded quota", seen!.Trouble, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Account_without_permission_is_told_the_verb_the_resource_and_the_namespace()
    {
        using var folder = new TempFolder();
        var path = await NobodyAsync(folder);
        await using var nobody = await conformance.OpenAsync(watching: false, ("Panel:Cluster:Kubeconfig", path), ("Panel:Cluster:Namespace", conformance.Space.Space));
        var refusal = await Record.ExceptionAsync(() => nobody.Servers.ApplyAsync(TestSpecs.Of(TestSpecs.Echo), Stop));
        Assert.SkipWhen(refusal is null, $"{conformance.Version} lets everybody do everything.");
        var words = Assert.IsType<ClusterUnavailableException>(refusal).Message;
        Assert.All(["cannot", conformance.Space.Space, "panel-conformance-nobody"], part => Assert.Contains(part, words, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_cluster_cannot_take_names_the_field()
    {
        var refusal = await Assert.ThrowsAsync<ClusterUnavailableException>(() => conformance.MakeAsync(TestSpecs.Echo, spec => spec with { Ports = [new("game", 70_000, "TCP")] }));
        Assert.Contains("ports[0]", refusal.Message, StringComparison.Ordinal);
    }

    static async Task LimitAsync(ClusterSpace space, string spec)
    {
        await space.Client.CreateAsync(Quotas, space.Space, AnyObject.Of("limit", spec), Stop);
        // a controller counts what is there before it is in force
        await Deadline.UntilAsync("the quota is in force", async () =>
            (await space.Client.FindAsync(Quotas, space.Space, "limit", Stop))!.Rest.TryGetValue("status", out var status) && status.TryGetProperty("hard", out var hard) && hard.ValueKind == JsonValueKind.Object);
    }

    /// <summary>The kubeconfig, in the name of somebody who has no role.</summary>
    async Task<string> NobodyAsync(TempFolder folder)
    {
        var text = await File.ReadAllTextAsync(await conformance.KubeconfigAsync(), Stop);
        var whole = new DeserializerBuilder().Build().Deserialize<Dictionary<string, object>>(text);
        foreach (var user in ((List<object>)whole["users"]).Cast<Dictionary<object, object>>()) ((Dictionary<object, object>)user["user"])["as"] = "panel-conformance-nobody";
        await File.WriteAllTextAsync(folder["nobody"], new SerializerBuilder().Build().Serialize(whole), Stop);
        return folder["nobody"];
    }
}
