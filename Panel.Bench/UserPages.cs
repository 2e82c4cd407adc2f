using Panel.Contracts.Users;
using Panel.Core.Access;
using Panel.Core.Users;

namespace Panel.Bench;

/// <summary>Pages of users with a million accounts on PostgreSQL, through the query that the page asks. It wants PANEL_TEST_POSTGRES.</summary>
static class UserPages
{
    const int Accounts = 1_000_000, Runs = 20;

    public static async Task<Row[]> MeasureAsync(CancellationToken cancellation)
    {
        await using var database = await BenchDatabase.CreateAsync(cancellation);
        await BenchPeople.AccountsAsync(database, Accounts, cancellation);
        await database.ExecuteAsync("""VACUUM ANALYZE "AspNetUsers" """, cancellation);
        var users = database.Get<UserQueries>();
        (string Words, UserFilter Filter)[] asked =
        [
            ("first", new()), ("in the middle", new() { After = "_IDA.5@EXAMPLE.ORG" }), ("last", new() { After = "_PAUL.999@EXAMPLE.ORG" }),
            ("by sign-in", new() { Sort = UserSort.SignedIn }), ("by sign-in, in the middle", new() { Sort = UserSort.SignedIn, After = $"{TimeProvider.System.GetUtcNow().AddDays(-40).UtcTicks}_X" }),
            ("by age", new() { Sort = UserSort.Created }), ("support", new() { Role = "support" }), ("suspended", new() { Suspended = true }), ("suspended support", new() { Suspended = true, Role = "support" }),
            ("not suspended, by age", new() { Suspended = false, Sort = UserSort.Created }),
            ("search, many found", new() { Text = "clara" }), ("one found", new() { Text = "clara.77777" }), ("one among support", new() { Text = "1.5", Role = "support" }), ("none", new() { Text = "nobody@" }),
            ("none, by sign-in", new() { Text = "nobody@", Sort = UserSort.SignedIn }),
        ];
        var times = new List<(string Words, double P50, double Worst)>();
        foreach (var (words, filter) in asked)
        {
            var samples = new List<double>();
            await users.ListAsync(Actor.Panel, filter, cancellation);   // the first of a kind is compiled
            for (var run = 0; run < Runs; run++) samples.Add(await BenchDatabase.TimeAsync(() => users.ListAsync(Actor.Panel, filter, cancellation)));
            times.Add((words, samples.Percentile(0.5), samples.Max()));
        }
        var worst = times.MaxBy(time => time.Worst);
        return
        [
            new($"Pages of users with {Accounts:N0} accounts, PostgreSQL", "≤ 300 ms", $"p50 {string.Join(", ", times.Select(time => $"{time.Words} {time.P50.Ms()}"))}; worst {worst.Worst.Ms()} ({worst.Words})",
                $"50 rows in one SQL query: p50 first {(await database.RowsAsync("""SELECT * FROM "AspNetUsers" ORDER BY "NormalizedEmail" LIMIT 50""", Runs, cancellation)).Ms()}, search, one found {(await database.RowsAsync("""SELECT * FROM "AspNetUsers" WHERE "NormalizedEmail" LIKE '%CLARA.77777%' ORDER BY "NormalizedEmail" LIMIT 50""", Runs, cancellation)).Ms()}"),
        ];
    }
}
