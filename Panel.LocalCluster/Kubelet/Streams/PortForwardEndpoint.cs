using System.Globalization;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Panel.LocalCluster.Kubelet.Pods;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Kubelet.Streams;

/// <summary><c>…/pods/{name}/portforward</c>: SPDY/3.1, by itself as older clients upgrade to it, or carried in a WebSocket as kubectl does from 1.31 on; or one port in the channels of a WebSocket.</summary>
static class PortForwardEndpoint
{
    const string Spdy = "SPDY/3.1", Protocol = "portforward.k8s.io", Tunnel = Spdy + "+" + Protocol, Channels = "v4.channel.k8s.io";

    public static void Map(WebApplication app, PodSupervisor pods, ILogger logger)
    {
        string[] verbs = ["GET", "POST"];
        app.MapMethods("/api/v1/namespaces/{space}/pods/{name}/portforward", verbs, (string space, string name, HttpContext http) => PodAccess.AnswerAsync(http, () => RunAsync(http, pods, space, name, logger)));
    }

    static async Task RunAsync(HttpContext http, PodSupervisor pods, string space, string name, ILogger logger)
    {
        var worker = pods.Find(space, name) ?? throw pods.Explain(space, name);
        var forward = new PortForward(worker.Pod, logger);
        if (http.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true } upgrade) throw Statuses.BadRequest("Upgrade request required");
        if (string.Equals(http.Request.Headers.Upgrade, Spdy, StringComparison.OrdinalIgnoreCase))
        {
            (http.Response.Headers.Upgrade, http.Response.Headers["X-Stream-Protocol-Version"]) = (Spdy, Protocol);
            await using var plain = await upgrade.UpgradeAsync();
            await forward.RunAsync(plain, http.RequestAborted);
            return;
        }
        if (http.WebSockets.IsWebSocketRequest && http.WebSockets.WebSocketRequestedProtocols.Contains(Channels))
        {
            if (http.Request.Query["ports"] is not [var one] || !ushort.TryParse(one, NumberStyles.None, CultureInfo.InvariantCulture, out var port)) throw Statuses.BadRequest("query parameter \"ports\" is required, and here it is one port");
            using var accepted = await http.WebSockets.AcceptWebSocketAsync(Channels);
            using var channels = new ChannelSocket(accepted);
            await PortChannels.RunAsync(PortForward.Ports(worker.Pod).Contains(port) ? port : null, port, channels, http.RequestAborted);
            return;
        }
        if (!http.WebSockets.IsWebSocketRequest || !http.WebSockets.WebSocketRequestedProtocols.Contains(Tunnel)) throw Statuses.BadRequest($"a WebSocket of the subprotocol {Tunnel} is required");
        using var socket = await AcceptAsync(http, upgrade);
        await using var wire = WebSocketStream.Create(socket, WebSocketMessageType.Binary, TimeSpan.FromSeconds(2));
        await forward.RunAsync(wire, http.RequestAborted);
    }

    // by hand (RFC 6455, 4.2.2): .NET refuses the name of the subprotocol for its slash
    static async Task<WebSocket> AcceptAsync(HttpContext http, IHttpUpgradeFeature upgrade)
    {
        var key = http.Request.Headers.SecWebSocketKey + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
        var headers = http.Response.Headers;
        headers.Upgrade = "websocket";
#pragma warning disable CA5350 // the protocol says SHA-1, and keeps no secret by it
        headers.SecWebSocketAccept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key)));
#pragma warning restore CA5350
        headers.SecWebSocketProtocol = Tunnel;
        return WebSocket.CreateFromStream(await upgrade.UpgradeAsync(), new WebSocketCreationOptions { IsServer = true, KeepAliveInterval = TimeSpan.FromSeconds(15), KeepAliveTimeout = TimeSpan.FromSeconds(60) });
    }
}
