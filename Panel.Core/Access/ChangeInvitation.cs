using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Audit;
using Panel.Core.Errors;
using Panel.Core.Servers;

namespace Panel.Core.Access;

/// <summary>Makes a new link for an invitation that waits; the one before is of no use any more.</summary>
public sealed class ResendInvitation(ServerOperations servers, InvitationRules rules, InvitationMail mail)
{
    /// <summary>Gives it a new link and a new week.</summary>
    /// <exception cref="NotFoundException">There is no such server or invitation, or the actor may not know of it.</exception>
    /// <exception cref="ForbiddenException">The actor may not invite, or not hand on that much.</exception>
    public async Task<MadeInvitation> RunAsync(Actor actor, ServerId id, Guid invitationId, CancellationToken cancellation)
    {
        var (email, token, hash, end, name) = ("", "", "", rules.NewEnd(), "");
        await servers.ChangeAsync(actor, id, ServerPermissions.InviteMembers, "member.invite-again", async (db, server, rights) =>
        {
            server.RequireNotDeleting();
            server.RequireInUse();
            var invitation = await db.InvitationOfAsync(id, invitationId, cancellation);
            rights.RequireGrantable(invitation.Permissions, invitation.MembershipExpiresAt);
            await rules.RequirePaceAsync(db, actor, cancellation);
            (name, email, (token, hash)) = (server.Name, invitation.Email, InvitationRules.NewToken());
            (invitation.TokenHash, invitation.ExpiresAt) = (hash, end);
            return new AuditNote(invitation.Email);
        }, cancellation, before: db => ServerOperations.LockAsync(db, id, cancellation));
        return await mail.BringAsync(actor, invitationId, email, $"the server \"{name}\"", token, end, cancellation);
    }
}

/// <summary>Takes an invitation back.</summary>
public sealed class WithdrawInvitation(ServerOperations servers, InvitationRules rules)
{
    /// <summary>Removes it; its link is of no use any more.</summary>
    /// <exception cref="NotFoundException">There is no such server or invitation, or the actor may not know of it.</exception>
    /// <exception cref="ForbiddenException">The actor may not invite, or the invitation allows more than the actor may.</exception>
    public async Task RunAsync(Actor actor, ServerId id, Guid invitationId, CancellationToken cancellation)
    {
        var whom = "";
        await servers.ChangeAsync(actor, id, ServerPermissions.InviteMembers, "member.withdraw", async (db, _, rights) =>
        {
            var invitation = await db.InvitationOfAsync(id, invitationId, cancellation);
            rights.RequireAbove(invitation.Permissions);
            db.Invitations.Remove(invitation);
            whom = invitation.NormalizedEmail;
            return new AuditNote(invitation.Email);
        }, cancellation, before: db => ServerOperations.LockAsync(db, id, cancellation));
        await rules.TellAsync(whom, cancellation);
    }
}

/// <summary>Finds what belongs to a server by the server too, so that no other server's is ever found.</summary>
static class PeopleOfAServer
{
    extension(PanelDb db)
    {
        public async Task<Invitation> InvitationOfAsync(ServerId id, Guid invitationId, CancellationToken cancellation) =>
            await db.Invitations.SingleOrDefaultAsync(invitation => invitation.Id == invitationId && invitation.ServerId == id, cancellation) ?? throw new NotFoundException("Invitation");

        public async Task<(Member Member, string Email)> MemberOfAsync(ServerId id, string accountId, CancellationToken cancellation)
        {
            var found = await db.Members.Where(member => member.ServerId == id && member.AccountId == accountId)
                .Join(db.Users, member => member.AccountId, account => account.Id, (member, account) => new { member, account.Email }).SingleOrDefaultAsync(cancellation);
            return found is null ? throw new NotFoundException("Member") : (found.member, found.Email ?? "");
        }
    }
}
