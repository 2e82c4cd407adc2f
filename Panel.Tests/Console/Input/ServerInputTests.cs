using System.Text;
using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Console;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Console;
using Panel.Core.Errors;
using Panel.Core.Reconciling;
using Panel.Core.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Console.Input;

/// <summary>A command from the person to the game, on the way that the template names.</summary>
public sealed class ServerInputTests : IAsyncLifetime
{
    const string Remote = """
        "ports": [ { "name": "game", "protocol": "UDP" }, { "name": "rcon", "protocol": "TCP", "env": "RCON_PORT", "internal": true } ],
        "variables": [ { "name": "Password", "env": "RCON_PASSWORD", "secret": true, "rules": "nullable|string" } ]
        """;

    CoreHost core = null!;
    Actor ann = null!;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        core = await CoreHost.OnSqliteAsync(("Panel:Console:CommandBurst", "1000"));
        core.AddTemplate("rcon", $$$"""{ "key": "rcon", "name": "Rcon", "images": { "One": "example/game:1" }, {{{Remote}}}, "input": { "kind": "rcon", "port": "rcon", "password": "RCON_PASSWORD" }, "say": "say {{TEXT}}", "stop": "quit" }""");
        core.AddTemplate("exec", """{ "key": "exec", "name": "Exec", "images": { "One": "example/game:1" }, "input": { "kind": "exec", "command": ["send", "--to", "game", "{{COMMAND}}"] } }""");
        core.AddTemplate("safe-exec", """{ "key": "safe-exec", "name": "Exec", "images": { "One": "example/game:1" }, "input": { "kind": "exec", "command": ["send", "--", "{{COMMAND}}"] } }""");
        await core.RestartAsync();
        ann = await core.AccountAsync();
        core.Reconcile();
    }

    public ValueTask DisposeAsync() => core.DisposeAsync();

    [Fact]
    public async Task Answer_of_RCON_stands_below_its_command_and_the_password_in_no_log()
    {
        var password = "";
        await using var game = RconGame(given => password = given, command => $"you said {command}\r\nand §6more\n");
        core.Reach.Connect = (_, cancellation) => game.ConnectAsync(cancellation);
        var id = await RunningAsync("rcon");

        await SendAsync(id, "say $(id) Grüße");
        await SendAsync(id, "list");

        Assert.Equal(["Command: ann@example.org > say $(id) Grüße", "Answer: you said say $(id) Grüße", "Answer: and §6more", "Command: ann@example.org > list", "Answer: you said list", "Answer: and §6more"], await ShownAsync(id));
        Assert.Equal(1, game.Connections);
        var row = (await core.RowAsync(id))!;
        Assert.All(core.Reach.Ports, port => Assert.Equal(row.Allocations.Single(allocation => allocation.Name == "rcon").Port, port));
        Assert.Equal(24, password.Length);
        Assert.StartsWith("sealed:", row.Variables["RCON_PASSWORD"], StringComparison.Ordinal);
        Assert.DoesNotContain(core.Log, line => line.Contains(password, StringComparison.Ordinal));
        await using var db = core.Open();
        Assert.DoesNotContain(await db.Audit.Select(record => record.Detail).ToListAsync(Stop), detail => detail.Contains(password, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Connection_to_the_run_before_is_not_used_for_the_next()
    {
        await using var game = RconGame(_ => { }, command => command);
        core.Reach.Connect = (_, cancellation) => game.ConnectAsync(cancellation);
        var id = await RunningAsync("rcon");
        await SendAsync(id, "one");
        var name = (await core.RowAsync(id))!.ObjectName;
        core.Cluster.Change(name, pod => pod with { Restarts = 1 });
        await SendAsync(id, "two");
        Assert.Equal(2, game.Connections);
    }

    [Fact]
    public async Task Announcement_of_a_stop_goes_the_same_way()
    {
        var heard = new List<string>();
        await using var game = RconGame(_ => { }, command =>
        {
            lock (heard) heard.Add(command);
            return "";
        });
        core.Reach.Connect = (_, cancellation) => game.ConnectAsync(cancellation);
        var id = await RunningAsync("rcon");
        using var ending = new CancellationTokenSource();
        var stops = Task.Run(() => core.Get<CarryOutStops>().RunAsync(ending.Token), Stop);
        await core.Get<AnnounceStop>().RunAsync(ann, id, PowerAction.Stop, 30, Stop);
        await Deadline.UntilAsync("the announcement", () =>
        {
            lock (heard) return heard.Contains("say The server stops in 30 seconds.");
        });
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stops.Within("the end of the countdowns"));
        Assert.Empty(core.Cluster.Typed);
    }

    [Fact]
    public async Task Stop_goes_the_same_way_once_and_a_kill_does_not()
    {
        var heard = new List<string>();
        await using var game = RconGame(_ => { }, command =>
        {
            lock (heard) heard.Add(command);
            return "Goodbye";
        });
        core.Reach.Connect = (_, cancellation) => game.ConnectAsync(cancellation);
        core.Cluster.Stubborn = true;
        var (stopped, killed) = (await RunningAsync("rcon"), await RunningAsync("rcon"));
        await core.Get<ChangePower>().RunAsync(ann, killed, PowerAction.Kill, Stop);
        await core.Get<ChangePower>().RunAsync(ann, stopped, PowerAction.Stop, Stop);
        await Deadline.UntilAsync("the answer", async () => (await ShownAsync(stopped)).Contains("Answer: Goodbye"));
        core.Get<Wake>().Server(stopped);
        await Deadline.UntilAsync("the end of the other", () => core.Get<ObservedServers>().Find(killed)?.Pod is null);
        Assert.Equal(["quit"], heard);
        Assert.Empty(core.Cluster.Typed);
    }

    [Fact]
    public async Task Game_that_does_not_listen_yet_is_told_in_words_in_line()
    {
        core.Reach.Connect = (_, _) => throw new ConflictException("Nothing listens.");
        var id = await RunningAsync("rcon");
        await Assert.ThrowsAsync<ConflictException>(() => SendAsync(id, "list"));
        Assert.Equal(["Command: ann@example.org > list", "Panel: The command was not answered. Nothing listens."], await ShownAsync(id));
    }

    [Fact]
    public async Task Command_longer_than_the_protocol_takes_is_refused()
    {
        var id = await RunningAsync("rcon");
        await Assert.ThrowsAsync<InvalidFieldException>(() => SendAsync(id, new string('ü', 800)));
    }

    [Fact]
    public async Task Program_gets_the_command_as_one_argument_and_what_it_prints_is_the_answer()
    {
        IReadOnlyList<string> ran = [];
        core.Reach.Run = command =>
        {
            ran = command;
            return new(0, "done\n");
        };
        var id = await RunningAsync("exec");
        await SendAsync(id, """say "a b"; $(reboot) `id` | cat > /x && 'y'""");
        Assert.Equal(["send", "--to", "game", """say "a b"; $(reboot) `id` | cat > /x && 'y'"""], ran);
        Assert.Equal("Answer: done", (await ShownAsync(id))[^1]);
    }

    [Fact]
    public async Task Command_cannot_become_an_option_of_the_program()
    {
        IReadOnlyList<string>? ran = null;
        core.Reach.Run = command =>
        {
            ran = command;
            return new(0, "");
        };
        var id = await RunningAsync("exec");
        await Assert.ThrowsAsync<InvalidFieldException>(() => SendAsync(id, "--config=/etc/passwd"));
        Assert.Null(ran);
        await SendAsync(await RunningAsync("safe-exec"), "--config=/etc/passwd");
        Assert.Equal(["send", "--", "--config=/etc/passwd"], ran!);
    }

    [Fact]
    public async Task Program_that_fails_is_told_with_its_code_and_words()
    {
        core.Reach.Run = _ => new(3, "no such player\n");
        var id = await RunningAsync("exec");
        var refusal = await Assert.ThrowsAsync<ConflictException>(() => SendAsync(id, "kick eve"));
        Assert.Equal("The program that hands commands to the game ended with code 3. no such player", refusal.Message);
    }

    async Task<ServerId> RunningAsync(string template)
    {
        var id = await core.ServerAsync(ann, template: template);
        await Deadline.UntilAsync("a pod", () => core.Get<ObservedServers>().Find(id)?.Pod is { Running: true });
        return id;
    }

    Task SendAsync(ServerId id, string command) => core.Get<SendCommand>().RunAsync(ann, id, new SendCommandRequest { Command = command }, Stop);

    async Task<IReadOnlyList<string>> ShownAsync(ServerId id) => [.. (await core.Get<ReadHistory>().AllAsync(ann, id, Stop)).Where(line => line.IsOwn).Select(line => $"{line.Source}: {line.Text}")];

    static GamePeer RconGame(Action<string> signedIn, Func<string, string> answer) => new(async (stream, cancellation) =>
    {
        while (await GamePeer.ReadAsync(stream, cancellation) is var (id, type, text))
        {
            if (type == 3) signedIn(text);
            await stream.WriteAsync(type switch
            {
                3 => GamePeer.Packet(id, 2, []),
                2 => GamePeer.Packet(id, 0, Encoding.UTF8.GetBytes(answer(text))),
                _ => GamePeer.Packet(id, 0, "Unknown request 0"u8),
            }, cancellation);
        }
    });
}
