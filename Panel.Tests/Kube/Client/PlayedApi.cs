using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Panel.Kube;
using Panel.Kube.Client;
using Panel.Tests.Support;

namespace Panel.Tests.Kube.Client;

/// <summary>An API server that plays a given part: each request is answered by the next act, and one too many by 500.</summary>
sealed class PlayedApi : IAsyncDisposable
{
    readonly TempFolder folder = new();
    readonly WebApplication web;
    readonly ConcurrentQueue<Func<HttpContext, Task>> acts = new();
    readonly KubeConnection connection;

    PlayedApi(WebApplication web)
    {
        this.web = web;
        var options = Options.Create(new KubeOptions { Kubeconfig = folder["config"], RequestSeconds = 5 });
        connection = new(options, TimeProvider.System, NullLogger<KubeConnection>.Instance);
        Client = new(connection);
    }

    public KubeClient Client { get; }

    /// <summary>Paths and queries of what was asked.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    public string Kubeconfig => folder["config"];

    public static async Task<PlayedApi> StartAsync(params Func<HttpContext, Task>[] acts)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var api = new PlayedApi(builder.Build());
        foreach (var act in acts) api.acts.Enqueue(act);
        api.web.Run(api.AnswerAsync);
        await api.web.StartAsync();
        api.Write("token-1");
        return api;
    }

    /// <summary>Another act at the end.</summary>
    public void Then(Func<HttpContext, Task> act) => acts.Enqueue(act);

    /// <summary>Writes the kubeconfig.</summary>
    public void Write(string token) => File.WriteAllText(Kubeconfig, $$"""
        current-context: c
        clusters: [{ name: k, cluster: { server: '{{web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()}}' } }]
        contexts: [{ name: c, context: { cluster: k, user: u } }]
        users: [{ name: u, user: { token: {{token}} } }]
        """);

    /// <summary>Answers with a text.</summary>
    public static Func<HttpContext, Task> Say(string text, int code = 200) => async context =>
    {
        context.Response.StatusCode = code;
        await context.Response.WriteAsync(text);
    };

    /// <summary>Answers with texts one by one, and then says nothing more until the client is gone.</summary>
    public static Func<HttpContext, Task> SayAndHang(params string[] texts) => async context =>
    {
        await context.Response.StartAsync();
        foreach (var text in texts)
        {
            await context.Response.WriteAsync(text);
            await context.Response.Body.FlushAsync();
            await Task.Delay(5);
        }
        await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
    };

    /// <summary>Begins to answer and breaks the connection.</summary>
    public static Func<HttpContext, Task> SayAndBreak(string text) => async context =>
    {
        await context.Response.WriteAsync(text);
        await context.Response.Body.FlushAsync();
        await Task.Delay(200);   // a reset takes with it what has not been read
        context.Abort();
    };

    async Task AnswerAsync(HttpContext context)
    {
        Asked.Enqueue(context.Request.Path + context.Request.QueryString);
        if (acts.TryDequeue(out var act)) await act(context);
        else await SayAndHang()(context);
    }

    public async ValueTask DisposeAsync()
    {
        connection.Dispose();
        using (var cut = new CancellationTokenSource(0)) await web.StopAsync(cut.Token);
        await web.DisposeAsync();
        folder.Dispose();
    }
}
