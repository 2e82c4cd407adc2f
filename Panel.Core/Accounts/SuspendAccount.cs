using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Core.Access;
using Panel.Core.Errors;

namespace Panel.Core.Accounts;

/// <summary>Takes an account out of use, with all its servers: nobody is signed in with it any more, and what it runs is stopped.</summary>
public sealed class SuspendAccount(AccountSuspension suspension, TimeProvider clock)
{
    /// <summary>Suspends it; one that is suspended already gets another reason.</summary>
    /// <param name="actor">Who does it.</param>
    /// <param name="accountId">The account.</param>
    /// <param name="request">Why.</param>
    /// <param name="cancellation">Ends the writing.</param>
    /// <exception cref="InvalidFieldException">There is no reason, or it is too long.</exception>
    /// <exception cref="ForbiddenException">The actor may not, or the account may more than the actor.</exception>
    /// <exception cref="ConflictException">It is the actor's own, or the last administrator.</exception>
    /// <exception cref="NotFoundException">There is no such account.</exception>
    public Task RunAsync(Actor actor, string accountId, SuspendRequest request, CancellationToken cancellation)
    {
        actor.Require(PanelPermissions.ManageUsers);
        FieldRules.Require(request);
        if (accountId == actor.UserId) throw new ConflictException("You cannot suspend your own account.");
        var reason = request.Reason.Trim();
        return suspension.ChangeAsync(actor, accountId, "suspend", reason, async (db, account) =>
        {
            await Administrators.RequireAnotherAsync(db, accountId, cancellation);
            (account.SuspendedAt, account.SuspendReason) = (account.SuspendedAt ?? clock.GetUtcNow(), reason);
            account.SecurityStamp = Guid.NewGuid().ToString("N");
            await db.Sessions.Where(session => session.AccountId == accountId).ExecuteDeleteAsync(cancellation);
        }, server => server.Suspend(Servers.Suspension.Owner, reason), cancellation);
    }
}

/// <summary>Puts an account back into use, with those of its servers that were suspended with it.</summary>
public sealed class ResumeAccount(AccountSuspension suspension)
{
    /// <summary>Resumes it. A server that was suspended by itself stays so.</summary>
    /// <exception cref="ForbiddenException">The actor may not, or the account may more than the actor.</exception>
    /// <exception cref="ConflictException">It is not suspended.</exception>
    /// <exception cref="NotFoundException">There is no such account.</exception>
    public Task RunAsync(Actor actor, string accountId, CancellationToken cancellation)
    {
        actor.Require(PanelPermissions.ManageUsers);
        return suspension.ChangeAsync(actor, accountId, "resume", "", (_, account) =>
        {
            if (account.SuspendedAt is null) throw new ConflictException("The account is not suspended.");
            (account.SuspendedAt, account.SuspendReason) = (null, "");
            return Task.CompletedTask;
        }, server =>
        {
            if (server.Suspension.HasFlag(Servers.Suspension.Owner)) server.Resume(Servers.Suspension.Owner);
        }, cancellation);
    }
}
