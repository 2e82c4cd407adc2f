using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Panel.Contracts.Access;
using Panel.Contracts.Accounts;
using Panel.Core.Access;
using Panel.Core.Audit;
using Panel.Core.Errors;
using Panel.Core.Mail;

namespace Panel.Core.Accounts;

/// <summary>A new password for who forgot it, by a link that works once and for an hour. It ends all sessions, signs nobody in and leaves the second step as it is.</summary>
public sealed class ResetPassword(IServiceScopeFactory scopes, IMail mail, AskedMail asked, AccountChanges changes, AuditLog audit)
{
    const string Refused = "This link is not valid any more. Ask for a new one.";

    /// <summary>Sends a link, if there is such an account; who asks is told the same either way.</summary>
    /// <param name="email">The address, as it was typed.</param>
    /// <param name="address">The IP address it comes from, or null.</param>
    /// <param name="cancellation">Ends the sending.</param>
    public async Task RequestAsync(string email, string? address, CancellationToken cancellation)
    {
        if (!mail.IsConfigured) return;
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        if (await users.FindByEmailAsync(email) is not { SuspendedAt: null, PasswordHash: not null } account) return;
        await asked.SendAsync(account.Email!, address, MailTexts.Reset(asked.Links.Of(await PathAsync(users, account))), cancellation);
    }

    /// <summary>A link for somebody whom no mail reaches; whoever has it can choose the account's password.</summary>
    /// <returns>Its path and query; <see cref="PublicLinks.Find"/> makes it whole.</returns>
    /// <exception cref="ForbiddenException">The actor may not change accounts, or the account may more than the actor.</exception>
    /// <exception cref="NotFoundException">There is no such account.</exception>
    public async Task<string> IssueAsync(Actor actor, string accountId, CancellationToken cancellation)
    {
        actor.Require(PanelPermissions.ManageUsers);
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        var db = scope.ServiceProvider.GetRequiredService<PanelDb>();
        var account = await AccountMaking.FindChangeableAsync(users, db, actor, accountId, cancellation);
        audit.Add(db, actor, "account.reset-link", null, account.UserName!);
        await db.SaveChangesAsync(cancellation);
        return await PathAsync(users, account);
    }

    /// <summary>Whether a link is good.</summary>
    public async Task<bool> CheckAsync(string? accountId, string? token, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        return !string.IsNullOrEmpty(accountId) && !string.IsNullOrEmpty(token) && await users.FindByIdAsync(accountId) is { SuspendedAt: null } account
            && await users.VerifyUserTokenAsync(account, users.Options.Tokens.PasswordResetTokenProvider, UserManager<Account>.ResetPasswordTokenPurpose, token);
    }

    /// <summary>Uses a link.</summary>
    /// <exception cref="ForbiddenException">The link is not good any more.</exception>
    /// <exception cref="InvalidFieldException">The password breaks a rule.</exception>
    public async Task CompleteAsync(ResetPasswordRequest request, string? address, CancellationToken cancellation)
    {
        FieldRules.Require(request);
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        var db = scope.ServiceProvider.GetRequiredService<PanelDb>();
        if (await users.FindByIdAsync(request.Account) is not { SuspendedAt: null } account) throw new ForbiddenException(Refused);
        await using (var transaction = await db.Database.BeginTransactionAsync(cancellation))
        {
            var result = await users.ResetPasswordAsync(account, request.Token, request.Password);
            if (result.Errors.Any(error => error.Code is nameof(IdentityErrorDescriber.InvalidToken) or nameof(IdentityErrorDescriber.ConcurrencyFailure))) throw new ForbiddenException(Refused);
            result.Require(nameof(request.Password));
            audit.Add(db, new(account.Id, account.UserName!, new HashSet<string>(), address), "account.reset", null, account.UserName!);
            await db.SaveChangesAsync(cancellation);
            await transaction.CommitAsync(cancellation);
        }
        changes.Changed(account.Id);
        await mail.TellAsync(account.Email!, MailTexts.Changed("The password of your account at Panel was changed by a link for who forgot it."), cancellation);
    }

    static async Task<string> PathAsync(UserManager<Account> users, Account account) =>
        $"/reset?account={account.Id}&token={Uri.EscapeDataString(await users.GeneratePasswordResetTokenAsync(account))}";
}
