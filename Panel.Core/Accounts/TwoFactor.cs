using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Panel.Contracts.Access;
using Panel.Contracts.Accounts;
using Panel.Core.Access;
using Panel.Core.Audit;
using Panel.Core.Errors;
using Panel.Core.Mail;

namespace Panel.Core.Accounts;

/// <summary>A second step at each sign-in: a code of an app, or one of ten recovery codes. Each works once.</summary>
public sealed class TwoFactor
{
    readonly OwnAccount own;
    readonly TwoFactorStore store;
    readonly IServiceScopeFactory scopes;
    readonly AccountChanges changes;
    readonly AuditLog audit;
    readonly IMail mail;
    readonly TimeProvider clock;

    /// <summary>Takes what it needs.</summary>
    public TwoFactor(OwnAccount own, Microsoft.AspNetCore.DataProtection.IDataProtectionProvider protection, IServiceScopeFactory scopes, AccountChanges changes, AuditLog audit, IMail mail, TimeProvider clock) =>
        (this.own, store, this.scopes, this.changes, this.audit, this.mail, this.clock) = (own, new(protection), scopes, changes, audit, mail, clock);

    /// <summary>A secret to put into an app: nothing is kept before a code shows that it is there.</summary>
    /// <returns>The secret in Base32, and the link that apps read from a picture.</returns>
    public static (string Secret, string Link) Begin(string email)
    {
        var secret = Totp.NewSecret();
        return (secret, Totp.Link(secret, email));
    }

    /// <summary>Asks for the second step from now on; it ends every other session.</summary>
    /// <returns>Ten recovery codes; they are not to be had again.</returns>
    /// <exception cref="InvalidFieldException">The password or the code is wrong.</exception>
    /// <exception cref="ConflictException">It is on already.</exception>
    public async Task<IReadOnlyList<string>> EnableAsync(Actor actor, EnableTwoFactorRequest request, CancellationToken cancellation)
    {
        FieldRules.Require(request);
        if (!Totp.IsSecret(request.Secret)) throw new InvalidFieldException(nameof(request.Code), "Begin again: this secret is not one of the panel's.");
        var (email, codes) = await own.ChangeAsync(actor, request.Password, "account.two-factor", async changing =>
        {
            var (db, users, account, _) = changing;
            if (account.TwoFactorEnabled) throw new ConflictException("The second step is on already.");
            var step = Totp.Verify(request.Secret, Digits(request.Code), clock.GetUtcNow(), after: 0) ?? throw new InvalidFieldException(nameof(request.Code), "This code is wrong. Is the clock of your device right?");
            account.LastCodeStep = step;
            await store.PutSecretAsync(db, account.Id, request.Secret, cancellation);
            var made = await TwoFactorStore.NewCodesAsync(db, account.Id, cancellation);
            (await users.SetTwoFactorEnabledAsync(account, true)).Require(nameof(request.Code));
            return (account.Email!, made);
        }, cancellation);
        await mail.TellAsync(email, MailTexts.Changed("Signing in to your account at Panel asks for a second step now."), cancellation);
        return codes;
    }

    /// <summary>Asks for it no more.</summary>
    /// <exception cref="InvalidFieldException">The password is wrong.</exception>
    public async Task DisableAsync(Actor actor, string password, CancellationToken cancellation)
    {
        var email = await own.ChangeAsync(actor, password, "account.two-factor-off", async changing =>
        {
            await ClearAsync(changing.Db, changing.Users, changing.Account, cancellation);
            return changing.Account.Email!;
        }, cancellation);
        await mail.TellAsync(email, MailTexts.Changed("Signing in to your account at Panel asks for no second step any more."), cancellation);
    }

    /// <summary>Makes new recovery codes, in place of those before.</summary>
    /// <exception cref="InvalidFieldException">The password is wrong.</exception>
    /// <exception cref="ConflictException">The second step is off.</exception>
    public Task<IReadOnlyList<string>> RenewCodesAsync(Actor actor, string password, CancellationToken cancellation) =>
        own.ChangeAsync(actor, password, "account.recovery-codes", changing =>
            changing.Account.TwoFactorEnabled ? TwoFactorStore.NewCodesAsync(changing.Db, changing.Account.Id, cancellation) : throw new ConflictException("The second step is off."), cancellation);

    /// <summary>Takes the second step and the passkeys from somebody who lost both the app and the codes; it ends all their sessions.</summary>
    /// <exception cref="ForbiddenException">The actor may not change accounts, or the account may more than the actor.</exception>
    /// <exception cref="NotFoundException">There is no such account.</exception>
    public async Task ResetAsync(Actor actor, string accountId, CancellationToken cancellation)
    {
        actor.Require(PanelPermissions.ManageUsers);
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        var db = scope.ServiceProvider.GetRequiredService<PanelDb>();
        var account = await AccountMaking.FindChangeableAsync(users, db, actor, accountId, cancellation);
        await using (var transaction = await db.Database.BeginTransactionAsync(cancellation))
        {
            await ClearAsync(db, users, account, cancellation);
            foreach (var passkey in await users.GetPasskeysAsync(account)) (await users.RemovePasskeyAsync(account, passkey.CredentialId)).Require("");
            audit.Add(db, actor, "account.two-factor-reset", null, account.UserName!);
            await db.SaveChangesAsync(cancellation);
            await transaction.CommitAsync(cancellation);
        }
        changes.Changed(accountId);
        await mail.TellAsync(account.Email!, MailTexts.Changed("An administrator turned off the second step of your account at Panel."), cancellation);
    }

    /// <summary>Uses a code of the app or a recovery code up.</summary>
    /// <returns>What it was, in words; null when it was not good.</returns>
    public async Task<string?> TakeAsync(string accountId, string code, CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<PanelDb>();
        var digits = Digits(code);
        if (digits.Length != 6 || !digits.All(char.IsAsciiDigit)) return code.Length <= 64 && await TwoFactorStore.TakeCodeAsync(db, accountId, code, cancellation) ? "a recovery code" : null;
        if (await store.SecretAsync(db, accountId, cancellation) is not { } secret) return null;
        var last = await db.Users.Where(account => account.Id == accountId).Select(account => account.LastCodeStep).SingleAsync(cancellation);
        if (Totp.Verify(secret, digits, clock.GetUtcNow(), last) is not { } step) return null;
        // of many who show the same code at once one succeeds
        return await db.Users.Where(account => account.Id == accountId && account.LastCodeStep < step).ExecuteUpdateAsync(set => set.SetProperty(account => account.LastCodeStep, step), cancellation) == 1 ? "a code of the app" : null;
    }

    static async Task ClearAsync(PanelDb db, UserManager<Account> users, Account account, CancellationToken cancellation)
    {
        await TwoFactorStore.ClearAsync(db, account.Id, cancellation);
        (await users.SetTwoFactorEnabledAsync(account, false)).Require("");
    }

    static string Digits(string code) => string.Concat(code.Where(letter => !char.IsWhiteSpace(letter)));
}
