using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Panel.Core;
using Panel.Tests.Support;

namespace Panel.Bench;

/// <summary>A database of its own on the PostgreSQL that PANEL_TEST_POSTGRES names, and the panel's domain on it as the panel itself has it. It is dropped at the end.</summary>
sealed class BenchDatabase : IAsyncDisposable
{
    readonly TempFolder folder = new();
    readonly string server, name;
    readonly ServiceProvider services;

    BenchDatabase(string server)
    {
        (this.server, name) = (server, $"bench_{Guid.NewGuid():n}");
        Connection = $"{server};Database={name}";
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Panel:DataDirectory"] = folder.Path,
            ["Panel:Database:Provider"] = "Postgres",
            ["ConnectionStrings:Panel"] = Connection,
        }).Build();
        services = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddLogging(logs => logs.SetMinimumLevel(LogLevel.None)).AddCore(configuration).BuildServiceProvider();
    }

    /// <summary>Where it is.</summary>
    public string Connection { get; }

    /// <summary>Makes it, with the panel's tables.</summary>
    public static async Task<BenchDatabase> CreateAsync(CancellationToken cancellation)
    {
        var database = new BenchDatabase(Environment.GetEnvironmentVariable("PANEL_TEST_POSTGRES") ?? throw new InvalidOperationException("PANEL_TEST_POSTGRES must name a PostgreSQL, such as Host=127.0.0.1;Username=panel."));
        try
        {
            await database.OutsideAsync($"CREATE DATABASE {database.name}", cancellation);
            await CoreSetup.PrepareAsync(database.services, cancellation);
            return database;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <summary>A part of the domain.</summary>
    public T Get<T>() where T : notnull => services.GetRequiredService<T>();

    /// <summary>Runs statements.</summary>
    public async Task ExecuteAsync(string statements, CancellationToken cancellation)
    {
        await using var open = new NpgsqlConnection(Connection);
        await open.OpenAsync(cancellation);
        await using var command = open.CreateCommand();
        command.CommandTimeout = 600;
#pragma warning disable CA2100 // the statements are the bench's own
        command.CommandText = statements;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>How long a query takes on a connection that is open, its rows read: p50, in milliseconds.</summary>
    public async Task<double> RowsAsync(string query, int runs, CancellationToken cancellation)
    {
        await using var open = new NpgsqlConnection(Connection);
        await open.OpenAsync(cancellation);
        await using var command = open.CreateCommand();
#pragma warning disable CA2100 // the query is the bench's own
        command.CommandText = query;
#pragma warning restore CA2100
        await command.PrepareAsync(cancellation);
        var samples = new List<double>();
        for (var run = 0; run < runs; run++) samples.Add(await TimeAsync(ReadAsync));
        return samples.Percentile(0.5);

        async Task<int> ReadAsync()
        {
            await using var rows = await command.ExecuteReaderAsync(cancellation);
            var count = 0;
            for (; await rows.ReadAsync(cancellation); count++) rows.GetValue(0);
            return count;
        }
    }

    /// <summary>How long something took, in milliseconds.</summary>
    public static async Task<double> TimeAsync<T>(Func<Task<T>> work)
    {
        var began = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
        await OutsideAsync($"DROP DATABASE IF EXISTS {name} WITH (FORCE)", CancellationToken.None);
        folder.Dispose();
    }

    async Task OutsideAsync(string command, CancellationToken cancellation)
    {
        await using var open = new NpgsqlConnection($"{server};Database=postgres;Pooling=false");
        await open.OpenAsync(cancellation);
        await using var statement = open.CreateCommand();
#pragma warning disable CA2100 // the name is made above
        statement.CommandText = command;
#pragma warning restore CA2100
        await statement.ExecuteNonQueryAsync(cancellation);
    }
}

/// <summary>Makes up people and their servers in bulk: rows as the panel writes them, numbered, so that a bench knows each by its number.</summary>
static class BenchPeople
{
    const string First = "anna,bob,clara,david,emma,felix,greta,henry,ida,jonas,klara,leo,mia,noah,olga,paul";

    /// <summary>The id of an account.</summary>
    public static string Account(int number) => $"00000000-0000-4000-8000-{number:x12}";

    /// <summary>The id of a server.</summary>
    public static Guid Server(int number) => Guid.ParseExact($"01990000-0000-7000-8000-{number:x12}", "D");

    /// <summary>
    /// Accounts from 1 on: of 1,000 one operator, four of support, two that are suspended, one in ten that never signed in.
    /// Their addresses are in no order: clara.17@example.org.
    /// </summary>
    public static async Task AccountsAsync(BenchDatabase database, int count, CancellationToken cancellation)
    {
        await database.ExecuteAsync(string.Create(CultureInfo.InvariantCulture, $"""
            INSERT INTO "AspNetUsers" ("Id", "UserName", "NormalizedUserName", "Email", "NormalizedEmail", "EmailConfirmed", "PhoneNumberConfirmed", "TwoFactorEnabled", "LockoutEnabled", "AccessFailedCount",
                "PasswordHash", "SecurityStamp", "ConcurrencyStamp", "Role", "CreatedAt", "SignedInAt", "SuspendedAt", "SuspendReason", "LastCodeStep", "TimeZone", "Culture", "QuotaStamp")
            SELECT '00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'), mail, upper(mail), mail, upper(mail), TRUE, FALSE, n % 20 = 0, TRUE, 0,
                repeat('x', 84), md5(mail), md5(mail || 'c'), CASE WHEN n % 1000 = 0 THEN 'operator' WHEN n % 1000 < 5 THEN 'support' ELSE 'user' END,
                now() - interval '10 seconds' * n, CASE WHEN n % 10 > 0 THEN now() - interval '7 seconds' * (n * 7919::bigint % {count}) END, CASE WHEN n % 500 = 7 THEN now() END, '', 0, '', '', 0
            FROM (SELECT n, (string_to_array('{First}', ','))[1 + n * 31 % 16] || '.' || n || '@example.org' AS mail FROM generate_series(1, {count}) n) made;
            """), cancellation);
    }

    /// <summary>Servers from 1 on, one port and so many members each; who owns one and who is let in is spread over the accounts.</summary>
    public static async Task ServersAsync(BenchDatabase database, int accounts, int count, int members, CancellationToken cancellation)
    {
        // each row refers to others: that is checked for all of them at once at the end
        await database.ExecuteAsync(string.Create(CultureInfo.InvariantCulture, $"""
            ALTER TABLE "Members" DROP CONSTRAINT "FK_Members_AspNetUsers_AccountId", DROP CONSTRAINT "FK_Members_Servers_ServerId";
            INSERT INTO "Servers" ("Id", "ObjectName", "OwnerId", "Name", "Description", "Template", "Image", "Variables", "Plan", "CpuMillis", "MemoryMiB", "DiskMiB", "Intent", "Hold", "InstallAttempt", "InstallWipes",
                "KilledThrough", "PreparedStarts", "Starts", "Revision", "Suspension", "SuspendReason", "CreatedAt")
            SELECT ('01990000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'server-' || n, '00000000-0000-4000-8000-' || lpad(to_hex(1 + n * 13::bigint % {accounts}), 12, '0'), 'Server ' || n * 7919::bigint % {count},
                '', 'demo', 'Demo', '{"{}"}', 'tiny', 500, 512, 2048, 'Stopped', 'None', 1, FALSE, 0, 0, 0, 1, 0, '', now() - interval '1 minute' * ({count} - n)
            FROM generate_series(1, {count}) n;
            INSERT INTO "Allocations" ("Port", "ServerId", "Name", "Order") SELECT n, ('01990000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'game', 0 FROM generate_series(1, least({count}, 65535)) n;
            INSERT INTO "Members" ("ServerId", "AccountId", "Permissions", "CreatedAt")
            SELECT ('01990000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, '00000000-0000-4000-8000-' || lpad(to_hex(1 + (n * 7::bigint + 11 + m * 4999::bigint) % {accounts}), 12, '0'),
                'control.console control.start control.stop file.read file.read-content', now()
            FROM generate_series(1, {count}) n, generate_series(1, {members}) m;
            ALTER TABLE "Members" ADD CONSTRAINT "FK_Members_AspNetUsers_AccountId" FOREIGN KEY ("AccountId") REFERENCES "AspNetUsers" ("Id") ON DELETE CASCADE,
                ADD CONSTRAINT "FK_Members_Servers_ServerId" FOREIGN KEY ("ServerId") REFERENCES "Servers" ("Id") ON DELETE CASCADE;
            """), cancellation);
    }

    /// <summary>The account that is the member of a server, from 1 on.</summary>
    public static int MemberOf(int server, int member, int accounts) => 1 + (int)(((server * 7L) + 11 + (member * 4999L)) % accounts);
}
