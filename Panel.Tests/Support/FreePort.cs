using System.Net;
using System.Net.Sockets;

namespace Panel.Tests.Support;

/// <summary>Ports of the loopback address that nobody uses.</summary>
public static class FreePort
{
    const int RangeLength = 50, FirstRange = 10_000, Ranges = 400;
    static int ranges = Random.Shared.Next(Ranges);

    /// <summary>Ports for the game servers of one panel, so that panels that run beside each other do not meet. Below the system's own choice.</summary>
    public static (int First, int Last) NextRange()
    {
        while (true)
        {
            var first = FirstRange + Interlocked.Increment(ref ranges) % Ranges * RangeLength;
            if (Enumerable.Range(first, RangeLength).All(IsFree)) return (first, first + RangeLength - 1);
        }
    }

    /// <summary>A TCP port that was free a moment ago.</summary>
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Any, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
