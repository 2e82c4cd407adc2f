using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Panel.Contracts.Accounts;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Mail;

namespace Panel.Core.Accounts;

/// <summary>The passkeys of one's own account. A passkey asks for a finger, a face or a PIN itself, so that it stands for both steps.</summary>
public sealed class Passkeys(OwnAccount own, IServiceScopeFactory scopes, IMail mail)
{
    const int Most = 20, MaxName = 60;

    /// <summary>The passkeys, the oldest first.</summary>
    public async Task<IReadOnlyList<PasskeyRow>> ListAsync(Actor actor, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        var account = await users.FindByIdAsync(actor.UserId) ?? throw new NotFoundException("Account");
        return [.. (await users.GetPasskeysAsync(account)).OrderBy(passkey => passkey.CreatedAt).Select(passkey => new PasskeyRow(Convert.ToHexStringLower(passkey.CredentialId), passkey.Name ?? "", passkey.CreatedAt))];
    }

    /// <summary>Adds one that the browser has made and the framework has checked.</summary>
    /// <exception cref="InvalidFieldException">The password is wrong, or the name is too long.</exception>
    /// <exception cref="ConflictException">There are as many as there may be.</exception>
    public async Task AddAsync(Actor actor, string password, string name, UserPasskeyInfo passkey, CancellationToken cancellation)
    {
        var called = name.Trim();
        if (called.Length is 0 or > MaxName || called.Any(char.IsControl)) throw new InvalidFieldException("Name", $"Give it a name of at most {MaxName} characters.");
        var email = await own.ChangeAsync(actor, password, "account.passkey", async changing =>
        {
            var (_, users, account, _) = changing;
            if ((await users.GetPasskeysAsync(account)).Count >= Most) throw new ConflictException($"An account has at most {Most} passkeys.");
            passkey.Name = called;
            (await users.AddOrUpdatePasskeyAsync(account, passkey)).Require("Name");
            return account.Email!;
        }, cancellation);
        await mail.TellAsync(email, MailTexts.Changed("Your account at Panel has a new passkey to sign in with."), cancellation);
    }

    /// <summary>Removes one.</summary>
    /// <exception cref="InvalidFieldException">The password is wrong.</exception>
    /// <exception cref="NotFoundException">The actor has no such passkey.</exception>
    public Task RemoveAsync(Actor actor, string password, string id, CancellationToken cancellation) => own.ChangeAsync(actor, password, "account.passkey-remove", async changing =>
    {
        var (_, users, account, _) = changing;
        var passkey = (await users.GetPasskeysAsync(account)).FirstOrDefault(passkey => Convert.ToHexStringLower(passkey.CredentialId) == id) ?? throw new NotFoundException("Passkey");
        (await users.RemovePasskeyAsync(account, passkey.CredentialId)).Require("Name");
        return true;
    }, cancellation);
}
