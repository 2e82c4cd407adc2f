using Microsoft.AspNetCore.Identity;
using Panel.Core.Accounts;
using Panel.Core.Audit;

namespace Panel.Web.Accounts;

/// <summary>Signs people in, and tells an outsider nothing of which accounts there are: an unknown one takes as long, and has as many attempts.</summary>
public sealed class SignIn(SignInManager<Account> manager, UserManager<Account> accounts, IPasswordHasher<Account> hasher, FailedSignIns failures, AuditSignIns audit)
{
    internal const string Refused = "The email address or the password is wrong.";

    /// <summary>Tries a password.</summary>
    /// <returns>Null when it was right and the cookie is set; otherwise what to tell the person.</returns>
    public async Task<string?> TryAsync(string email, string password, bool remember)
    {
        var account = await accounts.FindByNameAsync(email);
        var from = manager.Context.Connection.RemoteIpAddress;
        var refusal = await LimitedAsync(account, accounts.NormalizeName(email) ?? "", Networks.Of(from), password, remember);
        var address = from?.ToString();
        if (refusal is null) await audit.SucceededAsync(account!, address, "", CancellationToken.None);
        else await audit.FailedAsync(account, address, account is null ? "there is no such account" : refusal, CancellationToken.None);
        return refusal;
    }

    // an attempt is counted before the password is looked at: many at the same moment are no way around
    async Task<string?> LimitedAsync(Account? account, string name, string network, string password, bool remember)
    {
        if (failures.Take(name, network) is { Ticks: > 0 } wait) return TooMany(wait);
        var refusal = await CheckAsync(account, password, remember);
        if (refusal is null) failures.Forget(name, network);
        return refusal is Refused && failures.Left(name, network) is { Ticks: > 0 } left ? TooMany(left) : refusal;
    }

    async Task<string?> CheckAsync(Account? account, string password, bool remember)
    {
        if (account is null)
        {
            hasher.HashPassword(new(), password);
            return Refused;
        }
        if (account.SuspendedAt is not null)
        {
            var check = await manager.CheckPasswordSignInAsync(account, password, lockoutOnFailure: false);
            return check.Succeeded ? $"This account is suspended: {account.SuspendReason}" : Refused;
        }
        var result = await manager.PasswordSignInAsync(account, password, remember, lockoutOnFailure: false);
        return result.Succeeded ? null : Refused;
    }

    internal static string TooMany(TimeSpan wait)
    {
        var minutes = (int)Math.Ceiling(wait.TotalMinutes);
        return $"There were too many attempts. Try again in {(minutes == 1 ? "1 minute" : $"{minutes} minutes")}.";
    }
}
