using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Panel.Contracts.Access;
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

    /// <summary>After so many days an account goes that was registered and whose address nobody confirmed.</summary>
    [Range(1, 365)]
    public int UnconfirmedDays { get; init; } = 7;
}

/// <summary>The rules of <see cref="AccountOptions"/>.</summary>
[OptionsValidator]
public sealed partial class AccountOptionsValidator : IValidateOptions<AccountOptions>;

/// <summary>
/// Makes an account for who asks. Whether the address has one already is told to its mailbox alone. The account is good
/// once the link in its mail was opened by somebody who knows the password too: a stranger cannot prepare an account for another's address.
/// Where the panel sends no mail, an administrator hands the link on.
/// </summary>
public sealed class RegisterAccount(IServiceScopeFactory scopes, AskedMail mail, IOptionsMonitor<AccountOptions> options, AuditLog audit, FailedSignIns failures, AccountChanges changes, TimeProvider clock)
{
    const int MostAtOnce = 200;

    /// <summary>Whether everybody may.</summary>
    public bool IsOpen => options.CurrentValue.Registration == Registration.Open;

    /// <summary>What to tell everybody whose password is not taken: that a new account waits. It would tell which addresses have accounts if only those were told who wait.</summary>
    public string Advice => !IsOpen ? "" : mail.IsConfigured
        ? " If the account is new, open the link first that was mailed to you."
        : " If the account is new, ask somebody who runs this panel for its link first.";

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
            await mail.SendAsync(email, address, there.EmailConfirmed ? MailTexts.AlreadyThere(mail.Links.Find("/sign-in") ?? "", mail.Links.Find("/forgot") ?? "") : await WordsAsync(users, there), cancellation);
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
            changes.Changed(account.Id);
            await mail.SendAsync(email, address, await WordsAsync(users, account), cancellation);
        }
        catch (Exception late) when (late is DbUpdateException or InvalidFieldException)
        {
            return;   // another one with the same address was a moment earlier
        }
    }

    /// <summary>Sends the link again to who knows the password and has not confirmed the address.</summary>
    public async Task SendAgainAsync(Account account, string? address, CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        await mail.SendAsync(account.Email!, address, await WordsAsync(scope.ServiceProvider.GetRequiredService<UserManager<Account>>(), account), cancellation);
    }

    /// <summary>Whether an account waits for its address to be confirmed.</summary>
    public static bool IsWaiting(Account account) => !account.EmailConfirmed;

    /// <summary>The link of an account that waits, for somebody whom no mail reaches; it asks for the password.</summary>
    /// <returns>Its path and query; <see cref="PublicLinks.Find"/> makes it whole.</returns>
    /// <exception cref="ForbiddenException">The actor may not change accounts, or the account may more than the actor.</exception>
    /// <exception cref="NotFoundException">There is no such account.</exception>
    /// <exception cref="ConflictException">Its address is confirmed.</exception>
    public async Task<string> IssueAsync(Actor actor, string accountId, CancellationToken cancellation)
    {
        actor.Require(PanelPermissions.ManageUsers);
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        var db = scope.ServiceProvider.GetRequiredService<PanelDb>();
        var account = await AccountMaking.FindChangeableAsync(users, db, actor, accountId, cancellation);
        if (!IsWaiting(account)) throw new ConflictException("The address of this account is confirmed already.");
        audit.Add(db, actor, "account.confirm-link", null, account.UserName!);
        await db.SaveChangesAsync(cancellation);
        return await PathAsync(users, account);
    }

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
        if (account.EmailConfirmed) return true;
        if (!(await users.ConfirmEmailAsync(account, token)).Succeeded) return false;
        var db = scope.ServiceProvider.GetRequiredService<PanelDb>();
        audit.Add(db, new(account.Id, account.UserName!, new HashSet<string>(), address), "account.confirm", null, account.UserName!);
        await db.SaveChangesAsync(cancellation);
        return true;
    }

    /// <summary>Removes accounts that nobody confirmed in time.</summary>
    /// <returns>How many.</returns>
    public async Task<int> SweepAsync(CancellationToken cancellation)
    {
        var made = clock.GetUtcNow().AddDays(-options.CurrentValue.UnconfirmedDays);
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<PanelDb>();
        var late = db.Users.Where(account => !account.EmailConfirmed && account.SignedInAt == null && account.CreatedAt < made && !db.Servers.Any(server => server.OwnerId == account.Id));
        var rows = await late.AsNoTracking().OrderBy(account => account.CreatedAt).Take(MostAtOnce).Select(account => new { account.Id, account.UserName }).ToListAsync(cancellation);
        var removed = 0;
        foreach (var row in rows)
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
            if (await late.Where(account => account.Id == row.Id).ExecuteDeleteAsync(cancellation) == 0) continue;   // confirmed this moment
            audit.Add(db, Actor.Panel, "account.expire", null, row.UserName!, "nobody confirmed its address");
            await db.SaveChangesAsync(cancellation);
            await transaction.CommitAsync(cancellation);
            changes.Changed(row.Id);
            removed++;
        }
        return removed;
    }

    async Task<(string Subject, string Text)> WordsAsync(UserManager<Account> users, Account account) => MailTexts.Confirm(mail.Links.Find(await PathAsync(users, account)) ?? "");

    static async Task<string> PathAsync(UserManager<Account> users, Account account) =>
        $"/confirm?account={account.Id}&token={Uri.EscapeDataString(await users.GenerateEmailConfirmationTokenAsync(account))}";
}
