using System.Diagnostics;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Panel.Contracts.Access;
using Panel.Contracts.Console;
using Panel.Contracts.Servers;
using Panel.Core;
using Panel.Core.Access;
using Panel.Core.Console;
using Panel.Core.Errors;
using Panel.Core.Files;
using Panel.Core.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Servers;

/// <summary>The main job of the panel below its pages: the operations that pages call, the real cluster of this machine, real processes.</summary>
[Trait("Lane", "cluster")]
public sealed class ServerJourneyTests : IAsyncLifetime
{
    readonly PanelApp app = new();
    Actor admin = null!;

    public async ValueTask InitializeAsync() => await this.StartOrEndAsync(async () =>
    {
        var ports = Random.Shared.Next(28000, 32000); // another panel on this machine may give out the usual ones
        app.With("Panel:Ports:First", $"{ports}").With("Panel:Ports:Last", $"{ports + 50}").Listen();
        await using var db = await Get<IDbContextFactory<PanelDb>>().CreateDbContextAsync(TestContext.Current.CancellationToken);
        var account = await db.Users.SingleAsync(TestContext.Current.CancellationToken);
        admin = new(account.Id, account.UserName!, PanelPermissions.All, null);
    });

    public ValueTask DisposeAsync() => app.DisposeAsync();

    T Get<T>() where T : notnull => app.Services.GetRequiredService<T>();

    async Task<ServerRow?> ShownAsync(ServerId id) => (await Get<ServerQueries>().ListAsync(admin, [id], TestContext.Current.CancellationToken)).SingleOrDefault();

    async Task UntilAsync(ServerId id, ServerPhase phase)
    {
        ServerRow? row = null;
        try
        {
            await Deadline.UntilAsync($"phase {phase}", async () => (row = await ShownAsync(id))?.Phase == phase, TimeSpan.FromSeconds(60));
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{late.Message}; it is {row?.Phase}: {row?.Reason}; {Get<ObservedServers>().Find(id)}", late);
        }
    }

    async Task<string> FileAsync(ServerId id, string path) => Encoding.UTF8.GetString((await Get<ReadFile>().RunAsync(admin, id, path, TestContext.Current.CancellationToken)).Content);

    [Fact]
    public async Task Server_runs_answers_takes_an_edit_and_goes()
    {
        var token = TestContext.Current.CancellationToken;
        var began = Stopwatch.GetTimestamp();
        var id = await Get<CreateServer>().RunAsync(admin, new() { Name = "Käse's 🧀 \"server\" $(id)", Template = "demo", Plan = "tiny" }, token);
        await UntilAsync(id, ServerPhase.Running);
        TestContext.Current.TestOutputHelper?.WriteLine($"running after {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s");

        using var deadline = Deadline.Source(TimeSpan.FromSeconds(120));
        var lines = new List<ConsoleLine>();
        var reading = ReadAsync(id, lines, deadline.Token);
        await Get<SendCommand>().RunAsync(admin, id, new() { Command = "list" }, token);
        await UntilLineAsync(lines, "players online");
        Assert.Contains(Lines(lines), line => line.Text.EndsWith("> list", StringComparison.Ordinal) && line.IsOwn);

        var properties = await FileAsync(id, "/server.properties");
        Assert.Contains("motd=A Panel demo server", properties, StringComparison.Ordinal);
        await Get<ChangeVariables>().RunAsync(admin, id, new() { Variables = { ["MOTD"] = "changed" } }, token);
        await Get<ChangePower>().RunAsync(admin, id, PowerAction.Restart, token);
        await UntilStartAsync(id, 2);
        await UntilAsync(id, ServerPhase.Running);
        Assert.Contains("motd=changed", await FileAsync(id, "/server.properties"), StringComparison.Ordinal);

        await Get<ChangePower>().RunAsync(admin, id, PowerAction.Stop, token);
        await UntilAsync(id, ServerPhase.Offline);
        Assert.Contains("motd=changed", await FileAsync(id, "/server.properties"), StringComparison.Ordinal); // stopped, its files are still there to read

        await Get<DeleteServer>().RunAsync(admin, id, "Käse's 🧀 \"server\" $(id)", token);
        await Deadline.UntilAsync("the server is gone", async () => await ShownAsync(id) is null, TimeSpan.FromSeconds(60));
        await deadline.CancelAsync();
        await reading;
    }

    [Fact]
    public async Task Kill_ends_it_at_once_and_a_crash_is_told_and_repaired()
    {
        var token = TestContext.Current.CancellationToken;
        var id = await Get<CreateServer>().RunAsync(admin, new() { Name = "Crashes", Template = "demo", Plan = "tiny" }, token);
        await UntilAsync(id, ServerPhase.Running);
        using var deadline = Deadline.Source(TimeSpan.FromSeconds(120));
        var lines = new List<ConsoleLine>();
        var reading = ReadAsync(id, lines, deadline.Token);
        await Get<SendCommand>().RunAsync(admin, id, new() { Command = "crash" }, token);
        await Deadline.UntilAsync("a restart", () => Get<ObservedServers>().Find(id)?.Pod?.Restarts > 0, TimeSpan.FromSeconds(60));
        await UntilAsync(id, ServerPhase.Running);
        await Deadline.UntilAsync("the crash on the console", () => Lines(lines).Any(line => line.IsOwn && line.Text.Contains("stopped", StringComparison.Ordinal)));
        await Get<ChangePower>().RunAsync(admin, id, PowerAction.Kill, token);
        await UntilAsync(id, ServerPhase.Offline);
        await deadline.CancelAsync();
        await reading;
    }

    Task UntilStartAsync(ServerId id, int starts) => Deadline.UntilAsync($"the pod of start {starts}", () => Get<ObservedServers>().Find(id)?.Pod?.Starts == starts, TimeSpan.FromSeconds(60));

    async Task ReadAsync(ServerId id, List<ConsoleLine> lines, CancellationToken cancellation)
    {
        try
        {
            await foreach (var batch in Get<OpenConsole>().RunAsync(admin, id, cancellation))
            {
                lock (lines) lines.AddRange(batch.Lines);
            }
        }
        catch (Exception end) when (end is OperationCanceledException && cancellation.IsCancellationRequested || end is NotFoundException)
        {
            return;   // enough was read, or the server is gone
        }
    }

    static IReadOnlyList<ConsoleLine> Lines(List<ConsoleLine> lines)
    {
        lock (lines) return [.. lines];
    }

    static Task UntilLineAsync(List<ConsoleLine> lines, string text) =>
        Deadline.UntilAsync($"a line with \"{text}\"", () => Lines(lines).Any(line => line.Source == ConsoleSource.Program && line.Text.Contains(text, StringComparison.OrdinalIgnoreCase)));
}
