using Microsoft.AspNetCore.Identity;
using Panel.Contracts.Accounts;
using Panel.Core.Accounts;
using Panel.Core.Audit;

namespace Panel.Web.Accounts;

/// <summary>Why somebody is not signed in.</summary>
/// <param name="Code">For programs; it does not change.</param>
/// <param name="Message">For people.</param>
public sealed record SignInRefusal(string Code, string Message);

/// <summary>Proves who the person of a program is, as the sign-in form does, with the same limits, and without any cookie.</summary>
public sealed class ProgramSignIn(SignInManager<Account> manager, UserManager<Account> accounts, TwoFactor second, RegisterAccount registration, IPasswordHasher<Account> hasher, FailedSignIns failures, AuditSignIns audit)
{
    static readonly SignInRefusal needsCode = new("second-factor-required", "This account asks for a second step: send the code of the app, or a recovery code, as \"code\".");

    readonly SignInRefusal refused = new("invalid-credentials", SignIn.Refused + registration.Advice);

    /// <summary>Tries a password, and a code where the account asks for one.</summary>
    public async Task<(Account? Account, SignInRefusal? Refusal)> TryAsync(TokenRequest request, CancellationToken cancellation)
    {
        var email = request.Email.Trim();
        var account = await accounts.FindByNameAsync(email);
        var from = manager.Context.Connection.RemoteIpAddress;
        var refusal = await LimitedAsync(account, accounts.NormalizeName(email) ?? "", Networks.Of(from), request, cancellation);
        if (refusal is null) return (account, null);
        if (refusal != needsCode) await audit.FailedAsync(account, from?.ToString(), account is null ? "there is no such account" : refusal.Message, cancellation);
        return (null, refusal);
    }

    // a right password without its code is an attempt too: who has the one must not try the other for ever
    async Task<SignInRefusal?> LimitedAsync(Account? account, string name, string network, TokenRequest request, CancellationToken cancellation)
    {
        if (failures.Take(name, network) is { Ticks: > 0 } wait) return TooMany(wait);
        var refusal = await CheckAsync(account, request, cancellation);
        if (refusal is null) failures.Forget(name, network);
        return refusal == refused && failures.Left(name, network) is { Ticks: > 0 } left ? TooMany(left) : refusal;
    }

    async Task<SignInRefusal?> CheckAsync(Account? account, TokenRequest request, CancellationToken cancellation)
    {
        if (account?.PasswordHash is null)
        {
            hasher.HashPassword(account ?? new(), request.Password);   // takes as long as checking one
            return refused;
        }
        if (!await accounts.CheckPasswordAsync(account, request.Password)) return refused;
        if (account.SuspendedAt is not null) return new("suspended", $"This account is suspended: {account.SuspendReason}");
        if (RegisterAccount.IsWaiting(account)) return refused;   // as the form says, and why
        if (!account.TwoFactorEnabled) return null;
        if (string.IsNullOrWhiteSpace(request.Code)) return needsCode;
        return await second.TakeAsync(account.Id, request.Code, cancellation) is not null ? null : new("wrong-code", "This code is wrong, or was used before.");
    }

    static SignInRefusal TooMany(TimeSpan wait) => new("locked-out", SignIn.TooMany(wait));
}
