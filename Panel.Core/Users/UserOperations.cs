using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Audit;
using Panel.Core.Errors;

namespace Panel.Core.Users;

/// <summary>
/// What every change of somebody else's account does: let nobody change an account that may more than they may, save the change with its
/// audit record, and tell whatever holds something open for the account.
/// </summary>
public sealed class UserOperations(IDbContextFactory<PanelDb> databases, AuditLog audit, AccountChanges changes)
{
    const int Attempts = 4;

    /// <summary>Changes an account. When somebody else changed it meanwhile, the change is made again on the new row.</summary>
    /// <param name="actor">Who changes it.</param>
    /// <param name="id">The account.</param>
    /// <param name="action">What is done, for the audit.</param>
    /// <param name="change">Changes the row or what belongs to it, and returns a detail for the audit. It may run more than once.</param>
    /// <param name="cancellation">Ends the writing.</param>
    /// <exception cref="ForbiddenException">The actor may not change accounts, or the account's role allows more than the actor's.</exception>
    /// <exception cref="NotFoundException">There is no such account.</exception>
    internal async Task ChangeAsync(Actor actor, string id, string action, Func<PanelDb, Account, Task<string>> change, CancellationToken cancellation)
    {
        actor.Require(PanelPermissions.ManageUsers);
        for (var attempt = 1; ; attempt++)
        {
            await using var db = await databases.CreateDbContextAsync(cancellation);
            await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
            await Administrators.LockAsync(db, cancellation);
            var account = await db.Users.SingleOrDefaultAsync(account => account.Id == id, cancellation) ?? throw new NotFoundException("User");
            (await db.Roles.AsNoTracking().SingleAsync(role => role.Key == account.Role, cancellation)).RequireWithin(actor, account.UserName!);
            var detail = await change(db, account);
            account.ConcurrencyStamp = Guid.NewGuid().ToString();
            audit.Add(db, actor, action, null, account.UserName!, detail);
            try
            {
                await db.SaveChangesAsync(cancellation);
                await transaction.CommitAsync(cancellation);
                break;
            }
            catch (DbUpdateConcurrencyException) when (attempt < Attempts)
            {
                // the row moved on between reading and saving; read it again
            }
        }
        changes.Changed(id);
    }
}
