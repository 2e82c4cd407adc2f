using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Api;

/// <summary>The Kubernetes API over the store.</summary>
public static class ClusterApi
{
    /// <summary>Maps authentication and every endpoint of stored objects. What needs the kubelet (logs, exec, attach, metrics) is mapped by it, after this.</summary>
    /// <param name="app">Where to map.</param>
    /// <param name="store">The objects.</param>
    /// <param name="operations">The verbs on them.</param>
    /// <param name="token">The bearer token that every request must carry.</param>
    /// <param name="clock">The time, for watches and ages.</param>
    public static void Map(WebApplication app, ObjectStore store, ObjectOperations operations, string token, TimeProvider clock)
    {
        app.Use(new ErrorAnswers(app.Logger).InvokeAsync);
        app.Use(new Authentication(token).InvokeAsync);
        Discovery.Map(app);
        OpenApi.Map(app);
        var reads = new ReadEndpoints(store, new WatchEndpoint(store, clock, app.Lifetime.ApplicationStopping), clock);
        var writes = new WriteEndpoints(store, operations, clock);
        var scales = new ScaleEndpoints(store, operations);
        foreach (var resource in Resources.All) MapResource(app, resource, reads, writes, scales);
        app.MapMethods("/api/v1/namespaces/{name}/finalize", [HttpMethods.Put], context => writes.FinalizeAsync(context));
    }

    static void MapResource(IEndpointRouteBuilder app, Resource resource, ReadEndpoints reads, WriteEndpoints writes, ScaleEndpoints scales)
    {
        var root = Discovery.Root(resource);
        var all = $"{root}/{resource.Plural}";
        var list = resource.Namespaced ? $"{root}/namespaces/{{space}}/{resource.Plural}" : all;
        var one = list + "/{name}";
        if (resource.Namespaced) app.MapMethods(all, [HttpMethods.Get], context => reads.ListAsync(context, resource));
        app.MapMethods(list, [HttpMethods.Get], context => reads.ListAsync(context, resource));
        app.MapMethods(list, [HttpMethods.Post], context => writes.CreateAsync(context, resource));
        app.MapMethods(list, [HttpMethods.Delete], context => writes.DeleteManyAsync(context, resource));
        app.MapMethods(one, [HttpMethods.Get], context => reads.FindAsync(context, resource));
        app.MapMethods(one, [HttpMethods.Delete], context => writes.DeleteAsync(context, resource));
        MapWrites(app, one, Part.Spec, resource, writes);
        if (resource.HasStatus)
        {
            app.MapMethods(one + "/status", [HttpMethods.Get], context => reads.FindAsync(context, resource));
            MapWrites(app, one + "/status", Part.Status, resource, writes);
        }
        if (resource.HasScale)
        {
            app.MapMethods(one + "/scale", [HttpMethods.Get], context => scales.FindAsync(context, resource));
            app.MapMethods(one + "/scale", [HttpMethods.Put, HttpMethods.Patch], context => scales.ChangeAsync(context, resource));
        }
    }

    static void MapWrites(IEndpointRouteBuilder app, string path, Part part, Resource resource, WriteEndpoints writes)
    {
        app.MapMethods(path, [HttpMethods.Put], context => writes.ReplaceAsync(context, resource, part));
        app.MapMethods(path, [HttpMethods.Patch], context => writes.PatchAsync(context, resource, part));
    }
}
