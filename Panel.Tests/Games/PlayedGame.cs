using System.Net.Sockets;
using Panel.Contracts.Servers;
using Panel.Tests.Games.Players;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Games;

/// <summary>A game as its people live it: somebody comes, is counted, speaks, is spoken to, and goes; it stops; it is installed again.</summary>
/// <param name="server">The server.</param>
/// <param name="joinAsync">How somebody of a name joins at a port.</param>
sealed class PlayedGame(GameServer server, Func<int, string, Task<IScriptedPlayer>> joinAsync)
{
    /// <summary>Somebody visits.</summary>
    /// <param name="name">What the visitor is called.</param>
    /// <param name="chat">The line by which the game tells what the visitor says, as a pattern around it.</param>
    /// <param name="say">The command that says something to all, with <c>{0}</c> for it.</param>
    /// <param name="meanwhile">What else happens while the visitor is there.</param>
    public async Task VisitAsync(string name, string chat, string say = "say {0}", Func<IScriptedPlayer, Task>? meanwhile = null)
    {
        await using (var player = await JoinAsync(name))
        {
            await Deadline.UntilAsync($"{name} is counted and named", async () => (await server.RowAsync()).Players is { Online: 1, Names: [var shown] } && shown == name);
            await player.ChatAsync($"good day from {name}");
            await server.LineAsync(string.Format(null, chat, name, $"good day from {name}"));
            await server.TypeAsync(string.Format(null, say, $"welcome {name}"));
            await player.HearAsync($"welcome {name}");
            if (meanwhile is not null) await meanwhile(player);
        }
        await Deadline.UntilAsync($"{name} is gone", async () => (await server.RowAsync()).Players is { Online: 0, Names: [] });
    }

    async Task<IScriptedPlayer> JoinAsync(string name)
    {
        try
        {
            return await joinAsync(await server.PortAsync(), name);
        }
        catch (Exception refused) when (refused is IOException or SocketException or TimeoutException)
        {
            throw new InvalidOperationException($"{name} could not join: {refused.Message}\n{server.Output}", refused);
        }
    }

    /// <summary>It is stopped, and its end is told as it was.</summary>
    /// <param name="bySignal">Whether a signal is all that ends it, which then may be told as well.</param>
    public async Task StopAsync(bool bySignal = false)
    {
        await server.PowerAsync(PowerAction.Stop);
        await server.UntilAsync(ServerPhase.Offline);
        await Deadline.UntilAsync("the end of the run", async () => await server.OwnLinesAsync() is [.., var last] && last.StartsWith("End:", StringComparison.Ordinal));
        Assert.Matches(bySignal ? @"^End: The server stopped(: signal \d+)?\.$" : @"^End: The server stopped\.$", (await server.OwnLinesAsync())[^1]);
        Assert.Null((await server.RowAsync()).Reason);
    }

    /// <summary>It is installed again, with its files as they are, and started.</summary>
    public async Task ReinstallAsync()
    {
        var before = await InstallsAsync();
        await server.ReinstallAsync(wipe: false);
        await Deadline.UntilAsync("the second install", async () => await InstallsAsync() > before, TimeSpan.FromSeconds(60));
        await server.UntilAsync(ServerPhase.Offline);
        await StartAsync();
    }

    /// <summary>It is started.</summary>
    public async Task StartAsync()
    {
        await server.PowerAsync(PowerAction.Start);
        await server.UntilAsync(ServerPhase.Running);
    }

    async Task<int> InstallsAsync() => (await server.OwnLinesAsync()).Count(line => line == "End: The install is done.");
}
