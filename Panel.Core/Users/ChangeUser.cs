using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Plans;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Plans;

namespace Panel.Core.Users;

/// <summary>Gives somebody another role.</summary>
public sealed class ChangeUserRole(UserOperations users)
{
    /// <summary>Gives a role; what it allows, and allows no more, holds at once.</summary>
    /// <exception cref="InvalidFieldException">There is no such role.</exception>
    /// <exception cref="ForbiddenException">The actor may not change accounts, or either role allows more than the actor's.</exception>
    /// <exception cref="ConflictException">It is the last administrator.</exception>
    public Task RunAsync(Actor actor, string id, string role, CancellationToken cancellation) =>
        users.ChangeAsync(actor, id, "account.role", async (db, account) =>
        {
            var wanted = await db.Roles.AsNoTracking().SingleOrDefaultAsync(known => known.Key == role, cancellation) ?? throw new InvalidFieldException(nameof(role), "There is no such role.");
            wanted.RequireGrantable(actor);
            if (wanted.Key != Role.Administrator) await Administrators.RequireAnotherAsync(db, id, cancellation);
            var before = account.Role;
            account.Role = wanted.Key;
            return $"from {before} to {wanted.Key}";
        }, cancellation);
}

/// <summary>Gives somebody limits of their own.</summary>
public sealed class ChangeUserQuota(UserOperations users)
{
    /// <summary>Sets the limits. What is taken already stays, also above them.</summary>
    /// <exception cref="InvalidFieldException">A limit breaks its rule.</exception>
    /// <exception cref="ForbiddenException">The actor may not change accounts, or the account's role allows more than the actor's.</exception>
    public Task RunAsync(Actor actor, string id, QuotaRequest request, CancellationToken cancellation)
    {
        FieldRules.Require(request);
        return users.ChangeAsync(actor, id, "account.quota", (_, account) =>
        {
            var before = account.Quota.ToRequest();
            account.Quota = request.ToQuota();
            return Task.FromResult(request.Difference(before));
        }, cancellation);
    }
}

/// <summary>Lets somebody in again who has lost what shows their codes.</summary>
public sealed class ResetSecondFactor(UserOperations users)
{
    const string Store = "[AspNetUserStore]";   // where Identity keeps the secret and the recovery codes

    /// <summary>Takes the second factor away, with its recovery codes, and signs the account out everywhere. The password stays.</summary>
    /// <exception cref="ForbiddenException">The actor may not change accounts, or the account's role allows more than the actor's.</exception>
    public Task RunAsync(Actor actor, string id, CancellationToken cancellation) =>
        users.ChangeAsync(actor, id, "account.second-factor.reset", async (db, account) =>
        {
            await db.UserTokens.Where(token => token.UserId == id && token.LoginProvider == Store).ExecuteDeleteAsync(cancellation);
            account.TwoFactorEnabled = false;
            await EndSessions.EndAsync(db, account, cancellation);
            return "";
        }, cancellation);
}

/// <summary>Signs somebody out everywhere.</summary>
public sealed class EndSessions(UserOperations users)
{
    /// <summary>Ends every session of the account, in browsers and programs; its API keys stay.</summary>
    /// <exception cref="ForbiddenException">The actor may not change accounts, or the account's role allows more than the actor's.</exception>
    public Task RunAsync(Actor actor, string id, CancellationToken cancellation) =>
        users.ChangeAsync(actor, id, "account.sign-out", async (db, account) =>
        {
            await EndAsync(db, account, cancellation);
            return "everywhere";
        }, cancellation);

    internal static async Task EndAsync(PanelDb db, Accounts.Account account, CancellationToken cancellation)
    {
        account.SecurityStamp = Guid.NewGuid().ToString("N");
        await db.Sessions.Where(session => session.AccountId == account.Id).ExecuteDeleteAsync(cancellation);
    }
}
