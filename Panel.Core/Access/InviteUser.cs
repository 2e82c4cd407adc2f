using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Core.Accounts;
using Panel.Core.Audit;
using Panel.Core.Errors;

namespace Panel.Core.Access;

/// <summary>Asks somebody who has no account into the panel, with a role; the account comes to be when they accept, with a password of their own.</summary>
public sealed class InviteUser(IDbContextFactory<PanelDb> databases, InvitationRules rules, InvitationMail mail, AccountChanges changes, AuditLog audit, TimeProvider clock)
{
    const int Most = 500;

    /// <summary>Makes an invitation, in place of one that waits for the same address.</summary>
    /// <exception cref="InvalidFieldException">A field breaks a rule, there is no such role, or the address has an account.</exception>
    /// <exception cref="ForbiddenException">The actor may not make accounts, or the role allows more than the actor's.</exception>
    /// <exception cref="ConflictException">The actor invited too many within an hour, or too many invitations wait.</exception>
    public async Task<MadeInvitation> RunAsync(Actor actor, InviteUserRequest request, CancellationToken cancellation)
    {
        actor.Require(PanelPermissions.ManageUsers);
        FieldRules.Require(request);
        var email = EmailRule.Require(request.Email, nameof(request.Email));
        var (normalized, now, (token, hash)) = (InvitationRules.Normalize(email), clock.GetUtcNow(), InvitationRules.NewToken());
        var made = new Invitation
        {
            Id = Guid.CreateVersion7(now),
            TokenHash = hash,
            Email = email,
            NormalizedEmail = normalized,
            Role = request.Role,
            InvitedBy = actor.UserId,
            CreatedAt = now,
            ExpiresAt = rules.NewEnd(),
        };
        await using (var db = await databases.CreateDbContextAsync(cancellation))
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
            await Administrators.LockAsync(db, cancellation);   // the role could be deleted at this moment
            await rules.RequirePaceAsync(db, actor, cancellation);
            var role = await db.Roles.AsNoTracking().SingleOrDefaultAsync(role => role.Key == request.Role, cancellation) ?? throw new InvalidFieldException(nameof(request.Role), "There is no such role.");
            role.RequireGrantable(actor);
            if (await db.Users.AnyAsync(account => account.NormalizedEmail == normalized, cancellation)) throw new InvalidFieldException(nameof(request.Email), "There is an account with this address already.");
            await db.Invitations.Where(invitation => invitation.ServerId == null && (invitation.NormalizedEmail == normalized || invitation.ExpiresAt <= now)).ExecuteDeleteAsync(cancellation);
            if (await db.Invitations.CountAsync(invitation => invitation.ServerId == null, cancellation) >= Most) throw new ConflictException($"{Most} invitations wait already. Take some back first.");
            db.Invitations.Add(made);
            audit.Add(db, actor, "account.invite", null, email, role.Name);
            await db.SaveChangesAsync(cancellation);
            await transaction.CommitAsync(cancellation);
        }
        changes.Changed(actor.UserId);
        return await mail.BringAsync(actor, made.Id, email, "Panel", token, made.ExpiresAt, cancellation);
    }
}

/// <summary>The invitations into the panel that wait: to see them, and to take one back.</summary>
public sealed class UserInvitations(IDbContextFactory<PanelDb> databases, AccountChanges changes, AuditLog audit, TimeProvider clock)
{
    /// <summary>Those that can be accepted still, the newest first.</summary>
    /// <exception cref="ForbiddenException">The actor may not make accounts.</exception>
    public async Task<IReadOnlyList<UserInvitationRow>> ListAsync(Actor actor, CancellationToken cancellation)
    {
        actor.Require(PanelPermissions.ManageUsers);
        var now = clock.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.Invitations.AsNoTracking().Where(invitation => invitation.ServerId == null && invitation.ExpiresAt > now).OrderByDescending(invitation => invitation.Id)
            .Select(invitation => new UserInvitationRow(
                invitation.Id, invitation.Email,
                db.Roles.Where(role => role.Key == invitation.Role).Select(role => role.Name).FirstOrDefault() ?? "",
                db.Users.Where(account => account.Id == invitation.InvitedBy).Select(account => account.UserName).FirstOrDefault() ?? "",
                invitation.ExpiresAt))
            .ToListAsync(cancellation);
    }

    /// <summary>Takes one back; its link is of no use any more.</summary>
    /// <exception cref="ForbiddenException">The actor may not make accounts.</exception>
    /// <exception cref="NotFoundException">There is no such invitation.</exception>
    public async Task WithdrawAsync(Actor actor, Guid id, CancellationToken cancellation)
    {
        actor.Require(PanelPermissions.ManageUsers);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var invitation = await db.Invitations.SingleOrDefaultAsync(invitation => invitation.Id == id && invitation.ServerId == null, cancellation) ?? throw new NotFoundException("Invitation");
        db.Invitations.Remove(invitation);
        audit.Add(db, actor, "account.withdraw", null, invitation.Email);
        await db.SaveChangesAsync(cancellation);
        changes.Changed(actor.UserId);
    }
}
