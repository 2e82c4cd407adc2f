using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.LocalCluster.Api;

/// <summary>Accounts, their tokens and roles: who may do what, and how the API says no.</summary>
public sealed class AuthorizationTests
{
    const string Accounts = "/api/v1/namespaces/default/serviceaccounts", Rbac = "/apis/rbac.authorization.k8s.io/v1", Reviews = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

    [Fact]
    public async Task An_account_may_do_what_its_role_says_and_nothing_else()
    {
        await using var api = await ApiServer.StartAsync();
        var token = await TokenAsync(api, "panel");

        var (code, refusal) = await AsAsync(api, token, "GET", Samples.Pods);
        Assert.Equal(403, code);
        Assert.Equal("Forbidden", (string?)refusal["reason"]);
        Assert.Equal("""pods is forbidden: User "system:serviceaccount:default:panel" cannot list resource "pods" in API group "" in the namespace "default" """.TrimEnd(), (string?)refusal["message"]);
        Assert.Equal("pods", (string?)refusal["details"]!["kind"]);

        await GrantAsync(api, "panel", """{"apiGroups":[""],"resources":["pods","pods/log"],"verbs":["get","list"]}""");
        Assert.Equal(200, (await AsAsync(api, token, "GET", Samples.Pods)).Code);
        Assert.Equal(403, (await AsAsync(api, token, "GET", "/api/v1/pods")).Code);
        var (_, create) = await AsAsync(api, token, "DELETE", Samples.Pods + "/one");
        Assert.Equal("""pods "one" is forbidden: User "system:serviceaccount:default:panel" cannot delete resource "pods" in API group "" in the namespace "default" """.TrimEnd(), (string?)create["message"]);
        var (_, exec) = await AsAsync(api, token, "GET", Samples.Pods + "/one/exec?command=sh");
        Assert.Contains("""cannot get resource "pods/exec" in API group """, (string?)exec["message"]);
        var (_, sets) = await AsAsync(api, token, "GET", "/apis/apps/v1/statefulsets");
        Assert.Equal("""statefulsets.apps is forbidden: User "system:serviceaccount:default:panel" cannot list resource "statefulsets" in API group "apps" at the cluster scope""", (string?)sets["message"]);
    }

    [Fact]
    public async Task A_rule_for_names_allows_those_alone_and_a_missing_role_is_named()
    {
        await using var api = await ApiServer.StartAsync();
        var token = await TokenAsync(api, "panel");
        await api.CreateAsync(Samples.Maps, Samples.Map("a"));
        await GrantAsync(api, "panel", """{"apiGroups":[""],"resources":["configmaps"],"resourceNames":["a"],"verbs":["*"]}""");

        Assert.Equal(200, (await AsAsync(api, token, "GET", Samples.Maps + "/a")).Code);
        Assert.Equal(200, (await AsAsync(api, token, "GET", Samples.Maps + "?fieldSelector=metadata.name%3Da")).Code);
        Assert.Equal(403, (await AsAsync(api, token, "GET", Samples.Maps + "/b")).Code);
        await api.SendAsync("DELETE", $"{Rbac}/namespaces/default/roles/panel");
        var (_, refusal) = await AsAsync(api, token, "GET", Samples.Maps + "/a");
        Assert.EndsWith(""": RBAC: role.rbac.authorization.k8s.io "panel" not found""", (string?)refusal["message"]);
    }

    [Fact]
    public async Task A_token_is_good_for_its_account_alone_and_dies_with_it()
    {
        await using var api = await ApiServer.StartAsync();
        var token = await TokenAsync(api, "panel");

        var (code, me) = await AsAsync(api, token, "POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", "{}");
        Assert.Equal(403, code);        // no role lets it ask: this store was made without the roles of every cluster
        Assert.Equal("Failure", (string?)me["status"]);
        var (_, review) = await api.SendAsync("POST", "/apis/authentication.k8s.io/v1/tokenreviews", $$$"""{"spec":{"token":"{{{token}}}"}}""");
        Assert.Equal("system:serviceaccount:default:panel", (string?)review["status"]!["user"]!["username"]);
        Assert.Equal(401, (await AsAsync(api, token + "x", "GET", Samples.Pods)).Code);
        var parts = token.Split('.');
        Assert.Equal(401, (await AsAsync(api, $"{parts[0]}.{parts[1]}.{new string('A', parts[2].Length)}", "GET", Samples.Pods)).Code);

        await api.SendAsync("DELETE", Accounts + "/panel");
        Assert.Equal(401, (await AsAsync(api, token, "GET", Samples.Pods)).Code);
        await api.CreateAsync(Accounts, """{"metadata":{"name":"panel"}}""");
        Assert.Equal(401, (await AsAsync(api, token, "GET", Samples.Pods)).Code);
    }

    [Fact]
    public async Task A_token_for_another_audience_does_not_open_the_api()
    {
        await using var api = await ApiServer.StartAsync();
        await api.CreateAsync(Accounts, """{"metadata":{"name":"panel"}}""");

        var other = await api.CreateAsync(Accounts + "/panel/token", """{"spec":{"audiences":["vault"],"expirationSeconds":600}}""");
        var (code, refusal) = await api.SendAsync("POST", Accounts + "/panel/token", """{"spec":{"expirationSeconds":60}}""");

        Assert.Equal(401, (await AsAsync(api, (string)other["status"]!["token"]!, "GET", Samples.Pods)).Code);
        Assert.Equal(422, code);
        Assert.Contains("may not specify a duration less than 10 minutes", (string?)refusal["message"]);
    }

    [Fact]
    public async Task An_access_review_says_what_is_allowed_and_by_what()
    {
        await using var api = await ApiServer.StartAsync();
        var token = await TokenAsync(api, "panel");
        await GrantAsync(api, "panel", """{"apiGroups":["","authorization.k8s.io"],"resources":["pods/exec","selfsubjectaccessreviews"],"verbs":["create"]}""");

        async Task<JsonNode> AskAsync(string attributes) => (await api.SendAsync("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews",
            $$$"""{"spec":{"user":"system:serviceaccount:default:panel","resourceAttributes":{{{attributes}}}}}""")).Body["status"]!;

        var allowed = await AskAsync("""{"namespace":"default","verb":"create","resource":"pods","subresource":"exec"}""");
        Assert.True((bool)allowed["allowed"]!);
        Assert.Equal("""RBAC: allowed by RoleBinding "panel/default" of Role "panel" to ServiceAccount "panel/default" """.TrimEnd(), (string?)allowed["reason"]);
        Assert.False((bool)(await AskAsync("""{"namespace":"default","verb":"get","resource":"pods"}"""))["allowed"]!);
        Assert.False((bool)(await AskAsync("""{"namespace":"other","verb":"create","resource":"pods","subresource":"exec"}"""))["allowed"]!);
        Assert.True((bool)(await api.SendAsync("POST", Reviews, """{"spec":{"resourceAttributes":{"verb":"delete","resource":"nodes"}}}""")).Body["status"]!["allowed"]!);
        Assert.Equal(403, (await AsAsync(api, token, "POST", Reviews, "{}")).Code);
    }

    [Fact]
    public async Task An_administrator_may_act_as_somebody_else()
    {
        await using var api = await ApiServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, Samples.Pods);
        request.Headers.Add("Impersonate-User", "jane");

        using var answer = await api.Client.SendAsync(request).Within("the request");

        Assert.Contains("User \"jane\" cannot list", (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["message"]);
    }

    static async Task<string> TokenAsync(ApiServer api, string name)
    {
        await api.CreateAsync(Accounts, $$$"""{"metadata":{"name":"{{{name}}}"}}""");
        var answer = await api.CreateAsync($"{Accounts}/{name}/token", "{}");
        return (string)answer["status"]!["token"]!;
    }

    static async Task GrantAsync(ApiServer api, string account, string rule)
    {
        await api.CreateAsync($"{Rbac}/namespaces/default/roles", $$"""{"metadata":{"name":"{{account}}"},"rules":[{{rule}}]}""");
        await api.CreateAsync($"{Rbac}/namespaces/default/rolebindings",
            $$$"""{"metadata":{"name":"{{{account}}}"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"{{{account}}}"},"subjects":[{"kind":"ServiceAccount","name":"{{{account}}}","namespace":"default"}]}""");
    }

    static async Task<(int Code, JsonObject Body)> AsAsync(ApiServer api, string token, string method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(new(method), path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await api.Client.SendAsync(request).Within($"{method} {path}");
        return ((int)answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject());
    }
}
