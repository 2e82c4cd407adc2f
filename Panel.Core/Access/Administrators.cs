using Microsoft.EntityFrameworkCore;
using Panel.Core.Errors;

namespace Panel.Core.Access;

/// <summary>Keeps at least one administrator in use, however many changes are made at once.</summary>
static class Administrators
{
    /// <summary>
    /// Makes every other change of who is an administrator wait until the transaction ends. It has to be the transaction's first statement:
    /// it takes SQLite's write lock, or PostgreSQL's lock on the role.
    /// </summary>
    public static Task LockAsync(PanelDb db, CancellationToken cancellation) =>
        db.Roles.Where(role => role.Key == Role.Administrator).ExecuteUpdateAsync(set => set.SetProperty(role => role.Order, role => role.Order), cancellation);

    /// <summary>Refuses to take the last administrator away. To be called after <see cref="LockAsync"/>.</summary>
    /// <param name="db">The transaction's context.</param>
    /// <param name="accountId">The account that shall be an administrator no more.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="ConflictException">There is no other one that is in use.</exception>
    public static async Task RequireAnotherAsync(PanelDb db, string accountId, CancellationToken cancellation)
    {
        var last = !await db.Users.AnyAsync(account => account.Role == Role.Administrator && account.SuspendedAt == null && account.Id != accountId, cancellation);
        if (last && await db.Users.AnyAsync(account => account.Id == accountId && account.Role == Role.Administrator, cancellation))
        {
            throw new ConflictException("This is the last administrator. Make somebody else one first.");
        }
    }
}
