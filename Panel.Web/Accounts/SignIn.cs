using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Identity;
using Panel.Core.Accounts;
using Panel.Core.Audit;

namespace Panel.Web.Accounts;

/// <summary>Signs people in, and tells an outsider nothing of which accounts there are: an unknown one takes as long, and locks as an account does.</summary>
public sealed class SignIn(SignInManager<Account> manager, UserManager<Account> accounts, IPasswordHasher<Account> hasher, UnknownAccounts unknown, AuditSignIns audit)
{
    const string Refused = "The email address or the password is wrong.";
    const string Locked = "There were too many attempts for this account. Try again in a few minutes.";

    /// <summary>Tries a password.</summary>
    /// <returns>Null when it was right and the cookie is set; otherwise what to tell the person.</returns>
    public async Task<string?> TryAsync(string email, string password, bool remember)
    {
        var account = await accounts.FindByNameAsync(email);
        var refusal = await CheckAsync(account, email, password, remember);
        var address = manager.Context.Connection.RemoteIpAddress?.ToString();
        if (refusal is null) await audit.SucceededAsync(account!, address, "", CancellationToken.None);
        else await audit.FailedAsync(account, address, account is null ? "there is no such account" : refusal, CancellationToken.None);
        return refusal;
    }

    async Task<string?> CheckAsync(Account? account, string email, string password, bool remember)
    {
        if (account is null)
        {
            hasher.HashPassword(new(), password);
            return unknown.Take(email) ? Refused : Locked;
        }
        if (account.SuspendedAt is not null)
        {
            var check = await manager.CheckPasswordSignInAsync(account, password, lockoutOnFailure: true);
            return check.Succeeded ? $"This account is suspended: {account.SuspendReason}" : check.IsLockedOut ? Locked : Refused;
        }
        var result = await manager.PasswordSignInAsync(account, password, remember, lockoutOnFailure: true);
        return result.Succeeded ? null : result.IsLockedOut ? Locked : Refused;
    }
}

/// <summary>Counts attempts on accounts that do not exist, so that they lock after as many as those that do.</summary>
public sealed class UnknownAccounts : IDisposable
{
    readonly PartitionedRateLimiter<string> attempts = PartitionedRateLimiter.Create<string, int>(email =>
        // names fall into so many boxes, however many are tried
        RateLimitPartition.GetFixedWindowLimiter(string.GetHashCode(email, StringComparison.OrdinalIgnoreCase) & 0xFFFF,
            _ => new() { PermitLimit = 4, Window = TimeSpan.FromMinutes(5), AutoReplenishment = true }));

    /// <summary>Notes an attempt.</summary>
    /// <returns>Whether an account would still let one try.</returns>
    public bool Take(string email)
    {
        using var lease = attempts.AttemptAcquire(email);
        return lease.IsAcquired;
    }

    /// <inheritdoc/>
    public void Dispose() => attempts.Dispose();
}
