using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Servers;
using Panel.Core.Accounts;
using Panel.Core.Audit;
using Panel.Core.Errors;
using Panel.Core.Servers;

namespace Panel.Core.Access;

/// <summary>Answers an invitation with yes. Only the account with the address it is for may.</summary>
public sealed class AcceptInvitation(InvitationAnswer answer, InvitationRules rules)
{
    /// <summary>Accepts by the token of its link.</summary>
    /// <returns>The server, or null for an invitation into the panel alone.</returns>
    /// <exception cref="NotFoundException">There is no such invitation, or it is too old.</exception>
    /// <exception cref="ForbiddenException">It is for another address, or the actor is a program.</exception>
    /// <exception cref="ConflictException">Whoever invites may not do so any more.</exception>
    public Task<ServerId?> RunAsync(Actor actor, string token, CancellationToken cancellation) =>
        answer.GiveAsync(actor, db => rules.FindAsync(db, token, cancellation), (db, account, invitation) => rules.LetInAsync(db, actor, account, invitation, cancellation), cancellation);

    /// <summary>Accepts one that <see cref="MemberQueries.PendingAsync"/> named.</summary>
    /// <inheritdoc cref="RunAsync(Actor, string, CancellationToken)"/>
    public Task<ServerId?> RunAsync(Actor actor, Guid id, CancellationToken cancellation) =>
        answer.GiveAsync(actor, db => rules.FindAsync(db, id, actor.UserId, cancellation), (db, account, invitation) => rules.LetInAsync(db, actor, account, invitation, cancellation), cancellation);
}

/// <summary>Answers an invitation with no. Only the account with the address it is for may.</summary>
public sealed class DeclineInvitation(InvitationAnswer answer, InvitationRules rules)
{
    /// <summary>Declines by the token of its link.</summary>
    /// <exception cref="NotFoundException">There is no such invitation, or it is too old.</exception>
    /// <exception cref="ForbiddenException">It is for another address, or the actor is a program.</exception>
    public Task RunAsync(Actor actor, string token, CancellationToken cancellation) =>
        answer.GiveAsync(actor, db => rules.FindAsync(db, token, cancellation), (db, _, invitation) => answer.RefuseAsync(db, actor, invitation, cancellation), cancellation);

    /// <summary>Declines one that <see cref="MemberQueries.PendingAsync"/> named.</summary>
    /// <inheritdoc cref="RunAsync(Actor, string, CancellationToken)"/>
    public Task RunAsync(Actor actor, Guid id, CancellationToken cancellation) =>
        answer.GiveAsync(actor, db => rules.FindAsync(db, id, actor.UserId, cancellation), (db, _, invitation) => answer.RefuseAsync(db, actor, invitation, cancellation), cancellation);
}

/// <summary>What both answers to an invitation do: find it, see that it is for this account, and save.</summary>
public sealed class InvitationAnswer(IDbContextFactory<PanelDb> databases, InvitationRules rules, AuditLog audit)
{
    internal async Task<ServerId?> GiveAsync(
        Actor actor, Func<PanelDb, Task<Invitation?>> find, Func<PanelDb, Account, Invitation, Task> give, CancellationToken cancellation)
    {
        if (actor.Scopes is not null) throw new ForbiddenException("An API key cannot answer invitations: it would widen what it was made for.");
        ServerId? id;
        await using (var first = await databases.CreateDbContextAsync(cancellation))
        {
            var found = await find(first) ?? throw new NotFoundException("The invitation");
            await AccountAsync(first, actor, found, cancellation);   // whoever it is not for locks nothing
            id = found.ServerId;
        }
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (id is { } server) await ServerOperations.LockAsync(db, server, cancellation);
        var invitation = await find(db) ?? throw new NotFoundException("The invitation");   // somebody else may have answered while this waited
        await give(db, await AccountAsync(db, actor, invitation, cancellation), invitation);
        await rules.SaveAsync(db, transaction, id, cancellation);
        return id;
    }

    internal async Task RefuseAsync(PanelDb db, Actor actor, Invitation invitation, CancellationToken cancellation)
    {
        db.Invitations.Remove(invitation);
        if (invitation.ServerId is not { } id) return;
        var name = await db.Servers.Where(server => server.Id == id).Select(server => server.Name).SingleAsync(cancellation);
        audit.Add(db, actor, "member.decline", id, name, invitation.Email);
    }

    static async Task<Account> AccountAsync(PanelDb db, Actor actor, Invitation invitation, CancellationToken cancellation)
    {
        var account = await db.Users.AsNoTracking().SingleOrDefaultAsync(account => account.Id == actor.UserId, cancellation);
        return account?.NormalizedEmail == invitation.NormalizedEmail ? account : throw new ForbiddenException("This invitation is for another mail address. Sign in with the account that has it.");
    }
}
