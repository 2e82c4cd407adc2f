using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Panel.Kube.Client;
using Panel.Tests.Support;

namespace Panel.Tests.Faults;

/// <summary>What befalls one request on its way to the cluster.</summary>
/// <param name="Wait">It comes so much later.</param>
/// <param name="Code">It is answered with this instead.</param>
/// <param name="Body">With this body.</param>
/// <param name="RetryAfter">And this many seconds to wait.</param>
/// <param name="Reset">The connection breaks before an answer.</param>
/// <param name="CutAfter">The connection breaks after so many bytes of the answer.</param>
/// <param name="StallAfter">After so many bytes of the answer nothing more comes, and nobody says so.</param>
sealed record Fault(TimeSpan Wait = default, int Code = 0, string Body = "", int RetryAfter = 0, bool Reset = false, int? CutAfter = null, int? StallAfter = null);

/// <summary>Stands between the panel and a cluster, and does harm as long as it is told to.</summary>
sealed class FaultProxy : IAsyncDisposable
{
    readonly TempFolder folder = new();
    readonly KubeConfig cluster;
    readonly HttpClient upstream;
    WebApplication? web;
    int asked;

    FaultProxy(KubeConfig cluster)
    {
        this.cluster = cluster;
        upstream = new(Handler()) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Decides what befalls a request; null for none.</summary>
    public Func<HttpRequest, Fault?> Harm { get; set; } = _ => null;

    /// <summary>How many requests came.</summary>
    public int Asked => Volatile.Read(ref asked);

    /// <summary>A kubeconfig that leads here.</summary>
    public string Kubeconfig => folder["config"];

    public static async Task<FaultProxy> StartAsync(string kubeconfig)
    {
        var proxy = new FaultProxy(KubeConfig.Load(kubeconfig));
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        proxy.web = builder.Build();
        proxy.web.UseWebSockets();
        proxy.web.Run(proxy.PassAsync);
        await proxy.web.StartAsync();
        var address = proxy.web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        await File.WriteAllTextAsync(proxy.Kubeconfig, $$"""
            current-context: c
            clusters: [{ name: k, cluster: { server: '{{address}}' } }]
            contexts: [{ name: c, context: { cluster: k, user: u } }]
            users: [{ name: u, user: { token: {{proxy.cluster.Token}} } }]
            """);
        return proxy;
    }

    async Task PassAsync(HttpContext context)
    {
        Interlocked.Increment(ref asked);
        var fault = Harm(context.Request) ?? new();
        try
        {
            await Task.Delay(fault.Wait, context.RequestAborted);
            if (fault.Reset) context.Abort();
            else if (fault.Code != 0) await AnswerAsync(context, fault);
            else if (context.WebSockets.IsWebSocketRequest) await BridgeAsync(context);
            else await ForwardAsync(context, fault);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException or HttpRequestException or WebSocketException)
        {
            context.Abort();
        }
    }

    static async Task AnswerAsync(HttpContext context, Fault fault)
    {
        context.Response.StatusCode = fault.Code;
        if (fault.RetryAfter > 0) context.Response.Headers.RetryAfter = $"{fault.RetryAfter}";
        await context.Response.WriteAsync(fault.Body, context.RequestAborted);
    }

    async Task ForwardAsync(HttpContext context, Fault fault)
    {
        var from = context.Request;
        using var request = new HttpRequestMessage(new(from.Method), new Uri(cluster.Server, from.Path + from.QueryString));
        request.Headers.Authorization = AuthenticationHeaderValue.Parse(from.Headers.Authorization.ToString());
        request.Headers.TryAddWithoutValidation("Accept", from.Headers.Accept.ToArray());
        if (from.ContentLength is > 0 || from.Headers.TransferEncoding.Count > 0)
        {
            request.Content = new StreamContent(from.Body);
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(from.ContentType!);
            request.Content.Headers.ContentLength = from.ContentLength;
        }
        using var answer = await upstream.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        await context.Response.StartAsync(context.RequestAborted);
        await CopyAsync(context, await answer.Content.ReadAsStreamAsync(context.RequestAborted), fault);
    }

    static async Task CopyAsync(HttpContext context, Stream body, Fault fault)
    {
        var buffer = new byte[16 << 10];
        for (var left = fault.CutAfter ?? fault.StallAfter ?? long.MaxValue; ;)
        {
            if (left == 0 && fault.StallAfter is not null) await Task.Delay(Timeout.Infinite, context.RequestAborted);
            if (left == 0) context.Abort();
            var read = await body.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), context.RequestAborted);
            if (read == 0) return;
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            left -= read;
        }
    }

    async Task BridgeAsync(HttpContext context)
    {
        using var far = new ClientWebSocket();
        foreach (var protocol in context.WebSockets.WebSocketRequestedProtocols) far.Options.AddSubProtocol(protocol);
        far.Options.SetRequestHeader("Authorization", context.Request.Headers.Authorization.ToString());
        using var invoker = new HttpMessageInvoker(Handler());
        var address = new UriBuilder(new Uri(cluster.Server, context.Request.Path + context.Request.QueryString)) { Scheme = "wss" }.Uri;
        await far.ConnectAsync(address, invoker, context.RequestAborted);
        using var near = await context.WebSockets.AcceptWebSocketAsync(far.SubProtocol);
        await Task.WhenAny(PumpAsync(near, far, context.RequestAborted), PumpAsync(far, near, context.RequestAborted));
    }

    static async Task PumpAsync(WebSocket from, WebSocket to, CancellationToken cancellation)
    {
        var buffer = new byte[64 << 10];
        while (true)
        {
            var part = await from.ReceiveAsync(buffer.AsMemory(), cancellation);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                await to.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellation);
                return;
            }
            await to.SendAsync(buffer.AsMemory(0, part.Count), part.MessageType, part.EndOfMessage, cancellation);
        }
    }

#pragma warning disable CA5359 // the cluster is this machine's own
    static SocketsHttpHandler Handler() => new() { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } };
#pragma warning restore CA5359

    public async ValueTask DisposeAsync()
    {
        if (web is not null)
        {
            using (var cut = new CancellationTokenSource(0)) await web.StopAsync(cut.Token);
            await web.DisposeAsync();
        }
        upstream.Dispose();
        folder.Dispose();
    }
}
