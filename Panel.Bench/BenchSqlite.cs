using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Panel.Core;
using Panel.Tests.Support;

namespace Panel.Bench;

/// <summary>The panel's domain on a SQLite file of its own, with the same people and servers in it as <see cref="BenchPeople"/> makes on PostgreSQL. It is removed at the end.</summary>
sealed class BenchSqlite : IAsyncDisposable
{
    readonly TempFolder folder = new();
    readonly ServiceProvider services;

    BenchSqlite()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Panel:DataDirectory"] = folder.Path }).Build();
        services = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddLogging(logs => logs.SetMinimumLevel(LogLevel.None)).AddCore(configuration).BuildServiceProvider();
    }

    /// <summary>A part of the domain.</summary>
    public T Get<T>() where T : notnull => services.GetRequiredService<T>();

    /// <summary>Makes it, and fills it.</summary>
    /// <param name="accounts">How many accounts.</param>
    /// <param name="servers">How many servers.</param>
    /// <param name="members">How many members each server has.</param>
    /// <param name="cancellation">Ends the filling.</param>
    public static async Task<BenchSqlite> CreateAsync(int accounts, int servers, int members, CancellationToken cancellation)
    {
        var database = new BenchSqlite();
        try
        {
            await CoreSetup.PrepareAsync(database.services, cancellation);
            await database.FillAsync(accounts, servers, members, cancellation);
            return database;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        folder.Dispose();
    }

    async Task FillAsync(int accounts, int servers, int members, CancellationToken cancellation)
    {
        await using var db = Get<IDbContextFactory<PanelDb>>().CreateDbContext();
        db.Database.SetCommandTimeout(TimeSpan.FromMinutes(10));
        await db.Database.OpenConnectionAsync(cancellation);
        var now = DateTimeOffset.UtcNow.UtcTicks;
        // rows refer to each other: what is made up here fits, and is not looked up a million times
        foreach (var statement in (string[])
        [
            "PRAGMA foreign_keys = OFF",
            string.Create(CultureInfo.InvariantCulture, $"""
            WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {accounts})
            INSERT INTO "AspNetUsers" ("Id", "UserName", "NormalizedUserName", "Email", "NormalizedEmail", "EmailConfirmed", "PhoneNumberConfirmed", "TwoFactorEnabled", "LockoutEnabled", "AccessFailedCount",
                "PasswordHash", "SecurityStamp", "ConcurrencyStamp", "Role", "CreatedAt", "SuspendedAt", "SuspendReason", "LastCodeStep", "TimeZone", "Culture", "QuotaStamp")
            SELECT printf('00000000-0000-4000-8000-%012x', n), 'user.' || n || '@example.org', 'USER.' || n || '@EXAMPLE.ORG', 'user.' || n || '@example.org', 'USER.' || n || '@EXAMPLE.ORG', 1, 0, n % 20 = 0, 1, 0,
                hex(randomblob(42)), hex(randomblob(16)), hex(randomblob(16)), CASE WHEN n % 1000 = 0 THEN 'operator' WHEN n % 1000 < 5 THEN 'support' ELSE 'user' END,
                {now} - n * 100000000, CASE WHEN n % 500 = 7 THEN {now} END, '', 0, '', '', 0 FROM n
            """),
            string.Create(CultureInfo.InvariantCulture, $$"""
            WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {{servers}})
            INSERT INTO "Servers" ("Id", "ObjectName", "OwnerId", "Name", "Description", "Template", "Image", "Variables", "Plan", "CpuMillis", "MemoryMiB", "DiskMiB", "Intent", "Hold", "InstallAttempt", "InstallWipes",
                "KilledThrough", "PreparedStarts", "Starts", "Revision", "Suspension", "SuspendReason", "CreatedAt")
            SELECT printf('01990000-0000-7000-8000-%012X', n), 'server-' || n, printf('00000000-0000-4000-8000-%012x', 1 + n * 13 % {{accounts}}), 'Server ' || n, '', 'demo', 'Demo', '{}', 'tiny', 500, 512, 2048,
                'Stopped', 'None', 1, 0, 0, 0, 0, 1, 0, '', {{now}} - n * 600000000 FROM n
            """),
            string.Create(CultureInfo.InvariantCulture, $"""
            WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {servers})
            INSERT INTO "Allocations" ("Port", "ServerId", "Name", "Order") SELECT n, printf('01990000-0000-7000-8000-%012X', n), 'game', 0 FROM n
            """),
            string.Create(CultureInfo.InvariantCulture, $"""
            WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {servers}), m(m) AS (SELECT 1 UNION ALL SELECT m + 1 FROM m WHERE m < {members})
            INSERT INTO "Members" ("ServerId", "AccountId", "Permissions", "CreatedAt")
            SELECT printf('01990000-0000-7000-8000-%012X', n), printf('00000000-0000-4000-8000-%012x', 1 + (n * 7 + 11 + m * 4999) % {accounts}), 'control.console control.start control.stop file.read file.read-content', {now} FROM n, m
            """),
            "PRAGMA foreign_keys = ON",
            "ANALYZE",
        ])
        {
#pragma warning disable EF1002 // the statements are the bench's own
            await db.Database.ExecuteSqlRawAsync(statement.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal), cancellation);
#pragma warning restore EF1002
        }
    }
}
