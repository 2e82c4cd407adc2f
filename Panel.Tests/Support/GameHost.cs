using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Panel.Contracts.Access;
using Panel.Contracts.Console;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Console;
using Panel.Core.Plans;
using Panel.Core.Servers;
using Xunit;

namespace Panel.Tests.Support;

/// <summary>The whole panel in this process, with its local cluster, used through its operations as a page would use them.</summary>
public sealed class GameHost : IAsyncDisposable
{
    readonly PanelApp app;
    readonly Actor actor;

    GameHost(PanelApp app, Actor actor) => (this.app, this.actor) = (app, actor);

    /// <summary>Where it keeps everything.</summary>
    public string DataDirectory => app.DataDirectory;

    /// <summary>Starts it.</summary>
    public static Task<GameHost> StartAsync(params (string Key, string Value)[] settings) => StartAsync(_ => { }, settings);

    /// <summary>Starts it on a data directory that was prepared.</summary>
    public static async Task<GameHost> StartAsync(Action<string> prepare, params (string Key, string Value)[] settings)
    {
        var app = new PanelApp();
        prepare(app.DataDirectory);
        foreach (var (key, value) in settings) app.With(key, value);
        await using var scope = app.Services.CreateAsyncScope();
        var admin = await scope.ServiceProvider.GetRequiredService<UserManager<Account>>().FindByEmailAsync(PanelApp.AdminEmail);
        return new(app, new(admin!.Id, PanelApp.AdminEmail, PanelPermissions.All, Address: "127.0.0.1"));
    }

    /// <summary>Makes a server and waits until it runs.</summary>
    public async Task<GameServer> CreateAsync(string template, Dictionary<string, string>? variables = null, int memoryMiB = 512, ServerPhase until = ServerPhase.Running, TimeSpan? limit = null)
    {
        var plan = (await Get<PlanQueries>().ListAsync(actor, Token)).Where(plan => plan.MemoryMiB >= memoryMiB).MinBy(plan => plan.MemoryMiB)!;
        var id = await Get<CreateServer>().RunAsync(actor, new() { Name = $"A {template} server", Template = template, Plan = plan.Key, Variables = variables ?? [] }, Token);
        var server = new GameServer(this, id);
        await server.UntilAsync(until, limit);
        return server;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    internal static CancellationToken Token => TestContext.Current.CancellationToken;

    internal Actor Actor => actor;

    internal T Get<T>() where T : notnull => app.Services.GetRequiredService<T>();
}

/// <summary>One server of a <see cref="GameHost"/>.</summary>
public sealed class GameServer
{
    readonly GameHost host;
    readonly ServerId id;
    readonly Lock gate = new();
    readonly List<string> lines = [];
    readonly Task listening;

    internal GameServer(GameHost host, ServerId id)
    {
        (this.host, this.id) = (host, id);
        listening = ListenAsync();
    }

    /// <summary>What the panel itself put into its console, as "source: text".</summary>
    public async Task<IReadOnlyList<string>> OwnLinesAsync() =>
        [.. (await host.Get<ReadHistory>().AllAsync(host.Actor, id, GameHost.Token)).Where(line => line.IsOwn).Select(line => $"{line.Source}: {line.Text}")];

    /// <summary>What the command line offers beside what the template names.</summary>
    public async Task<IReadOnlyList<string>> CommandsAsync() => (await host.Get<ServerQueries>().FindAsync(host.Actor, id, GameHost.Token)).Commands;

    /// <summary>What its console showed.</summary>
    public string Output
    {
        get { lock (gate) return string.Join('\n', lines); }
    }

    /// <summary>What the list of servers shows of it.</summary>
    public async Task<ServerRow> RowAsync() => (await host.Get<ServerQueries>().FindAsync(host.Actor, id, GameHost.Token)).Row;

    /// <summary>The port that players are told.</summary>
    public async Task<int> PortAsync() => int.Parse((await RowAsync()).Address!.Split(':')[^1], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The path of a file of its volume on this machine.</summary>
    public string File(string name) => Files(name).Single();

    /// <summary>Whether its volume holds a file.</summary>
    public bool HasFile(string name) => Files(name).Any();

    IEnumerable<string> Files(string name) => Directory.EnumerateFiles(host.DataDirectory, Path.GetFileName(name), SearchOption.AllDirectories).Where(path => path.EndsWith("/" + name, StringComparison.Ordinal));

    /// <summary>Presses a power button.</summary>
    public Task PowerAsync(PowerAction action) => host.Get<ChangePower>().RunAsync(host.Actor, id, action, GameHost.Token);

    /// <summary>Runs its install again.</summary>
    public Task ReinstallAsync(bool wipe) => host.Get<ReinstallServer>().RunAsync(host.Actor, id, new() { WipeFiles = wipe }, GameHost.Token);

    /// <summary>Takes it as installed.</summary>
    public Task AcceptInstallAsync() => host.Get<AcceptInstall>().RunAsync(host.Actor, id, GameHost.Token);

    /// <summary>Types a line on its console.</summary>
    public Task TypeAsync(string line) => host.Get<SendCommand>().RunAsync(host.Actor, id, new() { Command = line }, GameHost.Token);

    /// <summary>Waits for a phase.</summary>
    public async Task UntilAsync(ServerPhase phase, TimeSpan? limit = null)
    {
        try
        {
            await Deadline.UntilAsync($"the phase {phase}", async () => (await RowAsync()).Phase == phase, limit ?? TimeSpan.FromSeconds(60));
        }
        catch (TimeoutException late)
        {
            var row = await RowAsync();
            throw new TimeoutException($"{late.Message}; it is {row.Phase} ({row.Reason})\n{Output}");
        }
    }

    /// <summary>Waits until its console shows a line.</summary>
    public async Task LineAsync(string pattern)
    {
        try
        {
            await Deadline.UntilAsync($"a line like {pattern}", () => System.Text.RegularExpressions.Regex.IsMatch(Output, pattern, System.Text.RegularExpressions.RegexOptions.Multiline));
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{late.Message}\n{Output}{(listening.IsFaulted ? "\n" + listening.Exception : "")}\n-- kept:\n{await KeptAsync()}");
        }
    }

    async Task<string> KeptAsync() => string.Join('\n', (await host.Get<ReadHistory>().AllAsync(host.Actor, id, GameHost.Token)).Select(line => $"{line.Number} {line.At:HH:mm:ss.fff} {line.Source}: {line.Text}"));

    async Task ListenAsync()
    {
        await foreach (var batch in host.Get<OpenConsole>().RunAsync(host.Actor, id, GameHost.Token))
        {
            lock (gate) lines.AddRange(batch.Lines.Where(line => !line.IsOwn).Select(line => line.Text));
        }
    }
}
