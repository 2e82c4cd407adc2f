using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Panel.Contracts.Accounts;
using Panel.Core.Access;
using Panel.Core.Audit;
using Panel.Core.Errors;
using Panel.Core.Mail;

namespace Panel.Core.Accounts;

/// <summary>Changes one's own mail address, once the new one has confirmed it. Whether it belongs to somebody else is told to nobody but them.</summary>
public sealed class ChangeEmail(OwnAccount own, IServiceScopeFactory scopes, IMail mail, AskedMail asked, AccountChanges changes, AuditLog audit)
{
    /// <summary>Sends a link to the new address.</summary>
    /// <exception cref="InvalidFieldException">The password is wrong, or the address is none.</exception>
    /// <exception cref="ConflictException">The panel sends no mail.</exception>
    public async Task RequestAsync(Actor actor, ChangeEmailRequest request, CancellationToken cancellation)
    {
        FieldRules.Require(request);
        var email = EmailRule.Require(request.Email, nameof(request.Email));
        if (!mail.IsConfigured) throw new ConflictException("This panel sends no mail, so that a new address cannot be confirmed. Ask an administrator.");
        var words = await own.ChangeAsync(actor, request.Password, "account.email-request", async changing =>
        {
            var token = await changing.Users.GenerateChangeEmailTokenAsync(changing.Account, email);
            return await changing.Users.FindByEmailAsync(email) is null
                ? MailTexts.ChangeEmail(asked.Links.Of($"/confirm-email?account={changing.Account.Id}&email={Uri.EscapeDataString(email)}&token={Uri.EscapeDataString(token)}"))
                : MailTexts.EmailTaken();
        }, cancellation);
        await asked.SendAsync(email, actor.Address, words, cancellation);
    }

    /// <summary>Uses a link. It signs nobody in, and whoever is signed in stays so.</summary>
    /// <returns>Whether it was good.</returns>
    public async Task<bool> ConfirmAsync(string? accountId, string? email, string? token, string? address, CancellationToken cancellation)
    {
        if (string.IsNullOrEmpty(accountId) || string.IsNullOrEmpty(email) || string.IsNullOrEmpty(token)) return false;
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        var db = scope.ServiceProvider.GetRequiredService<PanelDb>();
        if (await users.FindByIdAsync(accountId) is not { SuspendedAt: null } account || account.Email is not { } before) return false;
        db.KeepsSessions = true;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        // the name first: changing the address ends the token
        if (!await users.VerifyUserTokenAsync(account, users.Options.Tokens.ChangeEmailTokenProvider, UserManager<Account>.GetChangeEmailTokenPurpose(email), token)) return false;
        if (!(await users.ChangeEmailAsync(account, email, token)).Succeeded || !(await users.SetUserNameAsync(account, email)).Succeeded) return false;
        audit.Add(db, new(account.Id, email, new HashSet<string>(), address), "account.email", null, email, $"was {before}");
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        changes.Changed(account.Id);
        await mail.TellAsync(before, MailTexts.Changed("Your account at Panel has another email address now; you sign in with that one."), cancellation);
        return true;
    }
}
