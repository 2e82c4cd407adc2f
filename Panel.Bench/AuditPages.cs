using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Audit;
using Panel.Core;
using Panel.Core.Access;
using Panel.Core.Audit;

namespace Panel.Bench;

/// <summary>Pages of the audit with a million records on PostgreSQL, through the query that the page asks. It wants PANEL_TEST_POSTGRES.</summary>
static class AuditPages
{
    const int Records = 1_000_000, Runs = 20;

    public static async Task<Row[]> MeasureAsync(CancellationToken cancellation)
    {
        await using var database = await BenchDatabase.CreateAsync(cancellation);
        await database.ExecuteAsync($"""
            INSERT INTO "Audit" ("At", "ActorId", "ActorName", "Address", "Action", "Server", "Subject", "Detail")
            SELECT now() - (interval '20 seconds' * ({Records} - n)), md5('a' || n % 1000)::uuid::text, 'person' || (n % 1000) || '@example.org', '192.0.2.' || (n % 250),
                (ARRAY['server.power.start', 'server.power.stop', 'server.rename', 'server.variables', 'account.sign-in', 'file.write'])[n % 6 + 1],
                md5('s' || n % 5000)::uuid, 'Server ' || (n % 5000), CASE WHEN n = 7 THEN 'needle' ELSE 'detail ' || n END
            FROM generate_series(1, {Records}) n;
            INSERT INTO "Audit" ("At", "ActorName", "Action", "Subject", "Detail") VALUES (now(), 'Panel', 'plan.retire', 'Large', '');
            ANALYZE "Audit";
            """, cancellation);
        var databases = database.Get<IDbContextFactory<PanelDb>>();
        var audit = database.Get<AuditQueries>();
        var (who, which) = await SomeAsync(databases, cancellation);
        (string Words, AuditFilter Filter, long? Before)[] asked =
        [
            ("newest", new(), null), ("in the middle", new(), Records / 2), ("oldest", new(), 60),
            ("one account", new() { Who = who }, null), ("a rare action", new() { Action = "plan.retire" }, null), ("a common action", new() { Action = "server.rename" }, null),
            ("one server", new() { Server = which }, null), ("two weeks", new() { From = TimeProvider.System.GetUtcNow().AddDays(-100), Until = TimeProvider.System.GetUtcNow().AddDays(-86) }, null),
            ("server and action", new() { Server = which, Action = "plan.retire" }, null), ("search, found", new() { Search = "Server 4711" }, null), ("search, a whole stretch without a find", new() { Search = "needle" }, null),
        ];
        var times = new List<(string Words, double P50, double Worst)>();
        foreach (var (words, filter, before) in asked)
        {
            var samples = new List<double>();
            await audit.ListAsync(Actor.Panel, filter, before, 50, cancellation);   // the first of a kind is compiled
            for (var run = 0; run < Runs; run++) samples.Add(await BenchDatabase.TimeAsync(() => audit.ListAsync(Actor.Panel, filter, before, 50, cancellation)));
            times.Add((words, samples.Percentile(0.5), samples.Max()));
        }
        var actions = new List<double>();
        for (var run = 0; run < Runs; run++) actions.Add(await BenchDatabase.TimeAsync(() => audit.ActionsAsync(Actor.Panel, cancellation)));
        var whole = await BenchDatabase.TimeAsync(() => AllAsync(audit, new() { Search = "needle" }, cancellation));
        var worst = times.MaxBy(time => time.Worst);
        return
        [
            new($"Pages of the audit with {Records:N0} records, PostgreSQL", "≤ 300 ms", $"p50 {string.Join(", ", times.Select(time => $"{time.Words} {time.P50.Ms()}"))}; worst {worst.Worst.Ms()} ({worst.Words})", $"its actions, by steps along the index: p50 {actions.Percentile(0.5).Ms()}"),
            new("The same, until a search has looked through all records", "–", whole.Ms(), "in stretches, each an answer of its own, shown as it comes"),
        ];
    }

    static async Task<(string Who, string Which)> SomeAsync(IDbContextFactory<PanelDb> databases, CancellationToken cancellation)
    {
        await using var db = databases.CreateDbContext();
        var record = await db.Audit.AsNoTracking().SingleAsync(record => record.Id == Records / 2, cancellation);
        return (record.ActorId!, record.Server!.Value.ToString());
    }

    static async Task<AuditPage> AllAsync(AuditQueries audit, AuditFilter filter, CancellationToken cancellation)
    {
        var page = await audit.ListAsync(Actor.Panel, filter, null, 50, cancellation);
        while (page.Next is { } next) page = await audit.ListAsync(Actor.Panel, filter, next, 50, cancellation);
        return page;
    }
}
