using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Audit;
using Panel.Core.Errors;

namespace Panel.Core.Users;

/// <summary>Lets somebody act as another person, to see what they see. Every record of the audit says so.</summary>
public sealed class Impersonate(IDbContextFactory<PanelDb> databases, AuditLog audit)
{
    /// <summary>Checks whether the actor may act as a user, and notes that it begins to.</summary>
    /// <exception cref="ForbiddenException">The actor may not, acts as somebody else already or by a key, or the user's role allows more than the actor's.</exception>
    /// <exception cref="ConflictException">It is the actor's own account, or one that is suspended.</exception>
    /// <exception cref="NotFoundException">There is no such user.</exception>
    public async Task BeginAsync(Actor actor, string id, CancellationToken cancellation)
    {
        actor.Require(PanelPermissions.Impersonate);
        if (actor.Impersonator is not null) throw new ForbiddenException("You act as somebody else already. Stop that first.");
        if (actor.Session is null || actor.Scopes is not null) throw new ForbiddenException("Whoever acts as somebody else is signed in with a browser.");
        if (id == actor.UserId) throw new ConflictException("This is you.");
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var account = await db.Users.AsNoTracking().SingleOrDefaultAsync(account => account.Id == id, cancellation) ?? throw new NotFoundException("User");
        (await db.Roles.AsNoTracking().SingleAsync(role => role.Key == account.Role, cancellation)).RequireWithin(actor, account.UserName!);
        if (account.SuspendedAt is not null) throw new ConflictException("This user is suspended.");
        audit.Add(db, actor, "account.impersonate", null, account.UserName!);
        await db.SaveChangesAsync(cancellation);
    }

    /// <summary>Notes that whoever acts as somebody else stops.</summary>
    /// <param name="actor">The user that was acted as.</param>
    /// <param name="cancellation">Ends the writing.</param>
    public async Task EndAsync(Actor actor, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        audit.Add(db, actor, "account.impersonate-stop", null, actor.Name);
        await db.SaveChangesAsync(cancellation);
    }
}
