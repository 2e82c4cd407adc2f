using System.Collections.Concurrent;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using Panel.Tests.Support;
using Panel.Tests.Web;
using Panel.Web.Accounts;
using Xunit;

namespace Panel.Tests.Security;

/// <summary>Connections of live pages, as somebody opens them who means no good.</summary>
public sealed class ConnectionLimitTests : IAsyncLifetime
{
    readonly PanelApp app = new();
    readonly CookieContainer cookies = new();
    readonly ConcurrentBag<ClientWebSocket> open = [];
    Uri address = null!;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await this.StartOrEndAsync(async () =>
    {
        address = app.Listen();
        using var visitor = new Visitor(new HttpClient(new HttpClientHandler { CookieContainer = cookies, AllowAutoRedirect = false }) { BaseAddress = address });
        Assert.Equal(HttpStatusCode.Redirect, (await visitor.SignInAsync(PanelApp.AdminEmail, PanelApp.AdminPassword)).StatusCode);
    });

    [Fact]
    public async Task Thousand_connections_of_one_account_are_bounded_and_each_that_is_refused_is_told_so()
    {
        var refused = new ConcurrentBag<HttpStatusCode>();
        await Parallel.ForAsync(0, 1000, new ParallelOptions { MaxDegreeOfParallelism = 25, CancellationToken = Stop }, async (_, cancellation) =>
        {
            var (socket, status) = await ConnectAsync(cancellation);
            if (socket is not null) open.Add(socket);
            else refused.Add(status);
        });
        Assert.InRange(open.Count, 1, OpenCircuits.MostConnections);
        Assert.Equal(1000, open.Count + refused.Count);
        Assert.All(refused, status => Assert.Equal(HttpStatusCode.TooManyRequests, status));

        // one that goes makes room for another, and nobody else was in the way meanwhile
        using var other = new HttpClient { BaseAddress = address };
        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync(new Uri("sign-in", UriKind.Relative), Stop)).StatusCode);
        Assert.True(open.TryTake(out var first));
        first.Abort();
        await Deadline.UntilAsync("room for another", async () =>
        {
            var (socket, _) = await ConnectAsync(Stop);
            if (socket is null) return false;
            open.Add(socket);
            return true;
        });
    }

    [Fact]
    public async Task Message_of_ten_megabytes_ends_its_connection()
    {
        var (socket, _) = await ConnectAsync(Stop);
        open.Add(socket!);
        await socket!.SendAsync(Encoding.UTF8.GetBytes("{\"protocol\":\"blazorpack\",\"version\":1}\u001e"), WebSocketMessageType.Binary, endOfMessage: true, Stop);
        var part = new byte[64 * 1024];
        // a length of ten megabytes, as SignalR writes it, and then the bytes
        byte[] length = [0x80, 0xad, 0xe2, 0x04];
        var ended = await EndedAsync(async () =>
        {
            await socket.SendAsync(length, WebSocketMessageType.Binary, endOfMessage: false, Stop);
            for (var i = 0; i < 160; i++) await socket.SendAsync(part, WebSocketMessageType.Binary, i == 159, Stop);
        });
        if (!ended) await Deadline.UntilAsync("the end of the connection", async () => socket.State == WebSocketState.CloseReceived || await EndedAsync(async () => await socket.ReceiveAsync(new byte[1024], Stop)));
    }

    static async Task<bool> EndedAsync(Func<Task> use)
    {
        try
        {
            await use();
            return false;
        }
        catch (WebSocketException)
        {
            return true;
        }
    }

    async Task<(ClientWebSocket? Socket, HttpStatusCode Status)> ConnectAsync(CancellationToken cancellation)
    {
        var socket = new ClientWebSocket();
        socket.Options.Cookies = cookies;
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.SetRequestHeader("Origin", address.GetLeftPart(UriPartial.Authority));
        try
        {
            await socket.ConnectAsync(new UriBuilder(new Uri(address, "_blazor")) { Scheme = "ws" }.Uri, cancellation);
            return (socket, HttpStatusCode.SwitchingProtocols);
        }
        catch (WebSocketException)
        {
            var status = socket.HttpStatusCode;
            socket.Dispose();
            return (null, status);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var socket in open)
        {
            socket.Abort();
            socket.Dispose();
        }
        await app.DisposeAsync();
    }
}
