using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Panel.Contracts.Access;
using Panel.Core;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Audit;
using Panel.Core.Errors;
using Panel.Core.Reconciling;
using Panel.Core.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Access;

public sealed class AccessGuardTests
{
    static readonly TimeSpan access = TimeSpan.FromSeconds(30), soon = TimeSpan.FromSeconds(8);

    [Fact]
    public async Task Access_that_ends_while_it_is_checked_is_asked_for_again_at_once()
    {
        await using var host = await CoreHost.OnSqliteAsync();
        var (ann, bob) = (await host.AccountAsync(), await host.AccountAsync("bob"));
        var id = await host.ServerAsync(ann, start: false);
        var end = DateTimeOffset.UtcNow + access;
        var made = await host.Get<InviteMember>().RunAsync(ann, id, new() { Email = "bob@example.org", Permissions = [ServerPermissions.ReadConsole], ExpiresAt = end }, default);
        await host.Get<AcceptInvitation>().RunAsync(bob, made.Token!, default);

        // the first reading is that before the work, the second that of the first check: while it reads, the time goes by
        var time = new Moved();
        var reading = new MovesAtReading(time, reading: 2, by: access + access);
        var operations = new ServerOperations(host.Get<IDbContextFactory<PanelDb>>(), host.Get<AuditLog>(), host.Get<Wake>(), reading);
        var guard = new AccessGuard(operations, host.Get<ChangedServers>(), host.Get<AccountChanges>(), host.Get<Actors>(), time, NullLogger<AccessGuard>.Instance);
        // without another look, the next would be fifteen seconds away
        await Assert.ThrowsAnyAsync<PanelException>(() => guard.RunAsync(bob, id, ServerPermissions.ReadConsole, (_, stop) => Task.Delay(Timeout.Infinite, stop), default).Within("the end of the access", soon));
        Assert.Equal(3, reading.Count);
    }

    sealed class Moved : TimeProvider
    {
        long by;

        public void Move(TimeSpan time) => Interlocked.Add(ref by, time.Ticks);

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref by));
    }

    sealed class MovesAtReading(Moved time, int reading, TimeSpan by) : TimeProvider
    {
        int count;

        public int Count => Volatile.Read(ref count);

        public override DateTimeOffset GetUtcNow()
        {
            var now = time.GetUtcNow();
            if (Interlocked.Increment(ref count) == reading) time.Move(by);
            return now;
        }
    }
}
