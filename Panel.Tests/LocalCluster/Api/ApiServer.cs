using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Panel.LocalCluster.Api;
using Panel.LocalCluster.Controllers;
using Panel.Tests.LocalCluster.Store;
using Panel.Tests.Support;

namespace Panel.Tests.LocalCluster.Api;

/// <summary>The API over a store of its own, on a free port, with the collectors and without a kubelet.</summary>
public sealed class ApiServer : IAsyncDisposable
{
    readonly CancellationTokenSource stop = new();
    readonly WebApplication web;
    readonly Task collectors;

    ApiServer(TestStore store, WebApplication web)
    {
        (Store, this.web) = (store, web);
        Client = new() { BaseAddress = new(web.Urls.First()) };
        Client.DefaultRequestHeaders.Authorization = new("Bearer", "secret");
        collectors = Task.WhenAll(
            new GarbageCollector(store.Store, store.Operations, TimeProvider.System, NullLogger<GarbageCollector>.Instance).RunAsync(stop.Token),
            new NamespaceController(store.Store, store.Operations, TimeProvider.System, NullLogger<NamespaceController>.Instance).RunAsync(stop.Token));
    }

    public TestStore Store { get; }
    public HttpClient Client { get; }

    public static async Task<ApiServer> StartAsync()
    {
        var store = await TestStore.BeginAsync();
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore().AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        var web = builder.Build();
        ClusterApi.Map(web, store.Store, store.Operations, new("secret", ECDsa.Create(ECCurve.NamedCurves.nistP256)), TimeProvider.System);
        await web.StartAsync();
        return new(store, web);
    }

    /// <summary>Sends a request; the body is JSON, or what the media type says.</summary>
    public async Task<(int Code, JsonObject Body)> SendAsync(string method, string path, string? body = null, string type = "application/json", string? accept = null)
    {
        using var request = new HttpRequestMessage(new(method), path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        }
        if (accept is not null) request.Headers.TryAddWithoutValidation("Accept", accept);
        using var answer = await Client.SendAsync(request).Within($"{method} {path}");
        var text = await answer.Content.ReadAsStringAsync();
        return ((int)answer.StatusCode, text.StartsWith('{') ? JsonNode.Parse(text)!.AsObject() : []);
    }

    public async Task<JsonObject> GetAsync(string path) => (await SendAsync("GET", path)).Body;

    /// <summary>Creates an object and fails the test when it is refused.</summary>
    public async Task<JsonObject> CreateAsync(string path, string body)
    {
        var (code, answer) = await SendAsync("POST", path, body);
        return code == 201 ? answer : throw new InvalidOperationException($"{code}: {answer.ToJsonString()}");
    }

    /// <summary>Opens a watch; each item is one event.</summary>
    public async IAsyncEnumerable<JsonObject> WatchAsync(string path, string? accept = null)
    {
        using var deadline = Deadline.Source();
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accept is not null) request.Headers.TryAddWithoutValidation("Accept", accept);
        using var answer = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(deadline.Token));
        while (await reader.ReadLineAsync(deadline.Token) is { } line) yield return JsonNode.Parse(line)!.AsObject();
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await collectors.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Client.Dispose();
        await web.StopAsync();
        await web.DisposeAsync();
        await Store.DisposeAsync();
        stop.Dispose();
    }
}
