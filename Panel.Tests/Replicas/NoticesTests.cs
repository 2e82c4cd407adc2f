using System.Threading.Channels;
using Npgsql;
using Panel.Contracts.Servers;
using Panel.Core.Reconciling;
using Panel.Core.Replicas;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Replicas;

public class NoticesTests
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact, Trait("Lane", "postgres")]
    public async Task PostgreSQL_carries_what_is_sent_to_all_who_listen()
    {
        await using var core = await CoreHost.OnPostgresAsync();
        await CarriesAsync(core.Get<INotices>());
    }

    [Fact]
    public async Task Redis_carries_what_is_sent_to_all_who_listen()
    {
        await using var redis = await RedisServer.StartNewAsync();
        await using var core = await CoreHost.OnSqliteAsync(("ConnectionStrings:Redis", redis.Address));
        await CarriesAsync(core.Get<INotices>());
    }

    static async Task CarriesAsync(INotices notices)
    {
        await using var one = await Ear.OpenAsync(notices);
        await using var two = await Ear.OpenAsync(notices);
        var longest = new string('x', INotices.MaxLength);
        string[] texts = ["first", "it's $(quoted) \"well\"", longest];
        foreach (var text in texts) await notices.SendAsync(text, Stop);
        foreach (var ear in (Ear[])[one, two])
        {
            foreach (var text in texts) Assert.Equal(text, await ear.NextAsync());
        }
    }

    [Fact, Trait("Lane", "postgres")]
    public async Task Command_that_ends_at_once_tells_those_that_run_what_it_changed()
    {
        await using var core = await CoreHost.OnPostgresAsync();
        await using var ear = await Ear.OpenAsync(core.Get<INotices>());
        var id = new ServerId(Guid.NewGuid());
        core.Get<Wake>().Changed(id);
        await core.Get<ChangeNotices>().TellOnceAsync(Stop);
        Assert.EndsWith($" servers {id.Value:N}", await ear.NextAsync(), StringComparison.Ordinal);
    }

    [Fact, Trait("Lane", "postgres")]
    public async Task Listening_ends_with_an_error_when_PostgreSQL_ends_the_connection()
    {
        await using var core = await CoreHost.OnPostgresAsync();
        var notices = core.Get<INotices>();
        await using var ear = await Ear.OpenAsync(notices);
        await using (var connection = new NpgsqlConnection(core.Settings["ConnectionStrings:Panel"] + ";Pooling=false"))
        {
            await connection.OpenAsync(Stop);
            await using var end = new NpgsqlCommand("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'panel-notices' AND datname = current_database()", connection);
            await end.ExecuteNonQueryAsync(Stop);
        }
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => ear.Listening.Within("the end of listening"));
    }

    [Fact]
    public async Task Redis_that_goes_away_ends_the_listening_and_serves_again_when_it_is_back()
    {
        await using var redis = await RedisServer.StartNewAsync();
        await using var core = await CoreHost.OnSqliteAsync(("ConnectionStrings:Redis", redis.Address));
        var notices = core.Get<INotices>();
        await using (var ear = await Ear.OpenAsync(notices))
        {
            await notices.SendAsync("before", Stop);
            Assert.Equal("before", await ear.NextAsync());
            await redis.KillAsync();
            await Assert.ThrowsAnyAsync<IOException>(() => ear.Listening.Within("the end of listening"));
            await Assert.ThrowsAnyAsync<IOException>(() => notices.SendAsync("lost", Stop));
        }
        await redis.StartAsync();
        await using var again = await Ear.OpenAsync(notices);
        await notices.SendAsync("after", Stop);
        Assert.Equal("after", await again.NextAsync());
    }

    [Fact]
    public async Task Redis_password_that_is_wrong_is_told_without_the_password()
    {
        await using var redis = await RedisServer.StartNewAsync();
        await using var core = await CoreHost.OnSqliteAsync(("ConnectionStrings:Redis", redis.Address.Replace("s3cret", "wr0ng")));
        var refusal = await Assert.ThrowsAsync<IOException>(() => core.Get<INotices>().SendAsync("text", Stop));
        Assert.Contains("WRONGPASS", refusal.Message);
        Assert.DoesNotContain("wr0ng", refusal.Message);
    }

    [Theory]
    [InlineData("redis://cache", "cache:6379", false, null, null)]
    [InlineData("redis://cache:7000/0", "cache:7000", false, null, null)]
    [InlineData("rediss://:p%40ss%3A@cache", "cache:6379", true, null, "p@ss:")]
    [InlineData("redis://secret@[::1]:1", "::1:1", false, null, "secret")]
    [InlineData("redis://panel:secret@cache", "cache:6379", false, "panel", "secret")]
    public void Address_of_Redis_is_read(string text, string where, bool tls, string? user, string? password)
    {
        Assert.True(RedisAddress.TryParse(text, out var address));
        Assert.Equal((where, tls, user, password), (address.ToString(), address.Tls, address.User, address.Password));
    }

    [Theory]
    [InlineData("cache:6379"), InlineData("http://cache"), InlineData(""), InlineData("redis://"), InlineData("redis://cache/3")]
    public void Address_that_is_none_is_refused_without_repeating_it(string text) => Assert.False(RedisAddress.TryParse(text, out _));

    /// <summary>Somebody who listens.</summary>
    sealed class Ear(Task listening, ChannelReader<string> heard, CancellationTokenSource closing) : IAsyncDisposable
    {
        public Task Listening => listening;

        public static async Task<Ear> OpenAsync(INotices notices)
        {
            var closing = new CancellationTokenSource();
            var heard = Channel.CreateBounded<string>(100);
            var opened = new TaskCompletionSource();
            var listening = notices.ListenAsync(opened.SetResult, text => heard.Writer.TryWrite(text), closing.Token);
            await await Task.WhenAny(opened.Task, listening).Within("listening");
            return new(listening, heard.Reader, closing);
        }

        public Task<string> NextAsync() => heard.ReadAsync(Stop).AsTask().Within("a notice");

        public async ValueTask DisposeAsync()
        {
            await closing.CancelAsync();
            await listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            closing.Dispose();
        }
    }
}
