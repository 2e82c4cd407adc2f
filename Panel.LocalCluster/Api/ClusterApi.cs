using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Panel.LocalCluster.Api.Schemas;
using Panel.LocalCluster.Authorization;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Api;

/// <summary>What lets clients in.</summary>
/// <param name="Token">The administrator's bearer token.</param>
/// <param name="Signing">Signs the tokens of service accounts.</param>
public sealed record ClusterKeys(string Token, ECDsa Signing);

/// <summary>The Kubernetes API over the store.</summary>
public static class ClusterApi
{
    /// <summary>Maps authentication and every endpoint of stored objects. What needs the kubelet (logs, exec, attach, metrics) is mapped by it, after this.</summary>
    /// <param name="app">Where to map.</param>
    /// <param name="store">The objects.</param>
    /// <param name="operations">The verbs on them.</param>
    /// <param name="keys">What lets clients in.</param>
    /// <param name="clock">The time, for watches and ages.</param>
    public static void Map(WebApplication app, ObjectStore store, ObjectOperations operations, ClusterKeys keys, TimeProvider clock)
    {
        app.Use(new ErrorAnswers(app.Logger).InvokeAsync);
        var authorizer = new Authorizer(store);
        var tokens = new AccountTokens(keys.Signing, store, clock);
        app.Use(new Authentication(keys.Token, tokens, authorizer).InvokeAsync);
        Discovery.Map(app);
        OpenApi.Map(app);
        var reads = new ReadEndpoints(store, new WatchEndpoint(store, clock, app.Lifetime.ApplicationStopping), clock);
        var writes = new WriteEndpoints(store, operations, clock);
        var scales = new ScaleEndpoints(store, operations);
        foreach (var resource in Resources.All) MapResource(app, resource, reads, writes, scales);
        app.MapMethods("/api/v1/namespaces/{name}/finalize", [HttpMethods.Put], context => writes.FinalizeAsync(context));
        app.MapMethods("/api/v1/namespaces/{space}/serviceaccounts/{name}/token", [HttpMethods.Post], new TokenEndpoint(store, tokens, clock).CreateAsync);
        var reviews = new ReviewEndpoints(authorizer, tokens);
        foreach (var (resource, type) in ReviewEndpoints.All) app.MapMethods(Discovery.List(resource), [HttpMethods.Post], context => reviews.AnswerAsync(context, resource, type));
    }

    static void MapResource(IEndpointRouteBuilder app, Resource resource, ReadEndpoints reads, WriteEndpoints writes, ScaleEndpoints scales)
    {
        var list = Discovery.List(resource);
        var one = list + "/{name}";
        if (resource.Namespaced) app.MapMethods($"{Discovery.Root(resource)}/{resource.Plural}", [HttpMethods.Get], context => reads.ListAsync(context, resource));
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
