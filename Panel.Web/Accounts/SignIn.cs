using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Audit;

namespace Panel.Web.Accounts;

/// <summary>How an attempt to sign in went.</summary>
/// <param name="Refusal">What to tell the person; null when it went well.</param>
/// <param name="NeedsCode">Whether the second step is to come.</param>
public sealed record SignInAnswer(string? Refusal, bool NeedsCode = false);

/// <summary>
/// Signs people in, and tells an outsider nothing of which accounts there are: an unknown one takes as long, and has as many attempts. Every way in
/// asks for the second step where the account has one; a passkey stands for both.
/// </summary>
public sealed class SignIn(SignInManager<Account> manager, UserManager<Account> accounts, FailedSignIns failures, AuditSignIns audit, TwoFactor second, RegisterAccount registration)
{
    internal const string Refused = "The email address or the password is wrong.";
    const string WrongCode = "This code is wrong, or it was used already.", TooLate = "That took too long. Begin again.", NoPasskey = "This passkey is not known here.";
    const string StepClaim = "second-step", Remembered = "remember";
    static readonly TimeSpan longestStep = TimeSpan.FromMinutes(10);

    HttpContext Context => manager.Context;

    string Wrong => Refused + registration.Advice;

    string Network => Networks.Of(Context.Connection.RemoteIpAddress);

    /// <summary>Tries a password. A right one without its code counts as an attempt: who has the one must not try the other for ever.</summary>
    public async Task<SignInAnswer> TryAsync(string email, string password, bool remember)
    {
        var account = await accounts.FindByNameAsync(email);
        var name = accounts.NormalizeName(email) ?? "";
        var answer = await LimitedAsync(name, () => CheckAsync(account, password, remember));
        return await NotedAsync(account, answer, account is null ? "there is no such account" : RegisterAccount.IsWaiting(account) ? "nobody has confirmed the address" : null, "");
    }

    /// <summary>Whether somebody has done the first step.</summary>
    public async Task<bool> IsHalfwayAsync() => await HalfwayAsync() is not null;

    /// <summary>Tries the second step: a code of the app or a recovery code, of the account whose password was right and of no other.</summary>
    public async Task<SignInAnswer> TryCodeAsync(string code)
    {
        if (await HalfwayAsync() is not var (account, remember, session)) return new(TooLate);
        var how = "a code";
        var answer = await LimitedAsync(account.NormalizedUserName ?? "", async () =>
        {
            if (await RefusalAsync(account) is { } refusal) return new(refusal);
            if (await second.TakeAsync(account.Id, code, Context.RequestAborted) is not { } kind) return new(WrongCode);
            how = kind;
            await Context.SignOutAsync(IdentityConstants.TwoFactorUserIdScheme);
            await BeginAsync(account, remember, session);
            return new(null);
        });
        return await NotedAsync(account, answer, null, how);
    }

    /// <summary>Tries what the browser signed with a passkey.</summary>
    public async Task<SignInAnswer> TryPasskeyAsync(string credential)
    {
        var account = await PasskeyOwnerAsync(credential);
        var refusal = account is null ? NoPasskey : await RefusalAsync(account);
        if (refusal is null) await manager.SignInAsync(account!, isPersistent: true);
        return await NotedAsync(account, new(refusal), null, "a passkey");
    }

    /// <summary>Lets somebody in whom a provider knows. A link is no way around the second step, unless the provider has asked for one.</summary>
    /// <param name="account">The account.</param>
    /// <param name="session">What the panel calls the session at the provider.</param>
    /// <param name="hadSecondStep">Whether the provider says that it asked for a second step.</param>
    /// <param name="how">By what, for the audit.</param>
    public async Task<SignInAnswer> EnterAsync(Account account, string session, bool hadSecondStep, string how)
    {
        if (!hadSecondStep) return await NotedAsync(account, await StepAsync(account, remember: false, session), null, how);
        await BeginAsync(account, remember: false, session);
        return await NotedAsync(account, new(null), null, how);
    }

    internal static string TooMany(TimeSpan wait)
    {
        var minutes = (int)Math.Ceiling(wait.TotalMinutes);
        return $"There were too many attempts. Try again in {(minutes == 1 ? "1 minute" : $"{minutes} minutes")}.";
    }

    // an attempt is counted before what was typed is looked at: many at the same moment are no way around
    async Task<SignInAnswer> LimitedAsync(string name, Func<Task<SignInAnswer>> attempt)
    {
        if (failures.Take(name, Network) is { Ticks: > 0 } wait) return new(TooMany(wait));
        var answer = await attempt();
        if (answer is { Refusal: null, NeedsCode: false }) failures.Forget(name, Network);
        return (answer.Refusal is WrongCode || answer.Refusal == Wrong) && failures.Left(name, Network) is { Ticks: > 0 } left ? new(TooMany(left)) : answer;
    }

    async Task<SignInAnswer> CheckAsync(Account? account, string password, bool remember)
    {
        if (account?.PasswordHash is null) accounts.PasswordHasher.HashPassword(account ?? new(), password);   // takes as long as checking one
        if (account is null || !await accounts.CheckPasswordAsync(account, password)) return new(Wrong);
        if (await RefusalAsync(account) is { } refusal) return new(refusal);
        return await StepAsync(account, remember, session: null);
    }

    async Task<SignInAnswer> StepAsync(Account account, bool remember, string? session)
    {
        if (!account.TwoFactorEnabled)
        {
            await BeginAsync(account, remember, session);
            return new(null);
        }
        var step = new ClaimsIdentity([new(StepClaim, account.Id), new(Actors.StampClaim, account.SecurityStamp!)], IdentityConstants.TwoFactorUserIdScheme);
        var kept = new AuthenticationProperties { ExpiresUtc = DateTimeOffset.UtcNow + longestStep };
        kept.SetString(Remembered, remember ? "yes" : null);
        kept.SetString(AccountSetup.ProviderSession, session);
        await Context.SignInAsync(IdentityConstants.TwoFactorUserIdScheme, new(step), kept);
        return new(null, NeedsCode: true);
    }

    async Task<Account?> PasskeyOwnerAsync(string credential)
    {
        try
        {
            var result = await manager.PerformPasskeyAssertionAsync(credential);
            if (!result.Succeeded || result.User is not { } account) return null;
            await accounts.AddOrUpdatePasskeyAsync(account, result.Passkey);   // its counter has grown
            return account;
        }
        catch (InvalidOperationException)
        {
            return null;   // nobody asked for a signature, or it was asked for too long ago
        }
    }

    Task BeginAsync(Account account, bool remember, string? session)
    {
        var kept = new AuthenticationProperties { IsPersistent = remember };
        kept.SetString(AccountSetup.ProviderSession, session);
        return manager.SignInAsync(account, kept);
    }

    async Task<(Account Account, bool Remember, string? Session)?> HalfwayAsync()
    {
        var step = await Context.AuthenticateAsync(IdentityConstants.TwoFactorUserIdScheme);
        if (step.Principal?.FindFirstValue(StepClaim) is not { } id || await accounts.FindByIdAsync(id) is not { TwoFactorEnabled: true } account) return null;
        // a password that was changed meanwhile ends the step
        return step.Principal.FindFirstValue(Actors.StampClaim) == account.SecurityStamp ? (account, step.Properties?.GetString(Remembered) is not null, step.Properties?.GetString(AccountSetup.ProviderSession)) : null;
    }

    async Task<string?> RefusalAsync(Account account)
    {
        if (account.SuspendedAt is not null) return $"This account is suspended: {account.SuspendReason}";
        if (!RegisterAccount.IsWaiting(account)) return null;
        // whoever registered the address chose the password: another answer than for a wrong one would tell them whether it was free
        await registration.SendAgainAsync(account, Context.Connection.RemoteIpAddress?.ToString(), Context.RequestAborted);
        return Wrong;
    }

    async Task<SignInAnswer> NotedAsync(Account? account, SignInAnswer answer, string? why, string how)
    {
        var address = Context.Connection.RemoteIpAddress?.ToString();
        if (answer.Refusal is { } refusal) await audit.FailedAsync(account, address, why ?? refusal, CancellationToken.None);
        else if (!answer.NeedsCode) await audit.SucceededAsync(account!, address, how, CancellationToken.None);
        return answer;
    }
}
