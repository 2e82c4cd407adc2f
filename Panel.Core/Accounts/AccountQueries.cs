using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Contracts.Accounts;
using Panel.Core.Access;
using Panel.Core.Errors;

namespace Panel.Core.Accounts;

/// <summary>Reads accounts.</summary>
public sealed class AccountQueries(IDbContextFactory<PanelDb> databases)
{
    /// <summary>All accounts, by mail address.</summary>
    /// <exception cref="ForbiddenException">The actor may not read them.</exception>
    public async Task<IReadOnlyList<AccountRow>> ListAsync(Actor actor, CancellationToken cancellation)
    {
        actor.Require(PanelPermissions.ReadUsers);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.Users.AsNoTracking().OrderBy(account => account.NormalizedEmail)
            .Select(account => new AccountRow(account.Id, account.Email!, account.Role, db.Servers.Count(server => server.OwnerId == account.Id), account.CreatedAt))
            .ToListAsync(cancellation);
    }
}
