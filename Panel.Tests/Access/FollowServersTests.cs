using System.Diagnostics;
using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Servers;
using Panel.Core.Users;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Access;

/// <summary>Pages hear at once that what their viewer may do has changed.</summary>
public abstract class FollowServersTests : IAsyncLifetime
{
    static readonly TimeSpan Prompt = TimeSpan.FromSeconds(2);

    CoreHost host = null!;
    Actor ann = null!, bob = null!;
    ServerId id;

    protected abstract Task<CoreHost> StartAsync();

    public async ValueTask InitializeAsync()
    {
        host = await StartAsync();
        (ann, bob) = (await host.AccountAsync(), await host.AccountAsync("bob"));
        id = await host.ServerAsync(ann);
    }

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    async Task LetInAsync(DateTimeOffset? until) => await host.Get<AcceptInvitation>().RunAsync(bob,
        (await host.Get<InviteMember>().RunAsync(ann, id, new() { Email = bob.Name, Permissions = [ServerPermissions.ReadConsole], ExpiresAt = until }, default)).Token!, default);

    [Fact]
    public async Task Role_that_is_given_and_taken_is_heard_within_two_seconds()
    {
        using var deadline = Deadline.Source();
        await using var seen = host.Get<FollowServers>().RunAsync(bob, deadline.Token).GetAsyncEnumerator(deadline.Token);
        Assert.True(await seen.MoveNextAsync());
        Assert.Empty(seen.Current);
        foreach (var (role, others) in new[] { ("support", 1), ("user", 0) })
        {
            await host.Get<ChangeUserRole>().RunAsync(CoreHost.Admin, bob.UserId, role, default);
            Assert.True(await seen.MoveNextAsync().AsTask().Within($"the role {role}", Prompt));
            Assert.Equal([id], seen.Current);   // what is lost is told of too, so that it goes from the page
            var now = (await host.Get<Actors>().AgainAsync(bob, default))!;
            Assert.Equal(others, (await host.Get<ServerQueries>().ListAsync(now, default)).Count);
        }
    }

    [Fact]
    public async Task Access_that_ends_by_time_is_heard_and_closes_the_console_within_two_seconds()
    {
        var end = DateTimeOffset.UtcNow.AddSeconds(3);
        await LetInAsync(end);
        using var deadline = Deadline.Source();
        await using var seen = host.Get<FollowServers>().RunAsync(bob, deadline.Token).GetAsyncEnumerator(deadline.Token);
        Assert.True(await seen.MoveNextAsync());
        Assert.Equal([id], seen.Current);
        var console = host.Get<AccessGuard>().RunAsync(bob, id, ServerPermissions.ReadConsole, (_, token) => Task.Delay(Timeout.Infinite, token), deadline.Token);
        var next = seen.MoveNextAsync().AsTask();
        await Assert.ThrowsAsync<NotFoundException>(() => console.Within("the end of the console"));
        Assert.True(await next.Within("the end of the access"));
        Assert.InRange(DateTimeOffset.UtcNow, end, end + Prompt);
        await Assert.ThrowsAsync<NotFoundException>(() => host.Get<ServerQueries>().FindAsync(bob, id, default));
    }

    [Fact]
    public async Task Consent_that_ends_closes_what_support_holds_open_within_two_seconds()
    {
        await host.Get<ChangeUserRole>().RunAsync(CoreHost.Admin, bob.UserId, "support", default);
        bob = (await host.Get<Actors>().AgainAsync(bob, default))!;
        await host.Get<AllowSupport>().RunAsync(ann, id, allowed: true, default);
        using var deadline = Deadline.Source();
        var console = host.Get<AccessGuard>().RunAsync(bob, id, ServerPermissions.ReadConsole, (_, token) => Task.Delay(Timeout.Infinite, token), deadline.Token);
        var watch = Stopwatch.StartNew();
        await host.Get<AllowSupport>().RunAsync(ann, id, allowed: false, default);
        await Assert.ThrowsAsync<ForbiddenException>(() => console.Within("the end of the console", Prompt));
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, Prompt);
    }
}

public sealed class FollowServersOnSqliteTests : FollowServersTests
{
    protected override Task<CoreHost> StartAsync() => CoreHost.OnSqliteAsync();
}

[Trait("Lane", "postgres")]
public sealed class FollowServersOnPostgresTests : FollowServersTests
{
    protected override Task<CoreHost> StartAsync() => CoreHost.OnPostgresAsync();
}
