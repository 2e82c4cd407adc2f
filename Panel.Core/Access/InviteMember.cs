using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Accounts;
using Panel.Core.Audit;
using Panel.Core.Errors;
using Panel.Core.Servers;

namespace Panel.Core.Access;

/// <summary>Asks somebody into a server. Nobody is in before they accept, and nothing tells whether the address has an account.</summary>
public sealed class InviteMember(ServerOperations servers, InvitationRules rules, InvitationMail mail, TimeProvider clock)
{
    /// <summary>Makes an invitation, in place of one that waits for the same address.</summary>
    /// <exception cref="InvalidFieldException">A field breaks a rule, or the person is in already.</exception>
    /// <exception cref="NotFoundException">There is no such server, or the actor may not know of it.</exception>
    /// <exception cref="ForbiddenException">The actor may not invite, or not hand on that much.</exception>
    /// <exception cref="ConflictException">The server has as many people as it can have, or the actor invited too many within an hour.</exception>
    public async Task<MadeInvitation> RunAsync(Actor actor, ServerId id, InviteMemberRequest request, CancellationToken cancellation)
    {
        FieldRules.Require(request);
        rules.RequireFuture(request.ExpiresAt, nameof(request.ExpiresAt));
        var email = EmailRule.Require(request.Email, nameof(request.Email));
        var normalized = InvitationRules.Normalize(email);
        var (made, token, hash, end, name) = (Guid.CreateVersion7(), "", "", rules.NewEnd(), "");
        await servers.ChangeAsync(actor, id, ServerPermissions.InviteMembers, "member.invite", async (db, server, rights) =>
        {
            server.RequireNotDeleting();
            server.RequireInUse();
            rights.RequireGrantable(request.Permissions, request.ExpiresAt);
            await rules.RequirePaceAsync(db, actor, cancellation);
            await RequireOutsideAsync(db, server, normalized, cancellation);
            var before = await db.Invitations.SingleOrDefaultAsync(invitation => invitation.ServerId == id && invitation.NormalizedEmail == normalized, cancellation);
            if (before is null)
            {
                await RequireRoomAsync(db, id, cancellation);
            }
            else
            {
                rights.RequireAbove(before.Permissions);
                db.Invitations.Remove(before);
                await db.SaveChangesAsync(cancellation);
            }
            (name, (token, hash)) = (server.Name, InvitationRules.NewToken());
            db.Invitations.Add(new()
            {
                Id = made,
                TokenHash = hash,
                Email = email,
                NormalizedEmail = normalized,
                ServerId = id,
                Permissions = [.. request.Permissions],
                MembershipExpiresAt = request.ExpiresAt,
                InvitedBy = actor.UserId,
                CreatedAt = clock.GetUtcNow(),
                ExpiresAt = end,
            });
            return new AuditNote(email, new AuditChanges().Set("permissions", before?.Permissions, request.Permissions).Set("until", before?.MembershipExpiresAt, request.ExpiresAt));
        }, cancellation, before: db => ServerOperations.LockAsync(db, id, cancellation));
        await rules.TellAsync(normalized, cancellation);
        return await mail.BringAsync(actor, made, email, $"the server \"{name}\"", token, end, cancellation);
    }

    async Task RequireOutsideAsync(PanelDb db, Server server, string normalized, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (await db.Users.AnyAsync(account => account.Id == server.OwnerId && account.NormalizedEmail == normalized, cancellation))
            throw new InvalidFieldException(nameof(InviteMemberRequest.Email), "This person owns the server.");
        if (await db.Members.AnyAsync(member => member.ServerId == server.Id && (member.ExpiresAt == null || member.ExpiresAt > now)
                && db.Users.Any(account => account.Id == member.AccountId && account.NormalizedEmail == normalized), cancellation))
        {
            throw new InvalidFieldException(nameof(InviteMemberRequest.Email), "This person is let in already.");
        }
    }

    static async Task RequireRoomAsync(PanelDb db, ServerId id, CancellationToken cancellation)
    {
        var people = await db.Members.CountAsync(member => member.ServerId == id, cancellation) + await db.Invitations.CountAsync(invitation => invitation.ServerId == id, cancellation);
        if (people >= InvitationRules.MostPeople) throw new ConflictException($"A server has at most {InvitationRules.MostPeople} people and invitations. Take somebody out first.");
    }
}
