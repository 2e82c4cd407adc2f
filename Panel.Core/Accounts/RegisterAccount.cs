using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Panel.Contracts.Accounts;
using Panel.Core.Access;
using Panel.Core.Audit;
using Panel.Core.Errors;
using Panel.Core.Mail;

namespace Panel.Core.Accounts;

/// <summary>Who may make an account for oneself.</summary>
public enum Registration
{
    /// <summary>Everybody who opens the page.</summary>
    Open,
    /// <summary>Who is invited.</summary>
    Invitation,
    /// <summary>Nobody: administrators make accounts.</summary>
    Closed,
}

/// <summary>How accounts come to be.</summary>
public sealed class AccountOptions
{
    /// <summary>Where the settings lie.</summary>
    public const string Section = "Panel:Accounts";

    /// <summary>Who may make an account for oneself.</summary>
    [EnumDataType(typeof(Registration))]
    public Registration Registration { get; init; } = Registration.Invitation;
}

/// <summary>The rules of <see cref="AccountOptions"/>.</summary>
[OptionsValidator]
public sealed partial class AccountOptionsValidator : IValidateOptions<AccountOptions>;

/// <summary>
/// Makes an account for who asks. Whether the address has one already is told to its mailbox alone. Where the panel sends mail, the account is
/// good once its link was opened by somebody who knows the password too: a stranger cannot prepare an account for another's address.
/// </summary>
public sealed class RegisterAccount(IServiceScopeFactory scopes, IMail mail, PublicLinks links, IOptionsMonitor<AccountOptions> options, AuditLog audit, FailedSignIns failures, TimeProvider clock)
{
    /// <summary>Whether everybody may.</summary>
    public bool IsOpen => options.CurrentValue.Registration == Registration.Open;

    /// <summary>Makes the account, if there is none with this address; who asks is told the same either way.</summary>
    /// <exception cref="ForbiddenException">Not everybody may.</exception>
    /// <exception cref="InvalidFieldException">A field breaks a rule.</exception>
    public async Task RunAsync(RegisterRequest request, string? address, CancellationToken cancellation)
    {
        if (!IsOpen) throw new ForbiddenException("Accounts are made by invitation here. Ask an administrator for one.");
        FieldRules.Require(request);
        var email = EmailRule.Require(request.Email, nameof(request.Email));
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        foreach (var validator in users.PasswordValidators) (await validator.ValidateAsync(users, new() { UserName = email }, request.Password)).Require(nameof(request.Email));
        if (await users.FindByEmailAsync(email) is { } there)
        {
            users.PasswordHasher.HashPassword(there, request.Password);   // takes as long as making one
            await mail.TellAsync(email, there.EmailConfirmed ? MailTexts.AlreadyThere(links.Find("/sign-in") ?? "", links.Find("/forgot") ?? "") : await WordsAsync(users, there), cancellation);
            return;
        }
        try
        {
            var db = scope.ServiceProvider.GetRequiredService<PanelDb>();
            await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
            var account = await users.CreateAsync(new() { Email = email, Password = request.Password }, Role.User, clock, confirmed: false);
            audit.Add(db, new(account.Id, account.UserName!, new HashSet<string>(), address), "account.register", null, account.UserName!);
            await db.SaveChangesAsync(cancellation);
            await transaction.CommitAsync(cancellation);
            await mail.TellAsync(email, await WordsAsync(users, account), cancellation);
        }
        catch (Exception late) when (late is DbUpdateException or InvalidFieldException)
        {
            return;   // another one with the same address was a moment earlier
        }
    }

    /// <summary>Sends the link again to who knows the password and has not confirmed the address.</summary>
    public async Task SendAgainAsync(Account account, CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        await mail.TellAsync(account.Email!, await WordsAsync(scope.ServiceProvider.GetRequiredService<UserManager<Account>>(), account), cancellation);
    }

    /// <summary>Whether an account waits for its address to be confirmed.</summary>
    public bool IsWaiting(Account account) => mail.IsConfigured && !account.EmailConfirmed;

    /// <summary>Uses a link, together with the password.</summary>
    /// <returns>Whether both were right.</returns>
    public async Task<bool> ConfirmAsync(string? accountId, string? token, string password, string? address, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (string.IsNullOrEmpty(accountId) || string.IsNullOrEmpty(token)) return false;
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        if (await users.FindByIdAsync(accountId) is not { SuspendedAt: null } account) return false;
        var (name, network) = (account.NormalizedUserName ?? "", Networks.Of(address));
        if (failures.Take(name, network) is { Ticks: > 0 } || !await users.CheckPasswordAsync(account, password)) return false;
        failures.Forget(name, network);
        return account.EmailConfirmed || (await users.ConfirmEmailAsync(account, token)).Succeeded;
    }

    async Task<(string Subject, string Text)> WordsAsync(UserManager<Account> users, Account account) =>
        MailTexts.Confirm(links.Find($"/confirm?account={account.Id}&token={Uri.EscapeDataString(await users.GenerateEmailConfirmationTokenAsync(account))}") ?? "");
}
