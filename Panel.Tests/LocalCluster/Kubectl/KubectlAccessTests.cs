using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.LocalCluster.Kubectl;

/// <summary><c>auth can-i</c>, tokens, roles, quotas: what is allowed, and how kubectl hears that it is not.</summary>
[Trait("Lane", "cluster")]
public sealed class KubectlAccessTests(KubectlCluster cluster)
{
    [Fact]
    public async Task Auth_can_i_answers_for_me_and_for_an_account()
    {
        await using var space = await cluster.OpenAsync();
        await space.OkAsync("create", "serviceaccount", "reader");
        await space.OkAsync("create", "role", "reader", "--verb=get,list", "--resource=pods,pods/log");
        await space.OkAsync("create", "rolebinding", "reader", "--role=reader", $"--serviceaccount={space.Name}:reader");
        var reader = $"--as=system:serviceaccount:{space.Name}:reader";

        Assert.Equal("yes", (await space.OkAsync("auth", "can-i", "delete", "nodes")).Trim());
        Assert.Equal("yes", (await space.OkAsync("auth", "can-i", "list", "pods", reader)).Trim());
        Assert.Equal("yes", (await space.OkAsync("auth", "can-i", "get", "pods", "--subresource=log", reader)).Trim());
        var no = await space.RunAsync("auth", "can-i", "delete", "pods", reader);
        Assert.Equal((1, "no"), (no.Code, no.Output.Trim()));
        Assert.Equal("no", (await space.RunAsync("auth", "can-i", "list", "pods", "-n", "default", reader)).Output.Trim());
        Assert.Matches(@"pods/log\s+\[\]\s+\[\]\s+\[get list\]", await space.OkAsync("auth", "can-i", "--list", reader));
        Assert.Contains("system:masters", await space.OkAsync("auth", "whoami"));
        Assert.Contains($"system:serviceaccount:{space.Name}:reader", await space.OkAsync("auth", "whoami", reader));
    }

    [Fact]
    public async Task A_token_of_an_account_opens_what_its_role_allows()
    {
        await using var space = await cluster.OpenAsync();
        await space.OkAsync("create", "serviceaccount", "editor");
        await space.OkAsync("create", "rolebinding", "editor", "--clusterrole=edit", $"--serviceaccount={space.Name}:editor");
        var token = (await space.OkAsync("create", "token", "editor", "--duration=20m")).Trim();
        space.UseToken(token);

        await space.OkAsync("create", "configmap", "mine", "--from-literal=a=b");
        Assert.Contains("mine", await space.OkAsync("get", "cm"));
        Assert.Contains($"User \"system:serviceaccount:{space.Name}:editor\" cannot list resource \"nodes\" in API group \"\" at the cluster scope", (await space.RunAsync("get", "nodes")).Errors);
        Assert.Contains("cannot list resource \"configmaps\" in API group \"\" in the namespace \"kube-system\"", (await space.RunAsync("get", "cm", "-n", "kube-system")).Errors);
        Assert.Contains("roles.rbac.authorization.k8s.io is forbidden", (await space.RunAsync("create", "role", "more", "--verb=get", "--resource=nodes")).Errors);
        space.UseToken(token[..^4] + "AAAA");
        Assert.Contains("You must be logged in to the server (Unauthorized)", (await space.RunAsync("get", "cm")).Errors);
    }

    [Fact]
    public async Task A_quota_refuses_pods_and_tells_of_it()
    {
        await using var space = await cluster.OpenAsync();
        await space.OkAsync("create", "quota", "few", "--hard=pods=1");
        await space.ApplyAsync("""
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: { name: one }
            spec: { replicas: 2, podManagementPolicy: Parallel, selector: { matchLabels: { app: one } }, template: { metadata: { labels: { app: one } }, spec: { terminationGracePeriodSeconds: 1, containers: [ { name: game, image: "panel/tools:1", command: [ sleep, "1000" ] } ] } } }
            """);

        await space.OkAsync("wait", "--for=jsonpath={.status.used.pods}=1", "quota/few", "--timeout=20s");
        await Deadline.UntilAsync("the event", async () => (await space.OkAsync("describe", "sts", "one")).Contains("is forbidden: exceeded quota: few, requested: pods=1, used: pods=1, limited: pods=1", StringComparison.Ordinal));
        var refused = await space.FeedAsync("""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"more"},"spec":{"containers":[{"name":"game","image":"panel/tools:1"}]}}""", "apply", "-f", "-");

        Assert.Contains("pods \"more\" is forbidden: exceeded quota: few, requested: pods=1, used: pods=1, limited: pods=1", refused.Errors);
        Assert.Matches(@"pods\s+1\s+1", await space.OkAsync("describe", "quota", "few"));
    }
}
