using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using Panel.Contracts.Accounts;
using Panel.Core.Access;
using Panel.Core.Audit;
using Panel.Core.Errors;
using Panel.Core.Secrets;

namespace Panel.Core.Accounts;

/// <summary>What every change of one's own account begins and ends with.</summary>
public sealed class OwnAccount(IServiceScopeFactory scopes, AuditLog audit, AccountChanges changes, SecretValues secrets, FailedSignIns failures, TimeProvider clock)
{
    static readonly TimeSpan fresh = TimeSpan.FromMinutes(10);

    /// <summary>What a person may see of the own account.</summary>
    public async Task<OwnAccountView> FindAsync(Actor actor, CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<PanelDb>();
        var account = await db.Users.AsNoTracking().SingleOrDefaultAsync(account => account.Id == actor.UserId, cancellation) ?? throw new NotFoundException("Account");
        var codes = account.TwoFactorEnabled ? await TwoFactorStore.CodesAsync(db, account.Id, cancellation) : [];
        return new(account.Email!, account.PasswordHash is not null, account.TwoFactorEnabled, codes.Length, await db.Servers.CountAsync(server => server.OwnerId == account.Id, cancellation), account.TimeZone, account.Culture);
    }

    /// <summary>Changes the actor's own account in one transaction, with an audit record. The password is asked for; the session that it is done in outlives it.</summary>
    /// <param name="actor">The person itself: neither somebody who acts in its name nor a key may.</param>
    /// <param name="password">The password, to prove that it is the person.</param>
    /// <param name="action">What the audit calls it.</param>
    /// <param name="change">Makes the change.</param>
    /// <param name="cancellation">Ends the writing.</param>
    /// <exception cref="ForbiddenException">It is not the person itself.</exception>
    /// <exception cref="InvalidFieldException">The password is wrong.</exception>
    internal async Task<T> ChangeAsync<T>(Actor actor, string password, string action, Func<Changing, Task<T>> change, CancellationToken cancellation)
    {
        RequireSelf(actor);
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        var db = scope.ServiceProvider.GetRequiredService<PanelDb>();
        var account = await users.FindByIdAsync(actor.UserId) ?? throw new NotFoundException("Account");
        await ProveAsync(users, db, account, actor, password, cancellation);
        db.KeptSession = actor.Session;
        secrets.Refresh();
        T result;
        await using (var transaction = await db.Database.BeginTransactionAsync(cancellation))
        {
            result = await change(new(db, users, account, transaction));
            audit.Add(db, actor, action, null, actor.Name);
            await db.SaveChangesAsync(cancellation);
            await transaction.CommitAsync(cancellation);
        }
        changes.Changed(account.Id);
        return result;
    }

    /// <summary>Asks for the password before something that the framework does itself.</summary>
    /// <inheritdoc cref="ChangeAsync"/>
    public async Task ProveAsync(Actor actor, string password, CancellationToken cancellation)
    {
        RequireSelf(actor);
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        var account = await users.FindByIdAsync(actor.UserId) ?? throw new NotFoundException("Account");
        await ProveAsync(users, scope.ServiceProvider.GetRequiredService<PanelDb>(), account, actor, password, cancellation);
    }

    /// <summary>Refuses whoever is not the person itself, at a browser.</summary>
    /// <exception cref="ForbiddenException">It is somebody who acts in its name, or a key.</exception>
    internal static void RequireSelf(Actor actor)
    {
        if (actor.Impersonator is not null) throw new ForbiddenException("Only the person itself may do this, not somebody who acts in their name.");
        if (actor.Session is null || actor.Scopes is not null) throw new ForbiddenException("This is done on the account's page, not by a key.");
    }

    async Task ProveAsync(UserManager<Account> users, PanelDb db, Account account, Actor actor, string password, CancellationToken cancellation)
    {
        if (account.PasswordHash is null)
        {
            // who signs in elsewhere proves it by having signed in just now
            var since = clock.GetUtcNow() - fresh;
            if (!await db.Sessions.AnyAsync(session => session.Id == actor.Session && session.CreatedAt > since, cancellation)) throw new ForbiddenException("Sign out and in again, then do this within ten minutes.");
            return;
        }
        // the same attempts as for signing in, by the same rule: who types wrong here keeps nobody out elsewhere
        var (name, network) = (account.NormalizedUserName ?? "", Networks.Of(actor.Address));
        if (failures.Take(name, network) is { Ticks: > 0 }) throw new ConflictException("There were too many attempts for this account. Try again in a few minutes.");
        if (!await users.CheckPasswordAsync(account, password)) throw new InvalidFieldException("Password", "This is not your password.");
        failures.Forget(name, network);
    }
}

/// <summary>An account while it is changed.</summary>
/// <param name="Db">The transaction's context.</param>
/// <param name="Users">Identity, on the same context.</param>
/// <param name="Account">The account.</param>
/// <param name="Transaction">The transaction; it is committed after the change.</param>
sealed record Changing(PanelDb Db, UserManager<Account> Users, Account Account, IDbContextTransaction Transaction);
