using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Panel.Contracts.Access;
using Panel.Contracts.Accounts;
using Panel.Contracts.Servers;
using Panel.Core;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Console;
using Panel.Core.Console.Input;
using Panel.Core.Files;
using Panel.Core.Reconciling;
using Panel.Core.Servers;

using Panel.Tests.Console.Input;

namespace Panel.Tests.Support;

/// <summary>The domain with a database of its own and a cluster in memory, without any web.</summary>
public sealed class CoreHost : IAsyncDisposable
{
    readonly TempFolder folder = new();
    readonly KeptLog log = new();
    readonly PostgresDatabase? postgres;
    readonly CancellationTokenSource stopping = new();
    ServiceProvider services;
    Task? reconciling;

    CoreHost(PostgresDatabase? postgres, Dictionary<string, string?> settings)
    {
        this.postgres = postgres;
        settings["Panel:DataDirectory"] = folder.Path;
        Settings = settings;
        services = Build();
    }

    /// <summary>What it was set up with.</summary>
    public Dictionary<string, string?> Settings { get; }

    /// <summary>Where it keeps everything.</summary>
    public string DataDirectory => folder.Path;

    /// <summary>All that was logged.</summary>
    public IReadOnlyCollection<string> Log => log.Lines;

    /// <summary>The cluster.</summary>
    public MemoryCluster Cluster => Get<MemoryCluster>();

    /// <summary>Ways to games besides their input.</summary>
    public ScriptedReach Reach { get; } = new();

    /// <summary>An administrator.</summary>
    public static Actor Admin { get; } = new("admin-0", "admin@example.org", PanelPermissions.All, "192.0.2.1");

    /// <summary>A domain on SQLite.</summary>
    /// <param name="settings">Settings beside those of the database.</param>
    public static async Task<CoreHost> OnSqliteAsync(params (string Key, string Value)[] settings)
    {
        var host = new CoreHost(null, settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value));
        Directory.CreateDirectory(host.folder["templates"]);
        await File.WriteAllTextAsync(host.folder["templates/installed.json"], """
            { "key": "installed", "name": "Installed", "images": { "One": "example/game:1", "Two": "example/game:2" }, "startups": { "Start": "run {{NAME}}" },
              "variables": [ { "name": "Name", "env": "NAME", "default": "x", "rules": "required|string|max:20" },
                             { "name": "Token", "env": "TOKEN", "secret": true, "rules": "nullable|string" },
                             { "name": "Fixed", "env": "FIXED", "default": "1", "editable": false, "rules": "required|integer" } ],
              "ports": [ { "name": "game", "protocol": "UDP" }, { "name": "query", "protocol": "UDP", "env": "QUERY_PORT" } ],
              "install": { "image": "example/install:1", "entrypoint": "bash", "script": "echo 1" } }
            """);
        await CoreSetup.PrepareAsync(host.services, CancellationToken.None);
        return host;
    }

    /// <summary>A domain on PostgreSQL; skips the test where there is none.</summary>
    public static async Task<CoreHost> OnPostgresAsync(params (string Key, string Value)[] settings)
    {
        var database = await PostgresDatabase.CreateAsync();
        var all = settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value);
        (all["Panel:Database:Provider"], all["ConnectionStrings:Panel"]) = ("Postgres", database.ConnectionString);
        var host = new CoreHost(database, all);
        await CoreSetup.PrepareAsync(host.services, CancellationToken.None);
        return host;
    }

    /// <summary>Another replica on the same PostgreSQL, with a cluster of its own in memory; to be disposed of before the first.</summary>
    public CoreHost Beside() => new(null, new(Settings));

    /// <summary>Adds a game; it is there after <see cref="RestartAsync"/>.</summary>
    public void AddTemplate(string key, string json) => File.WriteAllText(Path.Combine(Directory.CreateDirectory(folder["templates"]).FullName, key + ".json"), json);

    /// <summary>Begins anew on the same database, with a cluster that has nothing.</summary>
    public async Task RestartAsync()
    {
        await services.DisposeAsync();
        services = Build();
    }

    /// <summary>Everything it is made of.</summary>
    public IServiceProvider Services => services;

    /// <summary>A part of the domain.</summary>
    public T Get<T>() where T : notnull => services.GetRequiredService<T>();

    /// <summary>A context on the database.</summary>
    public PanelDb Open() => Get<IDbContextFactory<PanelDb>>().CreateDbContext();

    /// <summary>Makes an account, and the actor that it is.</summary>
    public async Task<Actor> AccountAsync(string name = "ann", bool isAdmin = false)
    {
        var id = await Get<CreateAccount>().RunAsync(Admin, new() { Email = $"{name}@example.org", Password = "Correct-Horse-9", Role = isAdmin ? Role.Administrator : null }, CancellationToken.None);
        return (await Get<Actors>().FindAsync(id, "192.0.2.7", CancellationToken.None))!;
    }

    /// <summary>What a cookie says of an account.</summary>
    public Claim[] Claims(Actor actor)
    {
        using var db = Open();
        return [new(ClaimTypes.NameIdentifier, actor.UserId), new(Actors.StampClaim, db.Users.Single(account => account.Id == actor.UserId).SecurityStamp!)];
    }

    /// <summary>Makes a server.</summary>
    public Task<ServerId> ServerAsync(Actor owner, string name = "One", string template = "demo", string plan = "tiny", bool start = true) =>
        Get<CreateServer>().RunAsync(owner, new() { Name = name, Template = template, Plan = plan, Start = start }, CancellationToken.None);

    /// <summary>The row of a server, or null.</summary>
    public async Task<Server?> RowAsync(ServerId id)
    {
        await using var db = Open();
        return await db.Servers.AsNoTracking().Include(server => server.Allocations).SingleOrDefaultAsync(server => server.Id == id);
    }

    /// <summary>What is shown of a server.</summary>
    public async Task<ServerRow> ShownAsync(ServerId id) => (await Get<ServerQueries>().FindAsync(Admin, id, CancellationToken.None)).Row;

    /// <summary>Runs passes as the panel does.</summary>
    public CoreHost Reconcile()
    {
        reconciling = Task.Run(() => ReconcileAsync(stopping.Token));
        return this;
    }

    /// <summary>Waits until a server shows a phase.</summary>
    public Task UntilAsync(ServerId id, ServerPhase phase) => Deadline.UntilAsync($"phase {phase}", async () => (await ShownAsync(id)).Phase == phase);

    /// <summary>Works off what is in the queue, on this thread; a pass that fails is repeated a few times at most.</summary>
    public async Task DrainAsync()
    {
        var queue = Get<WorkQueue<ServerId>>();
        using var deadline = Deadline.Source();
        await foreach (var id in queue.ReadAsync(deadline.Token))
        {
            await PassAsync(queue, id, deadline.Token);
            if (queue.Count == 0) return;
        }
    }

    async Task ReconcileAsync(CancellationToken cancellation)
    {
        var queue = Get<WorkQueue<ServerId>>();
        try
        {
            await Parallel.ForEachAsync(queue.ReadAsync(cancellation), new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancellation },
                async (id, token) => await PassAsync(queue, id, token));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return;
        }
    }

    async Task PassAsync(WorkQueue<ServerId> queue, ServerId id, CancellationToken cancellation)
    {
        var succeeded = false;
        try
        {
            await Get<ServerPass>().RunAsync(id, cancellation);
            succeeded = true;
        }
        catch (Core.Errors.ClusterUnavailableException)
        {
            succeeded = false;
        }
        finally
        {
            queue.Finish(id, succeeded);
        }
    }

    ServiceProvider Build()
    {
        var collection = new ServiceCollection();
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(Settings);
        collection.AddSingleton<IConfiguration>(configuration).AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log)).AddCore(configuration);
        collection.AddSingleton<MemoryCluster>();
        collection.AddSingleton<IServerCluster>(all => all.GetRequiredService<MemoryCluster>());
        collection.AddSingleton<IServerRecords>(all => all.GetRequiredService<MemoryCluster>());
        collection.AddSingleton<IClusterMachines>(all => all.GetRequiredService<MemoryCluster>());
        collection.AddSingleton<IServerFiles>(all => all.GetRequiredService<MemoryCluster>());
        collection.AddSingleton<IServerArchives>(all => all.GetRequiredService<MemoryCluster>()).AddSingleton<IServerTools>(all => all.GetRequiredService<MemoryCluster>());
        collection.AddSingleton<IUploadParts>(all => all.GetRequiredService<MemoryCluster>());
        collection.AddSingleton<IConsoleSource>(all => all.GetRequiredService<MemoryCluster>()).AddSingleton<IServerReach>(Reach);
        return collection.BuildServiceProvider(validateScopes: true);
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        if (reconciling is not null) await reconciling;
        await services.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        if (postgres is not null) await postgres.DisposeAsync();
        folder.Dispose();
        stopping.Dispose();
    }
}
