using System.Globalization;
using System.Threading.Channels;
using Microsoft.Playwright;

namespace Panel.Tests.Support;

/// <summary>A line of some delay between a browser and the panel. What only works because an answer is there at once fails on it.</summary>
public static class SlowLine
{
    /// <summary>The delay of every visit of this run in milliseconds, from PANEL_TEST_LATENCY; zero for none.</summary>
    public static TimeSpan OfThisRun { get; } =
        TimeSpan.FromMilliseconds(int.TryParse(Environment.GetEnvironmentVariable("PANEL_TEST_LATENCY"), CultureInfo.InvariantCulture, out var delay) ? delay : 0);

    /// <summary>Delays what WebSockets of a browser's context carry, each way, in order.</summary>
    public static Task DelayAsync(IBrowserContext context, TimeSpan delay) => context.RouteWebSocketAsync("**", socket =>
    {
        var server = socket.ConnectToServer();
        Carry(socket.OnMessage, server.Send, delay);
        Carry(server.OnMessage, socket.Send, delay);
    });

    static void Carry(Action<Action<IWebSocketFrame>> from, Action<byte[]> to, TimeSpan delay)
    {
        var way = Channel.CreateUnbounded<(Task Due, IWebSocketFrame Frame)>();
        from(frame => way.Writer.TryWrite((Task.Delay(delay), frame)));
        _ = Task.Run(async () =>
        {
            await foreach (var (due, frame) in way.Reader.ReadAllAsync())
            {
                await due;
                try
                {
                    to(frame.Binary!);      // Blazor's own protocol is binary, and takes its hello either way
                }
                catch (Exception gone) when (gone is PlaywrightException or ObjectDisposedException or InvalidOperationException) { return; }     // with the page
            }
        });
    }
}
