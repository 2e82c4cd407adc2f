using System.Net.Http.Headers;
using System.Text;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.LocalCluster.Api;

/// <summary>What is kept and not enforced: network policies and disruption budgets.</summary>
public sealed class PolicyTests
{
    const string Policies = "/apis/networking.k8s.io/v1/namespaces/default/networkpolicies", Budgets = "/apis/policy/v1/namespaces/default/poddisruptionbudgets";

    [Theory]
    [InlineData(Policies, """{"metadata":{"name":"a"},"spec":{"podSelector":{},"egress":[]}}""", "network policies are kept and not enforced")]
    [InlineData(Budgets, """{"metadata":{"name":"a"},"spec":{"minAvailable":1,"selector":{"matchLabels":{"app":"a"}}}}""", "disruption budgets are kept and counted")]
    public async Task Writing_what_is_not_enforced_is_answered_with_a_warning(string path, string body, string warning)
    {
        await using var api = await ApiServer.StartAsync();
        using var content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));

        using var answer = await api.Client.PostAsync(new Uri(path, UriKind.Relative), content).Within("the request");

        Assert.Equal(201, (int)answer.StatusCode);
        Assert.Contains(answer.Headers.GetValues("Warning"), text => text.StartsWith("299 - \"", StringComparison.Ordinal) && text.Contains(warning, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_network_policy_gets_its_types_and_protocols()
    {
        await using var api = await ApiServer.StartAsync();

        var policy = await api.CreateAsync(Policies, """{"metadata":{"name":"a"},"spec":{"podSelector":{},"ingress":[{"ports":[{"port":25565}]}],"egress":[{}]}}""");

        Assert.Equal("""["Ingress","Egress"]""", policy["spec"]!["policyTypes"]!.ToJsonString());
        Assert.Equal("TCP", (string?)policy["spec"]!["ingress"]![0]!["ports"]![0]!["protocol"]);
        Assert.Equal(1, (int?)policy["metadata"]!["generation"]);
    }

    [Theory]
    [InlineData(Policies, """{"podSelector":{},"ingress":[{"from":[{"ipBlock":{"cidr":"10.0.0.0/33"}}]}]}""", "spec.ingress[0].from[0].ipBlock.cidr")]
    [InlineData(Policies, """{"podSelector":{},"ingress":[{"from":[{"ipBlock":{"cidr":"10.0.0.0/8","except":["11.0.0.0/16"]}}]}]}""", "spec.ingress[0].from[0].ipBlock.except[0]")]
    [InlineData(Policies, """{"podSelector":{},"egress":[{"ports":[{"port":70000,"protocol":"ICMP"}]}]}""", "spec.egress[0].ports[0].protocol")]
    [InlineData(Budgets, """{"minAvailable":1,"maxUnavailable":1}""", "cannot be both set")]
    [InlineData(Budgets, """{"minAvailable":"120%"}""", "spec.minAvailable")]
    public async Task A_wrong_policy_is_refused_with_its_field(string path, string spec, string field)
    {
        await using var api = await ApiServer.StartAsync();

        var (code, refusal) = await api.SendAsync("POST", path, """{"metadata":{"name":"a"},"spec":""" + spec + "}");

        Assert.Equal(422, code);
        Assert.Contains(field, (string?)refusal["message"]);
    }
}
