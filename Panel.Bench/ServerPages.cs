using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Servers;

namespace Panel.Bench;

/// <summary>Pages of all servers, as an administrator has them, with 50,000 servers on PostgreSQL, through the query that the page asks. It wants PANEL_TEST_POSTGRES.</summary>
static class ServerPages
{
    const int Accounts = 100_000, Servers = 50_000, Runs = 20;

    public static async Task<Row[]> MeasureAsync(CancellationToken cancellation)
    {
        await using var database = await BenchDatabase.CreateAsync(cancellation);
        await BenchPeople.AccountsAsync(database, Accounts, cancellation);
        await BenchPeople.ServersAsync(database, Accounts, Servers, members: 2, cancellation);
        // half of them have the same name
        await database.ExecuteAsync("""
            UPDATE "Servers" SET "Name" = 'Minecraft' WHERE "Revision" = 1 AND length("ObjectName") % 2 = 0;
            UPDATE "Servers" SET "Template" = 'vanilla' WHERE "ObjectName" LIKE '%77';
            """, cancellation);
        await database.ExecuteAsync("VACUUM ANALYZE", cancellation);
        var servers = database.Get<ServerListing>();
        (string Words, ServerListFilter Filter)[] asked =
        [
            ("first", new()), ("in the middle of those of one name", new() { After = "server-5 Minecraft" }), ("last", new() { After = "server-1 Server 9998" }), ("one template", new() { Template = "vanilla" }),
            ("search, many found", new() { Text = "server 12" }), ("one found", new() { Text = "server-4711" }), ("none", new() { Text = "nothing" }),
            ("one owner", new() { Owner = "clara.777" }), ("no owner", new() { Owner = "nobody@" }), ("a phase that all have", new() { Phase = ServerPhase.Offline }), ("one that none has", new() { Phase = ServerPhase.Failing }),
        ];
        var times = new List<(string Words, double P50, double Worst)>();
        foreach (var (words, filter) in asked)
        {
            var samples = new List<double>();
            await servers.ListAsync(Actor.Panel, filter, cancellation);   // the first of a kind is compiled
            for (var run = 0; run < Runs; run++) samples.Add(await BenchDatabase.TimeAsync(() => servers.ListAsync(Actor.Panel, filter, cancellation)));
            times.Add((words, samples.Percentile(0.5), samples.Max()));
        }
        var worst = times.MaxBy(time => time.Worst);
        return
        [
            new($"Pages of all servers with {Servers:N0} servers of {Accounts:N0} accounts, PostgreSQL", "≤ 300 ms", $"p50 {string.Join(", ", times.Select(time => $"{time.Words} {time.P50.Ms()}"))}; worst {worst.Worst.Ms()} ({worst.Words})",
                $"50 rows in one SQL query: p50 {(await database.RowsAsync("""SELECT * FROM "Servers" ORDER BY "Name" LIMIT 50""", Runs, cancellation)).Ms()}"),
        ];
    }
}
