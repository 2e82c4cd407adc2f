using Microsoft.EntityFrameworkCore;
using Panel.Core.Access;
using Panel.Core.Audit;
using Panel.Core.Errors;
using Panel.Core.Plans;
using Panel.Core.Reconciling;
using Panel.Core.Servers;

namespace Panel.Core.Accounts;

/// <summary>Changes an account and all its servers in one transaction: an account is never out of use while a server of it runs on.</summary>
public sealed class AccountSuspension(IDbContextFactory<PanelDb> databases, AuditLog audit, AccountChanges changes, Wake wake)
{
    const int Attempts = 4;

    /// <param name="actor">Who does it.</param>
    /// <param name="accountId">The account.</param>
    /// <param name="what">"suspend" or "resume".</param>
    /// <param name="reason">Why, for the audit.</param>
    /// <param name="change">Changes the account. It may run more than once.</param>
    /// <param name="each">Changes each of its servers. It may run more than once.</param>
    /// <param name="cancellation">Ends the writing.</param>
    internal async Task ChangeAsync(
        Actor actor, string accountId, string what, string reason, Func<PanelDb, Account, Task> change, Action<Server> each, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            await using var db = await databases.CreateDbContextAsync(cancellation);
            await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
            await Administrators.LockAsync(db, cancellation);
            await QuotaRules.LockAsync(db, accountId, cancellation);   // a server that is made or handed over at this moment waits, and is refused
            var account = await db.Users.SingleAsync(account => account.Id == accountId, cancellation);
            (await db.Roles.AsNoTracking().SingleAsync(role => role.Key == account.Role, cancellation)).RequireWithin(actor, account.UserName!);
            await change(db, account);
            account.ConcurrencyStamp = Guid.NewGuid().ToString();   // Identity writes whole rows: one it read before must not undo this
            var servers = await db.Servers.Where(server => server.OwnerId == accountId).ToListAsync(cancellation);
            audit.Add(db, actor, $"account.{what}", null, account.UserName!, reason);
            foreach (var server in servers)
            {
                var before = server.Suspension;
                each(server);
                if (server.Suspension != before) audit.Add(db, actor, $"server.{what}", server.Id, server.Name, reason.Length > 0 ? $"with its owner's account: {reason}" : "with its owner's account");
            }
            try
            {
                await db.SaveChangesAsync(cancellation);
                await transaction.CommitAsync(cancellation);
            }
            catch (DbUpdateConcurrencyException) when (attempt < Attempts)
            {
                continue;   // a row moved on between reading and saving; read all again
            }
            changes.Changed(accountId);
            foreach (var server in servers) wake.Changed(server.Id);
            return;
        }
    }
}
