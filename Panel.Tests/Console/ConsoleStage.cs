using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Panel.Contracts.Access;
using Panel.Contracts.Console;
using Panel.Contracts.Servers;
using Panel.Core;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Console;
using Panel.Core.Console.Input;
using Panel.Core.Errors;
using Panel.Core.Servers;
using Panel.Tests.Console.Input;
using Panel.Tests.Support;

namespace Panel.Tests.Console;

/// <summary>The domain with its database, one server of the demo game, a scripted console, and the hub that follows it.</summary>
public sealed class ConsoleStage : IAsyncDisposable
{
    readonly TempFolder folder = new();
    CancellationTokenSource stopping = new();
    ServiceProvider services;
    readonly Lock gate = new();
    readonly List<ConsoleLine> shown = [];
    Task hub = Task.CompletedTask, viewer = Task.CompletedTask, stops = Task.CompletedTask;

    ConsoleStage() => services = Build();

    ServiceProvider Build()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Panel:DataDirectory"] = folder.Path }).Build();
        return new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddLogging().AddCore(configuration)
            .AddSingleton<IConsoleSource>(Source).AddSingleton<IServerReach>(Reach).BuildServiceProvider();
    }

    /// <summary>The console.</summary>
    public ScriptedConsole Source { get; } = new();

    /// <summary>Ways to the game besides its input.</summary>
    public ScriptedReach Reach { get; } = new();

    /// <summary>Who owns the server.</summary>
    public Actor Owner { get; private set; } = Actor.Panel;

    /// <summary>The server.</summary>
    public ServerId Id { get; private set; }

    /// <summary>Sets it up, with nothing running.</summary>
    /// <param name="features">The troubles that the game's template names; none for the demo game as it ships.</param>
    public static async Task<ConsoleStage> BeginAsync(params string[] features)
    {
        var stage = new ConsoleStage();
        if (features.Length > 0)
        {
            var json = System.Text.Json.JsonSerializer.Serialize(new
            {
                key = "demo",
                name = "Troubled",
                images = new { One = "example/game:1" },
                ready = (string[])["Done"],
                features,
                variables = (object[])[new { name = "Players", env = "MAX_PLAYERS", @default = "7" }],
            });
            await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(stage.folder["templates"]).FullName, "demo.json"), json);
        }
        await CoreSetup.PrepareAsync(stage.services, stage.stopping.Token);
        var admin = new Actor("admin", "admin", PanelPermissions.All, null);
        var account = await stage.Get<CreateAccount>().RunAsync(admin, new() { Email = "ann@example.org", Password = "Correct-Horse-9" }, stage.stopping.Token);
        stage.Owner = new(account, "ann", new HashSet<string> { PanelPermissions.CreateServers }, "192.0.2.7");
        stage.Id = await stage.Get<CreateServer>().RunAsync(stage.Owner, new() { Name = "One", Template = "demo", Plan = "tiny", Variables = { ["MAX_PLAYERS"] = "7" } }, stage.stopping.Token);
        stage.Run();
        return stage;
    }

    void Run()
    {
        hub = Task.Run(() => Get<ConsoleHub>().RunAsync(stopping.Token));
        stops = Task.Run(() => Get<CarryOutStops>().RunAsync(stopping.Token));
        viewer = Task.Run(ViewAsync);
    }

    /// <summary>The panel ends as if it were killed, and is started again on the same database: nothing is known of the cluster yet.</summary>
    public async Task RestartAsync()
    {
        await EndAsync();
        stopping.Dispose();
        lock (gate) shown.Clear();
        (stopping, services) = (new(), Build());
        await CoreSetup.PrepareAsync(services, stopping.Token);
        Run();
    }

    /// <summary>Keeps what came, as the panel does every few seconds.</summary>
    public Task KeepAsync() => Get<ConsoleKeeping>().KeepAsync(all: true, stopping.Token);

    /// <summary>All lines of the history, as "source: text".</summary>
    public async Task<IReadOnlyList<string>> HistoryAsync() =>
        [.. (await Get<ReadHistory>().AllAsync(Owner, Id, stopping.Token)).Select(line => $"{line.Source}: {line.Text}")];

    /// <summary>A part of the domain.</summary>
    public T Get<T>() where T : notnull => services.GetRequiredService<T>();

    /// <summary>What a viewer has seen, as "source: text".</summary>
    public IReadOnlyList<string> Shown
    {
        get
        {
            lock (gate) return [.. shown.Select(line => $"{line.Source}: {line.Text}")];
        }
    }

    /// <summary>The observation of the server.</summary>
    internal Observation Observed => Get<ObservedServers>().Observe(Id);

    /// <summary>The watch shows the server's pod.</summary>
    public void Show(PodSeen? pod, InstallSeen? install = null) => Get<ObservedServers>().Publish(Id, new() { Exists = true, Pod = pod, Install = install });

    /// <summary>A pod whose program runs.</summary>
    public static PodSeen Running(int pod = 1, int restarts = 0, DateTimeOffset? startedAt = null, ExitSeen? last = null) =>
        new() { Uid = $"pod-{pod}", Starts = 1, Running = true, Ready = true, Restarts = restarts, StartedAt = startedAt ?? DateTimeOffset.UtcNow, LastExit = last };

    /// <summary>Waits until the viewer saw something.</summary>
    public Task UntilShownAsync(string text) => Deadline.UntilAsync($"\"{text}\" on the console, which shows: {string.Join(" | ", Shown)}", () => Shown.Any(line => line.Contains(text, StringComparison.Ordinal)), TimeSpan.FromSeconds(15));

    async Task ViewAsync()
    {
        try
        {
            await foreach (var batch in Get<OpenConsole>().RunAsync(Owner, Id, stopping.Token))
            {
                lock (gate) shown.AddRange(batch.Lines);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return;
        }
        catch (NotFoundException)
        {
            return;   // the server was removed
        }
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        folder.Dispose();
        stopping.Dispose();
    }

    async Task EndAsync()
    {
        await stopping.CancelAsync();
        await ((Task)hub.ContinueWith(_ => { }, TaskScheduler.Default)).Within("the hub's end");
        await ((Task)stops.ContinueWith(_ => { }, TaskScheduler.Default)).Within("the end of the countdowns");
        await viewer.Within("the viewer's end");
        await services.DisposeAsync();
    }
}
