using Panel.Contracts.Console;
using Panel.Contracts.Servers;
using Panel.Core.Console;
using Panel.Core.Replicas;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Replicas;

/// <summary>Who typed a line is seen by those who look at another replica, too.</summary>
public class SaidLinesTests
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lines_that_are_said_on_one_replica_are_shown_once_on_each_in_their_order()
    {
        await using var redis = await RedisServer.StartNewAsync();
        await using var one = await CoreHost.OnSqliteAsync(("ConnectionStrings:Redis", redis.Address));
        await using var two = await CoreHost.OnSqliteAsync(("ConnectionStrings:Redis", redis.Address));
        await CarryAsync(one, two);
    }

    [Fact, Trait("Lane", "postgres")]
    public async Task PostgreSQL_carries_them_as_well()
    {
        await using var one = await CoreHost.OnPostgresAsync();
        await using var two = await CoreHost.OnSqliteAsync(("Panel:Database:Provider", "Postgres"), ("ConnectionStrings:Panel", one.Settings["ConnectionStrings:Panel"]!));
        await CarryAsync(one, two);
    }

    [Fact]
    public async Task Lines_that_cannot_be_told_do_not_pile_up()
    {
        await using var core = await CoreHost.OnSqliteAsync();
        var said = core.Get<SaidLines>();
        for (var number = 0; number < 5 * SaidLines.MostUntold; number++) said.Say(ServerId.New(), $"line {number}");
        Assert.Equal(2 * SaidLines.MostUntold, said.Untold.Count);
        Assert.Equal(4 * SaidLines.MostUntold, said.Lost);
    }

    [Fact]
    public async Task Lines_that_could_not_be_told_are_counted_and_the_others_hear_once_that_there_were_some()
    {
        await using var here = await CoreHost.OnSqliteAsync();
        await using var there = await CoreHost.OnSqliteAsync();
        var (said, id) = (here.Get<SaidLines>(), ServerId.New());
        Assert.Empty(there.Get<ConsoleHub>().Feed(id).Tail(1));   // somebody looks there
        for (var number = 0; number < SaidLines.MostUntold + 7; number++) said.Say(id, $"line {number}");
        Assert.Equal((7L, SaidLines.MostUntold + 1), (said.Lost, said.Untold.Count));
        foreach (var key in await said.Untold.TakeAsync(Stop)) there.Get<SaidLines>().Heard(key);
        await Deadline.UntilAsync("all lines", async () => (await SaidAsync(there, id)).Count > SaidLines.MostUntold);
        Assert.Single(await SaidAsync(there, id), line => line.Contains("could not be brought", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(""), InlineData("a.b"), InlineData("x.y.z"), InlineData("00000000000000000000000000000001.2.%%%"), InlineData("00000000000000000000000000000001.2.YQ")]
    public async Task Notice_that_is_none_or_of_a_console_nobody_knows_is_passed_over(string key)
    {
        await using var core = await CoreHost.OnSqliteAsync();
        core.Get<SaidLines>().Heard(key);
        Assert.Null(core.Get<ConsoleHub>().Known(new(new("00000000-0000-0000-0000-000000000001"))));
    }

    static async Task CarryAsync(CoreHost one, CoreHost two)
    {
        using var closing = new CancellationTokenSource();
        var notices = new[] { one, two }.Select(core => core.Get<ChangeNotices>().RunAsync(closing.Token)).ToList();
        await Deadline.UntilAsync("both listen", () => one.Get<ChangeNotices>().Listening && two.Get<ChangeNotices>().Listening);
        var id = ServerId.New();
        foreach (var core in (CoreHost[])[one, two]) Assert.Empty(core.Get<ConsoleHub>().Feed(id).Tail(1));   // somebody looks at each

        string[] lines = ["ann > say hi", "ann > say hi", "eve > say \"it's, well\" 🎮 {0}\\", $"ann > {new string('ä', 1024)}"];
        foreach (var line in lines) one.Get<SaidLines>().Say(id, line);
        two.Get<SaidLines>().Say(id, "bob > list");
        string[] all = [.. lines, "bob > list"];
        foreach (var core in (CoreHost[])[one, two])
        {
            await Deadline.UntilAsync("all lines", async () => (await SaidAsync(core, id)).Count >= all.Length);
            var shown = await SaidAsync(core, id);
            Assert.Equal(all.Order(StringComparer.Ordinal), shown.Order(StringComparer.Ordinal));
            Assert.Equal(lines, shown.Where(lines.Contains));
        }
        await closing.CancelAsync();
        foreach (var task in notices) await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    static async Task<IReadOnlyList<string>> SaidAsync(CoreHost core, ServerId id)
    {
        await foreach (var batch in core.Get<ConsoleHub>().Feed(id).ReadAsync(Stop)) return [.. batch.Lines.Where(line => line.IsOwn).Select(line => line.Text)];
        return [];
    }
}
