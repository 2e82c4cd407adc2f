using System.Net;
using System.Net.Sockets;
using Panel.LocalCluster.Kubelet.Usage;
using Xunit;

namespace Panel.Tests.LocalCluster.Kubelet;

/// <summary>What the kernel tells of real connections of this machine.</summary>
public sealed class TcpTrafficTests
{
    const int Much = 300_000, Little = 5_000;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task Bytes_are_counted_at_the_port_that_a_program_listens_on(string address)
    {
        Assert.SkipUnless(address != "::1" || Socket.OSSupportsIPv6, "No IPv6 here.");
        using var server = new TcpListener(IPAddress.Parse(address), 0);
        server.Start();
        var port = ((IPEndPoint)server.LocalEndpoint).Port;
        var traffic = new TcpTraffic();
        traffic.Look(new HashSet<int> { port });
        Assert.True(traffic.Told);
        Assert.Equal((0, 0), traffic.Of([port]));

        using var player = new TcpClient(server.LocalEndpoint.AddressFamily);
        await player.ConnectAsync(IPAddress.Parse(address), port, Stop);
        using var game = await server.AcceptTcpClientAsync(Stop);
        await ExchangeAsync(player, game);
        await AssertAsync(traffic, port, Much, Little);
        traffic.Look(new HashSet<int> { port });
        Assert.Equal((Much, Little), traffic.Of([port]));   // looked at twice, counted once
        await ExchangeAsync(player, game);
        await AssertAsync(traffic, port, 2 * Much, 2 * Little);

        traffic.Look(new HashSet<int>());
        Assert.Equal((0, 0), traffic.Of([port]));   // nobody asks for it any more
    }

    static async Task ExchangeAsync(TcpClient player, TcpClient game)
    {
        var sending = player.GetStream().WriteAsync(new byte[Much], Stop);
        await game.GetStream().ReadExactlyAsync(new byte[Much], Stop);
        await sending;
        await game.GetStream().WriteAsync(new byte[Little], Stop);
        await player.GetStream().ReadExactlyAsync(new byte[Little], Stop);
    }

    // what was sent counts once the other side has said that it came
    static async Task AssertAsync(TcpTraffic traffic, int port, long received, long sent)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(TimeSpan.FromSeconds(10));
        do
        {
            await Task.Delay(20, patience.Token);
            traffic.Look(new HashSet<int> { port });
        }
        while (traffic.Of([port]) != (received, sent));
    }
}
