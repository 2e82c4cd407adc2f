using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Servers;
using Panel.Core.Accounts;
using Panel.Core.Audit;
using Panel.Core.Errors;
using Panel.Core.Reconciling;
using Panel.Core.Servers;

namespace Panel.Core.Access;

/// <summary>What holds for every invitation: its token, its life, who may answer it, and what becomes of it.</summary>
public sealed class InvitationRules(IDbContextFactory<PanelDb> databases, ServerOperations servers, Actors actors, AuditLog audit, Wake wake, AccountChanges accounts, TimeProvider clock)
{
    /// <summary>How long an invitation can be accepted.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    /// <summary>At most so many people and invitations has a server.</summary>
    internal const int MostPeople = 100;

    /// <summary>At most so many invitations somebody makes in an hour: each may become a mail to a stranger.</summary>
    internal const int MostAnHour = 60;

    /// <summary>A new token, and what is kept of it.</summary>
    internal static (string Token, string Hash) NewToken()
    {
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        return (token, HashOf(token));
    }

    /// <summary>What is kept of a token; it is random and long, so that a slow hash would add nothing.</summary>
    internal static string HashOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    /// <summary>A mail address as accounts are found by it.</summary>
    internal static string Normalize(string email) => new EmailRule().NormalizeEmail(email)!;

    /// <summary>Refuses an end that has passed.</summary>
    /// <exception cref="InvalidFieldException">It has.</exception>
    internal void RequireFuture(DateTimeOffset? end, string field)
    {
        if (end <= clock.GetUtcNow()) throw new InvalidFieldException(field, "This time has passed.");
    }

    /// <summary>Until when an invitation that is made now can be accepted.</summary>
    internal DateTimeOffset NewEnd() => clock.GetUtcNow() + Lifetime;

    /// <summary>Refuses to invite more people than anybody means to.</summary>
    /// <exception cref="ConflictException">There were too many within an hour.</exception>
    internal async Task RequirePaceAsync(PanelDb db, Actor actor, CancellationToken cancellation)
    {
        var since = clock.GetUtcNow().AddHours(-1);
        var made = await db.Audit.CountAsync(record => record.ActorId == actor.UserId && record.At > since && (record.Action == "member.invite" || record.Action == "member.invite-again" || record.Action == "account.invite"), cancellation);
        if (made >= MostAnHour) throw new ConflictException($"You have sent {made} invitations within an hour. Wait a while before the next.");
    }

    /// <summary>The invitation of a token that can be accepted still, or null.</summary>
    internal Task<Invitation?> FindAsync(PanelDb db, string? token, CancellationToken cancellation)
    {
        if (string.IsNullOrEmpty(token) || token.Length > 100) return Task.FromResult<Invitation?>(null);
        var (hash, now) = (HashOf(token), clock.GetUtcNow());
        return db.Invitations.SingleOrDefaultAsync(invitation => invitation.TokenHash == hash && invitation.ExpiresAt > now, cancellation);
    }

    /// <summary>The invitation of an id that can be accepted still, for the account whose address it is for and that proved to have it; or null.</summary>
    internal async Task<Invitation?> FindAsync(PanelDb db, Guid id, string accountId, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        return await db.Invitations.SingleOrDefaultAsync(
            invitation => invitation.Id == id && invitation.ExpiresAt > now
                && db.Users.Any(account => account.Id == accountId && account.EmailConfirmed && account.NormalizedEmail == invitation.NormalizedEmail), cancellation);
    }

    /// <summary>Lets an account in as an invitation says, for as long as whoever invites may do so; the invitation is gone then. To be saved.</summary>
    /// <exception cref="ConflictException">Whoever invites may not do so any more.</exception>
    internal async Task LetInAsync(PanelDb db, Actor actor, Account account, Invitation invitation, CancellationToken cancellation)
    {
        db.Invitations.Remove(invitation);
        if (invitation.ServerId is not { } id) return;
        var server = await db.Servers.AsNoTracking().SingleAsync(server => server.Id == id, cancellation);
        server.RequireNotDeleting();
        await RequireStillGrantedAsync(db, server, invitation, cancellation);
        if (server.OwnerId == account.Id) return;
        var member = await db.Members.FindAsync([id, account.Id], cancellation) ?? db.Members.Add(new() { ServerId = id, AccountId = account.Id, CreatedAt = clock.GetUtcNow() }).Entity;
        var before = db.Entry(member).State == EntityState.Added ? null : member.Permissions;
        (member.Permissions, member.ExpiresAt) = ([.. invitation.Permissions], invitation.MembershipExpiresAt);
        audit.Add(db, actor, "member.join", id, server.Name, account.Email ?? "", new AuditChanges().Set("permissions", before, member.Permissions).Set("until", null, member.ExpiresAt));
    }

    /// <summary>Tells whoever an invitation is for, on a page of theirs that shows what waits, that there is another or one less.</summary>
    internal async Task TellAsync(string normalizedEmail, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (await db.Users.Where(account => account.NormalizedEmail == normalizedEmail).Select(account => account.Id).SingleOrDefaultAsync(cancellation) is { } id) accounts.Changed(id);
    }

    /// <summary>Saves, and tells who shows the server that its people changed.</summary>
    internal async Task SaveAsync(PanelDb db, Microsoft.EntityFrameworkCore.Storage.IDbContextTransaction transaction, ServerId? server, CancellationToken cancellation)
    {
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        if (server is { } id) wake.Changed(id);
    }

    async Task RequireStillGrantedAsync(PanelDb db, Server server, Invitation invitation, CancellationToken cancellation)
    {
        var inviter = await actors.FindAsync(invitation.InvitedBy, address: null, cancellation);
        var rights = inviter is null ? null : await servers.RightsAsync(db, inviter, server, cancellation);
        try
        {
            AccessRules.Require(inviter, rights?.Allowed, Contracts.Access.ServerPermissions.InviteMembers);
            rights!.RequireGrantable(invitation.Permissions, invitation.MembershipExpiresAt);
        }
        catch (PanelException refusal) when (refusal is NotFoundException or ForbiddenException)
        {
            throw new ConflictException("Whoever invited you may not do so any more. Ask for a new invitation.");
        }
    }
}
