using System.Diagnostics;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Replicas;

/// <summary>A Redis server of its own, on a free port of this machine and with a password; it can be ended and started again there.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    // Debian's tools hold the server too, under another name, without a service that starts by itself
    const string Program = "/usr/bin/redis-check-rdb", Password = "s3cret/:@ word";

    readonly TempFolder folder = new();
    readonly int port = FreePort.Next();
    Process? process;

    /// <summary>How to reach it.</summary>
    public string Address => $"redis://:{Uri.EscapeDataString(Password)}@127.0.0.1:{port}";

    /// <summary>Starts one; skips the test where there is none.</summary>
    public static async Task<RedisServer> StartNewAsync()
    {
        Assert.SkipUnless(File.Exists(Program), "No Redis here (redis-tools): ./test installs it.");
        var server = new RedisServer();
        await server.StartAsync();
        return server;
    }

    /// <summary>Starts it again.</summary>
    public async Task StartAsync()
    {
        var server = folder["redis-server"];
        if (!File.Exists(server)) File.CreateSymbolicLink(server, Program);
        process = Process.Start(new ProcessStartInfo(server, ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--requirepass", Password, "--dir", folder.Path])
        {
            RedirectStandardOutput = true,
        })!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        await Deadline.UntilAsync("Redis answers", async () =>
        {
            using var client = new System.Net.Sockets.TcpClient();
            try
            {
                await client.ConnectAsync("127.0.0.1", port);
                return true;
            }
            catch (System.Net.Sockets.SocketException) { return false; }
        });
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        if (process is not { } running) return;
        process = null;
        running.Kill();
        await running.WaitForExitAsync();
        running.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        folder.Dispose();
    }
}
