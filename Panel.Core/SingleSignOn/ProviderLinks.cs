using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Audit;
using Panel.Core.Errors;

namespace Panel.Core.SingleSignOn;

/// <summary>A provider as a person's own page shows it.</summary>
/// <param name="Key">The key of the provider.</param>
/// <param name="Name">What it is called.</param>
/// <param name="IsLinked">Whether the account can be signed in to by it.</param>
public sealed record ProviderLink(string Key, string Name, bool IsLinked);

/// <summary>Links one's own account with what one has at a provider, and takes it apart again.</summary>
public sealed class ProviderLinks(OwnAccount own, OpenIdProviders providers, IDbContextFactory<PanelDb> databases, IServiceScopeFactory scopes, AuditLog audit, AccountChanges changes)
{
    /// <summary>The providers, and which of them are linked.</summary>
    public async Task<IReadOnlyList<ProviderLink>> ListAsync(Actor actor, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var linked = await db.UserLogins.AsNoTracking().Where(login => login.UserId == actor.UserId).Select(login => login.LoginProvider).ToListAsync(cancellation);
        return [.. providers.All.Select(provider => new ProviderLink(provider.Options.Key, provider.Options.Name, linked.Contains(provider.Options.Key)))];
    }

    /// <summary>Links the actor's account. Whoever calls has asked for the password before.</summary>
    /// <exception cref="ForbiddenException">It is not the person itself.</exception>
    /// <exception cref="ConflictException">What they have there belongs to another account, or the account has a link already.</exception>
    public async Task LinkAsync(Actor actor, ProviderPerson person, CancellationToken cancellation)
    {
        if (actor.Session is null || actor.Scopes is not null || actor.Impersonator is not null) throw new ForbiddenException("Only the person itself may do this.");
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        var db = scope.ServiceProvider.GetRequiredService<PanelDb>();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var account = await users.FindByIdAsync(actor.UserId) ?? throw new NotFoundException("Account");
        if (await users.FindByLoginAsync(person.Provider, person.Subject) is { } owner)
        {
            if (owner.Id == account.Id) return;
            throw new ConflictException("This belongs to another account already.");
        }
        if (await db.UserLogins.AnyAsync(login => login.UserId == account.Id && login.LoginProvider == person.Provider, cancellation)) throw new ConflictException("Your account is linked with another one there. Unlink that first.");
        var name = providers.Find(person.Provider)!.Options.Name;
        (await users.AddLoginAsync(account, new(person.Provider, person.Subject, name))).Require("Email");
        account.Groups = ProviderGroups.After(account.Groups, person.Provider, person.Groups);
        audit.Add(db, actor, "account.link", null, actor.Name, $"with {name}");
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        changes.Changed(account.Id);
    }

    /// <summary>Takes the link away; every other session ends.</summary>
    /// <exception cref="ForbiddenException">It is not the person itself, or has not signed in just now.</exception>
    /// <exception cref="InvalidFieldException">The password is wrong.</exception>
    /// <exception cref="ConflictException">There would be no way to sign in any more.</exception>
    /// <exception cref="NotFoundException">There is no such link.</exception>
    public Task UnlinkAsync(Actor actor, string provider, string password, CancellationToken cancellation) => own.ChangeAsync(actor, password, "account.unlink", async changing =>
    {
        var (db, users, account, _) = changing;
        var logins = await db.UserLogins.AsNoTracking().Where(login => login.UserId == account.Id).ToListAsync(cancellation);
        var link = logins.FirstOrDefault(login => login.LoginProvider == provider) ?? throw new NotFoundException("The link");
        if (account.PasswordHash is null && logins.Count == 1 && (await users.GetPasskeysAsync(account)).Count == 0) throw new ConflictException("There would be no way to sign in any more. Choose a password first.");
        (await users.RemoveLoginAsync(account, provider, link.ProviderKey)).Require("Password");
        account.Groups = ProviderGroups.After(account.Groups, provider, []);
        return true;
    }, cancellation);
}
