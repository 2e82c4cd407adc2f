using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Errors;
using Panel.Core.Servers;
using Panel.Core.Templates;

namespace Panel.Core.Access;

/// <summary>Reads who is let into servers, and invitations.</summary>
public sealed class MemberQueries(IDbContextFactory<PanelDb> databases, ServerOperations servers, InvitationRules rules, TemplateCatalogue templates, TimeProvider clock)
{
    /// <summary>Everybody who is let into a server or asked to come.</summary>
    /// <exception cref="NotFoundException">There is no such server, or the actor may not know of it.</exception>
    /// <exception cref="ForbiddenException">The actor may not see its people.</exception>
    public async Task<ServerPeople> ListAsync(Actor actor, ServerId id, CancellationToken cancellation)
    {
        var server = await servers.ReadAsync(actor, id, ServerPermissions.ReadMembers, cancellation);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var owner = await db.Users.Where(account => account.Id == server.OwnerId).Select(account => account.Email).SingleAsync(cancellation);
        var members = await db.Members.AsNoTracking().Where(member => member.ServerId == id)
            .Join(db.Users, member => member.AccountId, account => account.Id, (member, account) => new { member, account.Email, account.NormalizedEmail })
            .OrderBy(row => row.NormalizedEmail).ToListAsync(cancellation);
        var invitations = await db.Invitations.AsNoTracking().Where(invitation => invitation.ServerId == id).OrderBy(invitation => invitation.NormalizedEmail).ToListAsync(cancellation);
        return new(owner ?? "",
            [.. members.Select(row => new MemberRow(row.member.AccountId, row.Email ?? "", row.member.Permissions, row.member.CreatedAt, row.member.ExpiresAt))],
            [.. invitations.Select(row => new InvitationRow(row.Id, row.Email, row.Permissions, row.CreatedAt, row.ExpiresAt, row.MembershipExpiresAt))]);
    }

    /// <summary>The invitations that wait for the actor's answer, oldest first.</summary>
    public async Task<IReadOnlyList<InvitationView>> PendingAsync(Actor actor, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var waiting = await db.Invitations.AsNoTracking()
            .Where(invitation => invitation.ServerId != null && invitation.ExpiresAt > now
                && db.Users.Any(account => account.Id == actor.UserId && account.EmailConfirmed && account.NormalizedEmail == invitation.NormalizedEmail))
            .OrderBy(invitation => invitation.CreatedAt).Take(InvitationRules.MostPeople).ToListAsync(cancellation);
        var views = new List<InvitationView>(waiting.Count);
        foreach (var invitation in waiting) views.Add(await ViewAsync(db, invitation, cancellation));
        return views;
    }

    /// <summary>What the link of an invitation shows to whoever has it.</summary>
    /// <exception cref="NotFoundException">There is no such invitation, or it is too old.</exception>
    public async Task<InvitationView> FindAsync(string? token, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await ViewAsync(db, await rules.FindAsync(db, token, cancellation) ?? throw new NotFoundException("The invitation"), cancellation);
    }

    async Task<InvitationView> ViewAsync(PanelDb db, Invitation invitation, CancellationToken cancellation)
    {
        var by = await db.Users.Where(account => account.Id == invitation.InvitedBy).Select(account => account.Email).SingleAsync(cancellation);
        var server = invitation.ServerId is { } id ? await db.Servers.AsNoTracking().SingleAsync(server => server.Id == id, cancellation) : null;
        return new(invitation.Id, invitation.Email, by ?? "", invitation.ServerId, server?.Name, server is null ? null : templates.Find(server.Template)?.Name ?? server.Template,
            invitation.Permissions, invitation.ExpiresAt, invitation.MembershipExpiresAt);
    }
}
