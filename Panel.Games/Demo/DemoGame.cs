using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Panel.Games.Protocol;

namespace Panel.Games.Demo;

/// <summary>
/// A small sandbox server that needs nothing installed. It speaks the Minecraft protocol far enough for the server list and for clients
/// and bots of version 1.12.2 to join an empty world, chat, and change blocks. For trying Panel out.
/// </summary>
static class DemoGame
{
    static readonly TimeSpan SavePace = TimeSpan.FromMinutes(1);
    const int TicksASecond = 20;

    /// <summary>Runs until it is stopped.</summary>
    /// <returns>The exit code: 0 after a stop, 1 when it could not start.</returns>
    public static async Task<int> RunAsync(string folder)
    {
        var clock = TimeProvider.System;
        var log = new GameLog(Console.OpenStandardOutput(), clock);
        log.Info($"Starting Panel demo server, speaks Minecraft {Packets.VersionName}");
        DemoServer server;
        Socket listener;
        try
        {
            log.Info("Loading properties");
            var properties = ServerProperties.Load(folder, Environment.GetEnvironmentVariable);
            log.Info($"Default game type: {properties.GameMode.ToUpperInvariant()}");
            log.Info($"Starting server on {(properties.Ip.Length > 0 ? properties.Ip : "*")}:{properties.Port}");
            log.Info($"Preparing level \"{properties.LevelName}\"");
            var world = new DemoWorld(Path.Combine(folder, properties.LevelName), clock);
            world.Load();
            server = new(properties, world, log, clock);
            listener = server.Listen();
            world.Save();
        }
        catch (SocketException taken)
        {
            log.Warn("**** FAILED TO BIND TO PORT!");
            log.Warn($"The exception was: {taken.Message}");
            log.Warn("Perhaps a server is already running on that port?");
            return 1;
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException or UnauthorizedAccessException or FormatException)
        {
            log.Error($"The server cannot start: {failure.Message}");
            return 1;
        }
        using (listener) await PlayAsync(server, listener, log);
        return 0;
    }

    static async Task PlayAsync(DemoServer server, Socket listener, GameLog log)
    {
        using var stopping = new CancellationTokenSource();
        var console = new DemoConsole(server, log, stopping.Cancel);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        var accepting = server.AcceptAsync(listener, stopping.Token);
        var ticking = TickAsync(server, console, stopping.Token);
        log.Info(string.Create(CultureInfo.InvariantCulture, $"Done ({SinceStart():0.000}s)! For help, type \"help\""));
        new Thread(() => ReadConsole(console)) { IsBackground = true, Name = "console" }.Start();
        await IgnoreCancelAsync(accepting);
        await IgnoreCancelAsync(ticking);
        log.Info("Stopping server");
        listener.Close();
        log.Info("Saving players");
        foreach (var player in server.Players.All) player.Kick("Server closed");
        for (var wait = 0; wait < 20 && server.Players.All.Count > 0; wait++) await Task.Delay(50);
        log.Info("Saving worlds");
        console.Save();

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stopping.Cancel();
        }
    }

    static double SinceStart()
    {
        using var process = Process.GetCurrentProcess();
        return (DateTime.Now - process.StartTime).TotalSeconds;
    }

    static void ReadConsole(DemoConsole console)
    {
        using var input = new StreamReader(Console.OpenStandardInput());
        while (input.ReadLine() is { } line) console.Run(line);
    }

    static async Task TickAsync(DemoServer server, DemoConsole console, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), server.Clock);
        var saved = server.Clock.GetTimestamp();
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            server.World.Advance(TicksASecond);
            if (server.Clock.GetElapsedTime(saved) < SavePace) continue;
            console.Save();
            saved = server.Clock.GetTimestamp();
        }
    }

    static async Task IgnoreCancelAsync(Task task) => await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
