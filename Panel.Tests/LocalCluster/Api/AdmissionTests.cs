using System.Text.Json.Nodes;
using Xunit;

namespace Panel.Tests.LocalCluster.Api;

/// <summary>Quotas, limits and accounts: what a namespace refuses, in the words of a real API server.</summary>
public sealed class AdmissionTests
{
    const string Quotas = "/api/v1/namespaces/default/resourcequotas", Limits = "/api/v1/namespaces/default/limitranges";

    [Fact]
    public async Task A_pod_beyond_the_quota_is_refused_with_what_is_used_and_allowed()
    {
        await using var api = await ApiServer.StartAsync();
        await api.CreateAsync(Quotas, Quota("few", """{"pods":"1","count/configmaps":1}"""));
        await api.CreateAsync(Samples.Pods, Samples.Pod("one"));

        var (code, refusal) = await api.SendAsync("POST", Samples.Pods, Samples.Pod("two"));

        Assert.Equal(403, code);
        Assert.Equal("Forbidden", (string?)refusal["reason"]);
        Assert.Equal("""pods "two" is forbidden: exceeded quota: few, requested: pods=1, used: pods=1, limited: pods=1""", (string?)refusal["message"]);
        Assert.Equal("two", (string?)refusal["details"]!["name"]);
        await api.CreateAsync(Samples.Maps, Samples.Map("a"));
        Assert.Equal(403, (await api.SendAsync("POST", Samples.Maps, Samples.Map("b"))).Code);
        Assert.Equal(200, (await api.SendAsync("PUT", Samples.Maps + "/a", Samples.Map("a", data: """{"x":"y"}"""))).Code);
        await api.SendAsync("DELETE", Samples.Pods + "/one");
        await api.CreateAsync(Samples.Pods, Samples.Pod("two"));
    }

    [Fact]
    public async Task A_quota_of_memory_wants_every_container_to_say_its_amount()
    {
        await using var api = await ApiServer.StartAsync();
        await api.CreateAsync(Quotas, Quota("memory", """{"limits.memory":"1Gi","requests.cpu":"1"}"""));

        var (code, silent) = await api.SendAsync("POST", Samples.Pods, Samples.Pod("silent"));
        var (_, large) = await api.SendAsync("POST", Samples.Pods, Asking("large", """{"limits":{"memory":"1536Mi","cpu":"250m"}}"""));

        Assert.Equal(403, code);
        Assert.Equal("""pods "silent" is forbidden: failed quota: memory: must specify limits.memory for: game; requests.cpu for: game""", (string?)silent["message"]);
        Assert.Equal("""pods "large" is forbidden: exceeded quota: memory, requested: limits.memory=1536Mi, used: limits.memory=0, limited: limits.memory=1Gi""", (string?)large["message"]);
        await api.CreateAsync(Samples.Pods, Asking("small", """{"limits":{"memory":"512Mi","cpu":"250m"}}"""));
    }

    [Fact]
    public async Task A_claim_that_grows_beyond_the_quota_is_refused_for_the_difference()
    {
        await using var api = await ApiServer.StartAsync();
        await api.CreateAsync(Quotas, Quota("disk", """{"requests.storage":"3Gi"}"""));
        await api.CreateAsync(Samples.Claims, Samples.Claim("world", "2Gi"));

        var (code, refusal) = await api.SendAsync("PATCH", Samples.Claims + "/world", """{"spec":{"resources":{"requests":{"storage":"4Gi"}}}}""", "application/merge-patch+json");

        Assert.Equal(403, code);
        Assert.Equal("""persistentvolumeclaims "world" is forbidden: exceeded quota: disk, requested: requests.storage=2Gi, used: requests.storage=2Gi, limited: requests.storage=3Gi""", (string?)refusal["message"]);
        Assert.Equal(200, (await api.SendAsync("PATCH", Samples.Claims + "/world", """{"spec":{"resources":{"requests":{"storage":"3Gi"}}}}""", "application/merge-patch+json")).Code);
    }

    [Fact]
    public async Task A_limit_range_gives_defaults_and_refuses_what_is_out_of_it()
    {
        await using var api = await ApiServer.StartAsync();
        await api.CreateAsync(Limits, """
            {"metadata":{"name":"sizes"},"spec":{"limits":[{"type":"Container","default":{"memory":"256Mi"},"defaultRequest":{"memory":"128Mi"},"max":{"memory":"1Gi"},"min":{"memory":"64Mi"}},
            {"type":"PersistentVolumeClaim","max":{"storage":"5Gi"}}]}}
            """);

        var pod = await api.CreateAsync(Samples.Pods, Samples.Pod("plain"));
        var (code, large) = await api.SendAsync("POST", Samples.Pods, Asking("large", """{"limits":{"memory":"2Gi"},"requests":{"memory":"32Mi"}}"""));
        var (_, claim) = await api.SendAsync("POST", Samples.Claims, Samples.Claim("world", "6Gi"));

        var resources = pod["spec"]!["containers"]![0]!["resources"]!;
        Assert.Equal("256Mi", (string?)resources["limits"]!["memory"]);
        Assert.Equal("128Mi", (string?)resources["requests"]!["memory"]);
        Assert.Equal("Burstable", (string?)pod["status"]!["qosClass"]);
        Assert.Equal("LimitRanger plugin set: memory request for container game; memory limit for container game", (string?)pod["metadata"]!["annotations"]!["kubernetes.io/limit-ranger"]);
        Assert.Equal(403, code);
        Assert.Equal("""pods "large" is forbidden: [minimum memory usage per Container is 64Mi, but request is 32Mi, maximum memory usage per Container is 1Gi, but limit is 2Gi]""", (string?)large["message"]);
        Assert.Equal("""persistentvolumeclaims "world" is forbidden: maximum storage usage per PersistentVolumeClaim is 5Gi, but request is 6Gi""", (string?)claim["message"]);
    }

    [Fact]
    public async Task A_pod_of_an_account_that_is_not_there_is_refused()
    {
        await using var api = await ApiServer.StartAsync();

        var (code, refusal) = await api.SendAsync("POST", Samples.Pods, Samples.Pod("one", ""","serviceAccountName":"nobody" """));
        var usual = await api.CreateAsync(Samples.Pods, Samples.Pod("two"));

        Assert.Equal(403, code);
        Assert.Equal("""pods "one" is forbidden: error looking up service account default/nobody: serviceaccount "nobody" not found""", (string?)refusal["message"]);
        Assert.Equal("default", (string?)usual["spec"]!["serviceAccountName"]);
    }

    static string Quota(string name, string hard) => new JsonObject { ["metadata"] = new JsonObject { ["name"] = name }, ["spec"] = new JsonObject { ["hard"] = JsonNode.Parse(hard) } }.ToJsonString();

    static string Asking(string name, string resources)
    {
        var pod = JsonNode.Parse(Samples.Pod(name))!;
        pod["spec"]!["containers"]![0]!["resources"] = JsonNode.Parse(resources);
        return pod.ToJsonString();
    }
}
