using System.Data.Common;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using Panel.Contracts.Access;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Errors;
using Panel.Core.Plans;
using Panel.Core.Replicas;

namespace Panel.Core.Database;

/// <summary>Connects the database that the settings name.</summary>
static class DatabaseSetup
{
    static readonly Plan[] FirstPlans =
    [
        new() { Key = "tiny", Name = "Tiny", CpuMillis = 500, MemoryMiB = 512, DiskMiB = 2048, Order = 0 },
        new() { Key = "small", Name = "Small", CpuMillis = 1000, MemoryMiB = 2048, DiskMiB = 10240, Order = 1 },
        new() { Key = "medium", Name = "Medium", CpuMillis = 2000, MemoryMiB = 4096, DiskMiB = 20480, Order = 2 },
        new() { Key = "large", Name = "Large", CpuMillis = 4000, MemoryMiB = 8192, DiskMiB = 40960, Order = 3 },
    ];

    public static void AddDatabase(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptionsWithValidateOnStart<DatabaseOptions, DatabaseOptionsValidator>().BindConfiguration(DatabaseOptions.Section);
        services.AddSingleton<IValidateOptions<DatabaseOptions>, ConnectionValidator>();
        if (IsPostgres(configuration))
        {
            services.AddPooledDbContextFactory<PostgresPanelDb>((all, options) => options.UseNpgsql(Postgres(all.GetRequiredService<IConfiguration>().GetConnectionString("Panel"))).AddInterceptors(StorageFull.Instance).ConfigureWarnings(WithoutComparison));
            services.AddSingleton<IDbContextFactory<PanelDb>, PanelDbFactory<PostgresPanelDb>>();
        }
        else
        {
            services.AddPooledDbContextFactory<SqlitePanelDb>((all, options) => options.UseSqlite(Sqlite(all)).AddInterceptors(SqlitePragmas.Instance, StorageFull.Instance).ConfigureWarnings(WithoutComparison));
            services.AddSingleton<IDbContextFactory<PanelDb>, PanelDbFactory<SqlitePanelDb>>();
        }
        // Identity's stores take a context from the scope
        services.AddScoped(all => all.GetRequiredService<IDbContextFactory<PanelDb>>().CreateDbContext());
    }

    /// <summary>Brings the database to its newest form, with the first plans. It is the caller's turn, see <see cref="PreparingTurn"/>.</summary>
    public static async Task PrepareDatabaseAsync(PanelDb db, CancellationToken cancellation)
    {
        if (db is SqlitePanelDb)
        {
            KeepPrivate(db.Database.GetDbConnection().DataSource);
            // EF keeps its lock as a row, which stays for ever where a process is killed in a migration; one that is there now was left so
            await db.Database.ExecuteSqlRawAsync("""PRAGMA journal_mode = WAL; DROP TABLE IF EXISTS "__EFMigrationsLock";""", cancellation);
        }
        await db.Database.MigrateAsync(cancellation);
        // what a new version lets people do, administrators may too
        (await db.Roles.SingleAsync(role => role.Key == Role.Administrator, cancellation)).Permissions = [.. PanelPermissions.All];
        await db.SaveChangesAsync(cancellation);
        if (await db.Plans.AnyAsync(cancellation)) return;
        db.Plans.AddRange(FirstPlans.Select(plan => new Plan { Key = plan.Key, Name = plan.Name, CpuMillis = plan.CpuMillis, MemoryMiB = plan.MemoryMiB, DiskMiB = plan.DiskMiB, Order = plan.Order }));
        await db.SaveChangesAsync(cancellation);
    }

    public static bool IsPostgres(IConfiguration configuration) =>
        string.Equals(configuration.GetSection(DatabaseOptions.Section)["Provider"], nameof(DatabaseProvider.Postgres), StringComparison.OrdinalIgnoreCase);

    // it holds what passwords are checked by and what cookies are signed with; its log takes its rights
    static void KeepPrivate(string file)
    {
        if (OperatingSystem.IsWindows() || !Path.IsPathRooted(file)) return;
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var open = new FileStream(file, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite, UnixCreateMode = owner });
        File.SetUnixFileMode(open.SafeFileHandle, owner);
    }

    // a test compares the model with its migrations; every start would take a tenth of a second for it
    static void WithoutComparison(WarningsConfigurationBuilder warnings) => warnings.Ignore(RelationalEventId.PendingModelChangesWarning);

    // To plan a statement takes PostgreSQL longer than to run it: a connection prepares by itself what it is asked often. Nothing of a session outlives
    // its use (locks and listeners have connections of their own), so that there is nothing to reset before the next. And a server takes a hundred
    // connections unless it is told otherwise: two replicas share them.
    static string Postgres(string? named)
    {
        var connection = new DbConnectionStringBuilder { ConnectionString = new NpgsqlConnectionStringBuilder(named).ConnectionString };   // each setting by its one name
        foreach (var (setting, value) in new (string, object)[] { ("Max Auto Prepare", 100), ("No Reset On Close", true), ("Maximum Pool Size", 45) })
        {
            if (!connection.ContainsKey(setting)) connection[setting] = value;
        }
        return connection.ConnectionString;
    }

    static string Sqlite(IServiceProvider all) => all.GetRequiredService<IConfiguration>().GetConnectionString("Panel") is { Length: > 0 } named
        ? named
        : $"Data Source={Path.Combine(all.GetRequiredService<IOptions<PanelOptions>>().Value.DataDirectory, "panel.db")}";

    /// <summary>A factory of a context is no factory of its base; this makes one of the other. Contexts are used again: to make one takes longer than most questions.</summary>
    sealed class PanelDbFactory<T>(IDbContextFactory<T> inner) : IDbContextFactory<PanelDb> where T : PanelDb
    {
        public PanelDb CreateDbContext()
        {
            var db = inner.CreateDbContext();
            (db.KeptSession, db.KeepsSessions) = (null, false);   // EF clears all but these
            return db;
        }
    }

    /// <summary>PostgreSQL cannot be guessed: its connection has to be named.</summary>
    sealed class ConnectionValidator(IConfiguration configuration) : IValidateOptions<DatabaseOptions>
    {
        public ValidateOptionsResult Validate(string? name, DatabaseOptions options) =>
            options.Provider == DatabaseProvider.Postgres && string.IsNullOrWhiteSpace(configuration.GetConnectionString("Panel"))
                ? ValidateOptionsResult.Fail("Panel:Database:Provider is Postgres; ConnectionStrings:Panel must say where it is.")
                : ValidateOptionsResult.Success;
    }
}

/// <summary>What every SQLite connection is told: to wait for another writer instead of failing.</summary>
sealed class SqlitePragmas : DbConnectionInterceptor
{
    public static readonly SqlitePragmas Instance = new();
    const string Pragmas = "PRAGMA busy_timeout = 10000; PRAGMA foreign_keys = ON;";

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Pragmas;
        command.ExecuteNonQuery();
    }

    public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = Pragmas;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

/// <summary>Contexts without an application around them, for design time.</summary>
public static class DesignDatabases
{
    static readonly ServiceProvider Identity = new ServiceCollection().Configure<IdentityOptions>(AccountRules.Configure).BuildServiceProvider();

    /// <summary>A context of SQLite.</summary>
    public static SqlitePanelDb Sqlite(string connection = "Data Source=design.db") =>
        new(new DbContextOptionsBuilder<SqlitePanelDb>().UseApplicationServiceProvider(Identity).UseSqlite(connection).Options);

    /// <summary>A context of PostgreSQL.</summary>
    public static PostgresPanelDb Postgres(string connection = "Host=127.0.0.1;Database=design") =>
        new(new DbContextOptionsBuilder<PostgresPanelDb>().UseApplicationServiceProvider(Identity).UseNpgsql(connection).Options);
}
