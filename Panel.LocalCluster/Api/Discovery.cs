using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Api;

/// <summary>Tells clients what there is.</summary>
static class Discovery
{
    static readonly string[] Verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
    static readonly string[] ChangeVerbs = ["get", "patch", "update"];

    /// <summary>The path under which a resource's group lies.</summary>
    public static string Root(Resource resource) => resource.Group.Length == 0 ? $"/api/{resource.Version}" : $"/apis/{resource.Group}/{resource.Version}";

    public static void Map(IEndpointRouteBuilder app)
    {
        Answer(app, "/api", new JsonObject { ["kind"] = "APIVersions", ["versions"] = new JsonArray("v1"), ["serverAddressByClientCIDRs"] = new JsonArray() });
        var groups = Groups().ToList();
        Answer(app, "/apis", new JsonObject { ["kind"] = "APIGroupList", ["apiVersion"] = "v1", ["groups"] = new JsonArray([.. groups.Select(group => Group(group.Group, group.Version))]) });
        foreach (var (group, version, resources) in groups)
        {
            Answer(app, $"/apis/{group}", Group(group, version));
            Answer(app, $"/apis/{group}/{version}", ResourceList($"{group}/{version}", resources));
        }
        Answer(app, "/api/v1", ResourceList("v1", CoreResources()));
        Answer(app, "/version", Version());
        foreach (var path in (string[])["/healthz", "/livez", "/readyz"]) app.MapGet(path, context => context.Response.WriteAsync("ok", context.RequestAborted));
    }

    static IEnumerable<(string Group, string Version, IEnumerable<JsonNode> Resources)> Groups()
    {
        foreach (var group in Resources.All.Where(resource => resource.Group.Length > 0).GroupBy(resource => (resource.Group, resource.Version)))
            yield return (group.Key.Group, group.Key.Version, group.SelectMany(Entries));
        // answered by the kubelet's own endpoints
        yield return ("metrics.k8s.io", "v1beta1", [Entry("pods", "PodMetrics", true, ["get", "list"]), Entry("nodes", "NodeMetrics", false, ["get", "list"])]);
    }

    static IEnumerable<JsonNode> CoreResources() =>
    [
        .. Resources.All.Where(resource => resource.Group.Length == 0).SelectMany(Entries),
        Entry("namespaces/finalize", "Namespace", false, ["update"]),
        Entry("pods/log", "Pod", true, ["get"]),
        Entry("pods/exec", "PodExecOptions", true, ["create", "get"]),
        Entry("pods/attach", "PodAttachOptions", true, ["create", "get"]),
    ];

    static IEnumerable<JsonNode> Entries(Resource resource)
    {
        var entry = Entry(resource.Plural, resource.Kind, resource.Namespaced, Verbs);
        entry["singularName"] = resource.Singular;
        if (resource.ShortNames.Count > 0) entry["shortNames"] = new JsonArray([.. resource.ShortNames.Select(name => (JsonNode)name)]);
        if (resource.InAll) entry["categories"] = new JsonArray("all");
        yield return entry;
        if (resource.HasStatus) yield return Entry(resource.Plural + "/status", resource.Kind, resource.Namespaced, ChangeVerbs);
        if (!resource.HasScale) yield break;
        var scale = Entry(resource.Plural + "/scale", "Scale", resource.Namespaced, ChangeVerbs);
        (scale["group"], scale["version"]) = ("autoscaling", "v1");
        yield return scale;
    }

    static JsonObject Entry(string name, string kind, bool namespaced, string[] verbs) => new()
    {
        ["name"] = name,
        ["singularName"] = "",
        ["namespaced"] = namespaced,
        ["kind"] = kind,
        ["verbs"] = new JsonArray([.. verbs.Select(verb => (JsonNode)verb)]),
    };

    static JsonObject ResourceList(string version, IEnumerable<JsonNode> resources) =>
        new() { ["kind"] = "APIResourceList", ["apiVersion"] = "v1", ["groupVersion"] = version, ["resources"] = new JsonArray([.. resources]) };

    static JsonObject Group(string group, string version)
    {
        JsonObject Preferred() => new() { ["groupVersion"] = $"{group}/{version}", ["version"] = version };
        return new() { ["kind"] = "APIGroup", ["apiVersion"] = "v1", ["name"] = group, ["versions"] = new JsonArray(Preferred()), ["preferredVersion"] = Preferred() };
    }

    static JsonObject Version() => new()
    {
        ["major"] = "1",
        ["minor"] = "32",
        ["gitVersion"] = "v1.32.0+panel",
        ["gitCommit"] = "",
        ["gitTreeState"] = "clean",
        ["buildDate"] = "2026-01-01T00:00:00Z",
        ["goVersion"] = "",
        ["compiler"] = "dotnet",
        ["platform"] = $"{(OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : "linux")}/{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}",
    };

    static void Answer(IEndpointRouteBuilder app, string path, JsonObject document)
    {
        var text = document.ToJsonString();
        app.MapGet(path, context =>
        {
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync(text, context.RequestAborted);
        });
    }
}
