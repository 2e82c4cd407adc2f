using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Panel.Kube.Wire;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Api.Schemas;

/// <summary>
/// OpenAPI v3 of the stored kinds: what <c>kubectl explain</c> prints, and that writes take <c>fieldValidation</c>, hence that the server checks and kubectl need not.
/// That patches may be strategic is not said: kubectl would then merge by these schemas, which lack what the models lack, and merges by the types built into it otherwise.
/// </summary>
static class OpenApi
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var texts = FieldTexts.Load(typeof(KubeObject).Assembly);
        var roots = Resources.All.GroupBy(Discovery.Root).ToList();
        var index = new JsonObject();
        foreach (var root in roots)
        {
            var path = root.Key.TrimStart('/');
            index[path] = new JsonObject { ["serverRelativeURL"] = $"/openapi/v3/{path}" };
            var text = new Lazy<string>(() => Document(root, new(texts)).ToJsonString());
            Answer(app, $"/openapi/v3/{path}", text);
        }
        Answer(app, "/openapi/v3", new(new JsonObject { ["paths"] = index }.ToJsonString()));
        app.MapGet("/openapi/v2", context =>
        {
            // kubectl reads this as protobuf, of which nothing at all is an empty document
            context.Response.ContentType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
            return Task.CompletedTask;
        });
    }

    static JsonObject Document(IEnumerable<Resource> resources, SchemaSet schemas)
    {
        var paths = new JsonObject();
        foreach (var resource in resources)
        {
            var list = Discovery.List(resource).Replace("{space}", "{namespace}", StringComparison.Ordinal);
            paths[list] = new JsonObject { ["get"] = Operation(resource, "list"), ["post"] = Operation(resource, "post") };
            paths[list + "/{name}"] = new JsonObject { ["get"] = Operation(resource, "get"), ["put"] = Operation(resource, "put"), ["patch"] = Operation(resource, "patch") };
            schemas.Add(Resources.TypeOf(resource))["x-kubernetes-group-version-kind"] = new JsonArray(Kind(resource));
        }
        return new()
        {
            ["openapi"] = "3.0.0",
            ["info"] = new JsonObject { ["title"] = "Panel local cluster", ["version"] = "v1" },
            ["paths"] = paths,
            ["components"] = new JsonObject { ["schemas"] = schemas.Components },
        };
    }

    static JsonObject Operation(Resource resource, string action)
    {
        string[] parameters = action is "get" or "list" ? [] : ["dryRun", "fieldManager", "fieldValidation"];
        return new()
        {
            ["parameters"] = new JsonArray([.. parameters.Select(name => new JsonObject { ["name"] = name, ["in"] = "query", ["schema"] = new JsonObject { ["type"] = "string" } })]),
            ["responses"] = new JsonObject(),
            ["x-kubernetes-action"] = action,
            ["x-kubernetes-group-version-kind"] = Kind(resource),
        };
    }

    static JsonObject Kind(Resource resource) => new() { ["group"] = resource.Group, ["kind"] = resource.Kind, ["version"] = resource.Version };

    static void Answer(IEndpointRouteBuilder app, string path, Lazy<string> text) => app.MapGet(path, context =>
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(text.Value, context.RequestAborted);
    });
}
