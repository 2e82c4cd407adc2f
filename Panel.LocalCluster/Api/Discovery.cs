using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Panel.LocalCluster.Authorization;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Api;

/// <summary>Tells clients what there is.</summary>
static class Discovery
{
    static readonly string[] Verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
    static readonly string[] ChangeVerbs = ["get", "patch", "update"];

    /// <summary>The path under which a resource's group lies.</summary>
    public static string Root(Resource resource) => resource.Group.Length == 0 ? $"/api/{resource.Version}" : $"/apis/{resource.Group}/{resource.Version}";

    /// <summary>The path of a resource's objects, those of one namespace where they have one.</summary>
    public static string List(Resource resource) => $"{Root(resource)}{(resource.Namespaced ? "/namespaces/{space}" : "")}/{resource.Plural}";

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
        Answer(app, "/api/v1", ResourceList("v1", Resources.All.Where(resource => resource.Group.Length == 0).SelectMany(Entries)));
        Answer(app, "/version", Version());
        foreach (var path in (string[])["/healthz", "/livez", "/readyz"]) app.MapGet(path, context => context.Response.WriteAsync("ok", context.RequestAborted));
    }

    static IEnumerable<(string Group, string Version, IEnumerable<JsonNode> Resources)> Groups()
    {
        var stored = Resources.All.Where(resource => resource.Group.Length > 0).Select(resource => (resource, Entries: Entries(resource)));
        var asked = ReviewEndpoints.All.Select(review => (resource: review.Resource, Entries: (IEnumerable<JsonNode>)[Entry(review.Resource.Plural, review.Resource.Singular, review.Resource.Kind, review.Resource.Namespaced, ["create"])]));
        foreach (var group in stored.Concat(asked).GroupBy(entry => (entry.resource.Group, entry.resource.Version)))
            yield return (group.Key.Group, group.Key.Version, group.SelectMany(entry => entry.Entries));
        // answered by the kubelet's own endpoints
        yield return ("metrics.k8s.io", "v1beta1", [Entry("pods", "", "PodMetrics", true, ["get", "list"]), Entry("nodes", "", "NodeMetrics", false, ["get", "list"])]);
    }

    static IEnumerable<JsonNode> Entries(Resource resource)
    {
        var entry = Entry(resource.Plural, resource.Singular, resource.Kind, resource.Namespaced, Verbs);
        if (resource.ShortNames.Count > 0) entry["shortNames"] = new JsonArray([.. resource.ShortNames.Select(name => (JsonNode)name)]);
        if (resource.InAll) entry["categories"] = new JsonArray("all");
        yield return entry;
        if (resource.HasStatus) yield return Entry(resource, new("status", resource.Kind, ChangeVerbs));
        if (resource.HasScale) yield return Entry(resource, new("scale", "Scale", ChangeVerbs) { Group = "autoscaling", Version = "v1" });
        foreach (var part in resource.Subresources) yield return Entry(resource, part);
    }

    static JsonObject Entry(Resource resource, Subresource part)
    {
        var entry = Entry($"{resource.Plural}/{part.Name}", "", part.Kind, resource.Namespaced, part.Verbs);
        if (part.Version.Length > 0) (entry["group"], entry["version"]) = (part.Group, part.Version);
        return entry;
    }

    static JsonObject Entry(string name, string singular, string kind, bool namespaced, IReadOnlyList<string> verbs) => new()
    {
        ["name"] = name,
        ["singularName"] = singular,
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
