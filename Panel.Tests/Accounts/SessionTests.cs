using System.Security.Claims;
using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Errors;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Accounts;

/// <summary>Where people are signed in.</summary>
public sealed class SessionTests
{
    [Theory, InlineData(false), InlineData(true)]
    public async Task Ended_session_is_out_at_once_and_others_stay(bool postgres)
    {
        await using var host = await AccountHost.StartAsync(postgres);
        var ann = await host.AccountAsync();
        var (here, there) = (await host.SignInAsync(ann), await host.SignInAsync(ann));
        Assert.True(await host.IsInAsync(here) && await host.IsInAsync(there));
        await host.Get<Sessions>().EndAsync(here, there.Session!.Value, CancellationToken.None);
        Assert.False(await host.IsInAsync(there));
        Assert.True(await host.IsInAsync(here));
        Assert.Equal([true], (await host.Get<Sessions>().ListAsync(here, CancellationToken.None)).Select(row => row.IsCurrent));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Everywhere_else_is_everywhere_but_here(bool postgres)
    {
        await using var host = await AccountHost.StartAsync(postgres);
        var (ann, bob) = (await host.AccountAsync(), await host.AccountAsync("bob"));
        var (here, there, elsewhere, other) = (await host.SignInAsync(ann), await host.SignInAsync(ann), await host.SignInAsync(ann), await host.SignInAsync(bob));
        Assert.Equal(2, await host.Get<Sessions>().EndOthersAsync(here, CancellationToken.None));
        Assert.True(await host.IsInAsync(here) && await host.IsInAsync(other));
        Assert.False(await host.IsInAsync(there) || await host.IsInAsync(elsewhere));
    }

    [Fact]
    public async Task Session_of_somebody_else_can_be_neither_seen_nor_ended()
    {
        await using var host = await CoreHost.OnSqliteAsync();
        var (ann, bob) = (await host.SignInAsync(await host.AccountAsync()), await host.SignInAsync(await host.AccountAsync("bob")));
        await Assert.ThrowsAsync<NotFoundException>(() => host.Get<Sessions>().EndAsync(bob, ann.Session!.Value, CancellationToken.None));
        Assert.True(await host.IsInAsync(ann));
        Assert.DoesNotContain(await host.Get<Sessions>().ListAsync(bob, CancellationToken.None), row => row.Id == ann.Session);
        // and a cookie of one account is not good with the session of another
        var forged = new ClaimsPrincipal(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, ann.UserId), new(Actors.SessionClaim, bob.Session.ToString()!)], "test"));
        Assert.Null(await host.Get<Actors>().FindAsync(forged, null, CancellationToken.None));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Session_ends_by_time_and_is_swept(bool postgres)
    {
        await using var host = await AccountHost.StartAsync(postgres);
        var ann = await host.AccountAsync();
        var (brief, remembered) = (await host.SignInAsync(ann, remember: false), await host.SignInAsync(ann));
        await using var db = host.Open();
        var rows = await db.Sessions.AsNoTracking().ToDictionaryAsync(session => session.Id);
        Assert.Equal(TimeSpan.FromHours(12), rows[brief.Session!.Value].ExpiresAt - rows[brief.Session.Value].SeenAt);
        Assert.Equal(TimeSpan.FromDays(7), rows[remembered.Session!.Value].ExpiresAt - rows[remembered.Session.Value].SeenAt);
        await db.Sessions.Where(session => session.Id == brief.Session).ExecuteUpdateAsync(set => set.SetProperty(session => session.ExpiresAt, DateTimeOffset.UtcNow));
        host.Get<AccountChanges>().Changed(ann.UserId);
        Assert.False(await host.IsInAsync(brief));
        Assert.Equal(1, await host.Get<Sessions>().SweepAsync(CancellationToken.None));
        Assert.True(await host.IsInAsync(remembered));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Use_is_noted_once_a_minute_and_puts_off_the_end(bool postgres)
    {
        await using var host = await AccountHost.StartAsync(postgres);
        var ann = await host.SignInAsync(await host.AccountAsync());
        await using var db = host.Open();
        await host.Get<Sessions>().SeenAsync(ann.UserId, ann.Session!.Value, "192.0.2.99", CancellationToken.None);
        Assert.Equal("192.0.2.7", (await db.Sessions.AsNoTracking().SingleAsync()).Address);   // less than a minute ago
        var then = DateTimeOffset.UtcNow.AddDays(-2);
        await db.Sessions.ExecuteUpdateAsync(set => set.SetProperty(session => session.SeenAt, then).SetProperty(session => session.ExpiresAt, then.AddDays(7)));
        host.Get<AccountChanges>().Changed(ann.UserId);
        await host.Get<Sessions>().SeenAsync(ann.UserId, ann.Session!.Value, "192.0.2.99", CancellationToken.None);
        var row = await db.Sessions.AsNoTracking().SingleAsync();
        Assert.Equal("192.0.2.99", row.Address);
        Assert.Equal(TimeSpan.FromDays(7), row.ExpiresAt - row.SeenAt);
        Assert.True(row.SeenAt > DateTimeOffset.UtcNow.AddMinutes(-1));
    }

    [Fact]
    public async Task Hundred_and_first_session_ends_the_one_used_longest_ago()
    {
        await using var host = await CoreHost.OnSqliteAsync();
        var ann = await host.AccountAsync();
        var first = await host.SignInAsync(ann);
        for (var count = 0; count < 100; count++) await host.SignInAsync(ann);
        await using var db = host.Open();
        Assert.Equal(100, await db.Sessions.CountAsync(TestContext.Current.CancellationToken));
        Assert.False(await host.IsInAsync(first));
    }

    [Fact]
    public async Task Open_console_closes_within_two_seconds_of_its_session()
    {
        await using var host = await CoreHost.OnSqliteAsync();
        var (ann, here) = (await host.AccountAsync(), await host.AccountAsync("desk"));
        var there = await host.SignInAsync(ann);
        here = await host.SignInAsync(ann);
        var server = await host.ServerAsync(ann);
        using var deadline = Deadline.Source();
        var open = host.Get<AccessGuard>().RunAsync(there, server, ServerPermissions.ReadConsole, (_, token) => Task.Delay(Timeout.Infinite, token), deadline.Token);
        await host.Get<Sessions>().EndAsync(here, there.Session!.Value, CancellationToken.None);
        await Assert.ThrowsAsync<ForbiddenException>(() => open.Within("the end of the console", TimeSpan.FromSeconds(2)));
    }

    [Fact]
    public async Task Session_of_an_impersonator_ends_with_the_impersonator()
    {
        await using var host = await CoreHost.OnSqliteAsync();
        var (ann, admin) = (await host.AccountAsync(), await host.SignInAsync(await host.AccountAsync("root", isAdmin: true)));
        var acting = await host.SignInAsync(ann, impersonator: admin);
        Assert.Equal(admin.Name, (await host.Get<Actors>().AgainAsync(acting with { Impersonator = admin.Name }, CancellationToken.None))!.Impersonator);
        await using var db = host.Open();
        await db.Users.Where(account => account.Id == admin.UserId).ExecuteUpdateAsync(set => set.SetProperty(account => account.SuspendedAt, DateTimeOffset.UtcNow));
        host.Get<AccountChanges>().Changed(admin.UserId);
        Assert.False(await host.IsInAsync(acting));
    }
}
