using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Panel.Contracts.Access;
using Panel.Core.Accounts;
using Panel.Core.Audit;
using Panel.Core.Errors;
using Panel.Core.Servers;

namespace Panel.Core.Access;

/// <summary>Makes the account of somebody who was invited, and lets them in at once: the address is that of the invitation.</summary>
public sealed class JoinByInvitation(IServiceScopeFactory scopes, InvitationRules rules, Actors actors, IOptionsMonitor<AccountOptions> options, AuditLog audit, AccountChanges changes, TimeProvider clock)
{
    /// <summary>Whether an invitation into a server makes an account; one into the panel, which only those send who make accounts anyhow, always does.</summary>
    public bool IsOpen => options.CurrentValue.Registration != Registration.Closed;

    /// <summary>Makes the account.</summary>
    /// <param name="request">The link's token, and the password.</param>
    /// <param name="address">The IP address it comes from, or null.</param>
    /// <param name="cancellation">Ends the writing.</param>
    /// <returns>The account, to sign in with.</returns>
    /// <exception cref="InvalidFieldException">The password breaks a rule, or the address has an account already.</exception>
    /// <exception cref="NotFoundException">There is no such invitation, or it is too old.</exception>
    /// <exception cref="ForbiddenException">Administrators alone make accounts here.</exception>
    /// <exception cref="ConflictException">Whoever invites may not do so any more.</exception>
    public async Task<Account> RunAsync(JoinRequest request, string? address, CancellationToken cancellation)
    {
        FieldRules.Require(request);
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<PanelDb>();
        var waiting = await rules.FindAsync(db, request.Token, cancellation) ?? throw new NotFoundException("The invitation");
        var server = waiting.ServerId;
        if (server is not null && !IsOpen) throw new ForbiddenException("Administrators make the accounts here. Ask one for yours, then open the link again.");
        db.ChangeTracker.Clear();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (server is { } id) await ServerOperations.LockAsync(db, id, cancellation);
        var invitation = await rules.FindAsync(db, request.Token, cancellation) ?? throw new NotFoundException("The invitation");
        var role = await RoleAsync(db, invitation, cancellation);
        var account = await scope.ServiceProvider.GetRequiredService<UserManager<Account>>().CreateAsync(new() { Email = invitation.Email, Password = request.Password }, role.Key, clock);
        var actor = new Actor(account.Id, account.UserName!, role.Permissions, address);
        audit.Add(db, actor, "account.create", null, account.UserName!, "by an invitation");
        await rules.LetInAsync(db, actor, account, invitation, cancellation);
        await rules.SaveAsync(db, transaction, server, cancellation);
        changes.Changed(account.Id);
        return account;
    }

    /// <summary>The role the invitation names, as long as whoever invites may give it.</summary>
    async Task<Role> RoleAsync(PanelDb db, Invitation invitation, CancellationToken cancellation)
    {
        var role = await db.Roles.AsNoTracking().SingleOrDefaultAsync(role => role.Key == (invitation.Role ?? Role.User), cancellation) ?? throw new ConflictException("The role of this invitation is gone. Ask for a new one.");
        if (invitation is { Role: null, ServerId: not null }) return role;
        var inviter = await actors.FindAsync(invitation.InvitedBy, address: null, cancellation);
        if (inviter is null || !inviter.May(PanelPermissions.ManageUsers) || role.Permissions.Any(permission => !inviter.May(permission)))
            throw new ConflictException("Whoever invited you may not do so any more. Ask for a new invitation.");
        return role;
    }
}
