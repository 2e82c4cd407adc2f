using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Announcements;
using Panel.Core.Announcements;
using Panel.Core.Errors;
using Panel.Core.Replicas;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Announcements;

/// <summary>What everybody is told, on each database.</summary>
public abstract class AnnounceTests : IAsyncLifetime
{
    CoreHost? host;

    CoreHost Host => host!;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    Announce Announce => Host.Get<Announce>();

    protected abstract Task<CoreHost> StartAsync();

    public async ValueTask InitializeAsync() => host = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (host is not null) await host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    string[] Shown => [.. Host.Get<AnnouncementBoard>().Shown.Select(one => one.Text)];

    [Fact]
    public async Task Announcements_are_shown_in_their_time_warnings_first()
    {
        var now = TimeProvider.System.GetUtcNow();
        await Announce.CreateAsync(CoreHost.Admin, new() { Text = " Hello\r\nall " }, Stop);
        await Announce.CreateAsync(CoreHost.Admin, new() { Text = "Later", From = now.AddHours(1) }, Stop);
        await Announce.CreateAsync(CoreHost.Admin, new() { Text = "Over", From = now.AddHours(-2), Until = now.AddHours(-1) }, Stop);
        await Announce.CreateAsync(CoreHost.Admin, new() { Text = "Mind", Warns = true, From = now.AddHours(-2), Until = now.AddHours(1) }, Stop);
        Assert.Equal(["Mind", "Hello\nall"], Shown);
        Assert.Equal(4, (await Announce.ListAsync(CoreHost.Admin, Stop)).Count);
    }

    [Fact]
    public async Task Those_who_follow_hear_of_changes_and_of_the_end_of_a_time()
    {
        await using var following = Host.Get<AnnouncementBoard>().FollowAsync(Stop).GetAsyncEnumerator(Stop);
        async Task<int> NextAsync() => await following.MoveNextAsync().AsTask().Within("a change") ? following.Current.Count : -1;
        Assert.Equal(0, await NextAsync());
        var id = await Announce.CreateAsync(CoreHost.Admin, new() { Text = "Short", Until = TimeProvider.System.GetUtcNow().AddSeconds(4) }, Stop);
        Assert.Equal(1, await NextAsync());
        Assert.Equal(0, await NextAsync());
        await Announce.ChangeAsync(CoreHost.Admin, id, new() { Text = "Long" }, Stop);
        Assert.Equal(1, await NextAsync());
        await Announce.RemoveAsync(CoreHost.Admin, id, Stop);
        Assert.Equal(0, await NextAsync());
        await using var db = Host.Open();
        Assert.Equal(["announcement.create", "announcement.change", "announcement.remove"], await db.Audit.OrderBy(record => record.Id).Select(record => record.Action).ToListAsync(Stop));
        Assert.Contains("\"text\":{\"was\":\"Short\",\"is\":\"Long\"}", (await db.Audit.SingleAsync(record => record.Action == "announcement.change", Stop)).Changes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Change_of_another_replica_is_shown_when_it_tells()
    {
        await using (var db = Host.Open())
        {
            db.Announcements.Add(new() { Id = Guid.NewGuid(), Text = "From elsewhere", From = TimeProvider.System.GetUtcNow() });
            await db.SaveChangesAsync(Stop);
        }
        Assert.Empty(Shown);
        await Host.Get<PanelChanges>().HeardAsync(PanelChanges.Announcements, Stop);
        Assert.Equal(["From elsewhere"], Shown);
    }

    [Theory]
    [InlineData("", "Text")]
    [InlineData("   ", "Text")]
    [InlineData("a\u0007b", "Text")]
    [InlineData(null, "Text")]
    public async Task Text_that_breaks_a_rule_is_refused_by_its_field(string? text, string field) =>
        Assert.Equal([field], (await Assert.ThrowsAsync<InvalidFieldException>(() => Announce.CreateAsync(CoreHost.Admin, new() { Text = text ?? new('x', 1001) }, Stop))).Errors.Keys);

    [Fact]
    public async Task Times_that_do_not_fit_unknown_ones_and_strangers_are_refused()
    {
        var now = TimeProvider.System.GetUtcNow();
        Assert.Equal(["Until"], (await Assert.ThrowsAsync<InvalidFieldException>(() => Announce.CreateAsync(CoreHost.Admin, new() { Text = "x", From = now, Until = now }, Stop))).Errors.Keys);
        await Assert.ThrowsAsync<NotFoundException>(() => Announce.RemoveAsync(CoreHost.Admin, Guid.NewGuid(), Stop));
        var ann = await Host.AccountAsync();
        await Assert.ThrowsAsync<ForbiddenException>(() => Announce.CreateAsync(ann, new AnnouncementRequest { Text = "x" }, Stop));
        await Assert.ThrowsAsync<ForbiddenException>(() => Announce.RemoveAsync(ann, Guid.NewGuid(), Stop));
        await Assert.ThrowsAsync<ForbiddenException>(() => Announce.ListAsync(ann, Stop));
    }
}

public sealed class SqliteAnnounceTests : AnnounceTests
{
    protected override Task<CoreHost> StartAsync() => CoreHost.OnSqliteAsync();
}

[Trait("Lane", "postgres")]
public sealed class PostgresAnnounceTests : AnnounceTests
{
    protected override Task<CoreHost> StartAsync() => CoreHost.OnPostgresAsync();
}
