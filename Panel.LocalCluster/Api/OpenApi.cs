using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Api;

/// <summary>
/// As much OpenAPI as kubectl looks for: that writes take <c>fieldValidation</c>, hence that the server checks and kubectl need not. Schemas are left out: kubectl
/// then merges by the types built into it, which are ours.
/// </summary>
static class OpenApi
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var roots = Resources.All.GroupBy(Discovery.Root).ToList();
        var index = new JsonObject();
        foreach (var root in roots)
        {
            var path = root.Key.TrimStart('/');
            index[path] = new JsonObject { ["serverRelativeURL"] = $"/openapi/v3/{path}" };
            Answer(app, $"/openapi/v3/{path}", Document(root));
        }
        Answer(app, "/openapi/v3", new JsonObject { ["paths"] = index });
        app.MapGet("/openapi/v2", context =>
        {
            // kubectl reads this as protobuf, of which nothing at all is an empty document
            context.Response.ContentType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
            return Task.CompletedTask;
        });
    }

    static JsonObject Document(IEnumerable<Resource> resources)
    {
        var paths = new JsonObject();
        foreach (var resource in resources)
        {
            var list = $"{Discovery.Root(resource)}{(resource.Namespaced ? "/namespaces/{namespace}" : "")}/{resource.Plural}";
            paths[list] = new JsonObject { ["post"] = Operation(resource, "post") };
            paths[list + "/{name}"] = new JsonObject { ["put"] = Operation(resource, "put"), ["patch"] = Operation(resource, "patch") };
        }
        return new()
        {
            ["openapi"] = "3.0.0",
            ["info"] = new JsonObject { ["title"] = "Panel local cluster", ["version"] = "v1" },
            ["paths"] = paths,
            ["components"] = new JsonObject { ["schemas"] = new JsonObject() },
        };
    }

    static JsonObject Operation(Resource resource, string action) => new()
    {
        ["parameters"] = new JsonArray([.. ((string[])["dryRun", "fieldManager", "fieldValidation"]).Select(name =>
            new JsonObject { ["name"] = name, ["in"] = "query", ["schema"] = new JsonObject { ["type"] = "string" } })]),
        ["responses"] = new JsonObject(),
        ["x-kubernetes-action"] = action,
        ["x-kubernetes-group-version-kind"] = new JsonObject { ["group"] = resource.Group, ["kind"] = resource.Kind, ["version"] = resource.Version },
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
