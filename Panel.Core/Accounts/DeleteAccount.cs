using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Contracts.Accounts;
using Panel.Contracts.Servers;
using Panel.Contracts.Users;
using Panel.Core.Access;
using Panel.Core.Audit;
using Panel.Core.Errors;
using Panel.Core.Plans;
using Panel.Core.Reconciling;
using Panel.Core.Servers;
using Panel.Core.Users;

namespace Panel.Core.Accounts;

/// <summary>Removes an account, one's own or somebody else's. Its servers go with it, or to somebody else.</summary>
public sealed class DeleteAccount(OwnAccount own, UserOperations users, QuotaRules quota, AuditLog audit, Wake wake, IDbContextFactory<PanelDb> databases, AccountChanges changes)
{
    const string Gone = "@DELETED.INVALID";

    /// <summary>Whether an account is more than what waits for its last server to go.</summary>
    internal static Expression<Func<Account, bool>> Stays { get; } = account => !account.NormalizedEmail!.EndsWith(Gone);

    static readonly EmailRule sameness = new();

    /// <summary>Removes one's own account at once; with servers, nobody can use it any more at once, and it goes when they are gone.</summary>
    /// <exception cref="InvalidFieldException">The password is wrong, or the address was not typed.</exception>
    /// <exception cref="ConflictException">It owns servers, one of them is suspended, or it is the last administrator.</exception>
    public async Task RunAsync(Actor actor, DeleteAccountRequest request, CancellationToken cancellation)
    {
        FieldRules.Require(request);
        if (!Same(request.Confirmation, actor.Name)) throw new InvalidFieldException(nameof(request.Confirmation), "Type your email address.");
        var servers = await own.ChangeAsync(actor, request.Password, "account.delete", async changing =>
        {
            var (db, identity, account, _) = changing;
            await Administrators.LockAsync(db, cancellation);
            var owned = await LeavingAsync(db, account, cancellation);
            if (owned.Count > 0 && !request.DeleteServers) throw new ConflictException($"You own {owned.Count} {(owned.Count == 1 ? "server" : "servers")}. Delete them, hand them to somebody else, or have them deleted with the account.");
            // what a person was suspended for must not vanish by their own hand
            if (!actor.May(PanelPermissions.ManageServers)) owned.ForEach(server => server.RequireInUse());
            Remove(db, actor, owned, keeper: null);
            db.KeptSession = null;
            await TwoFactorStore.ClearAsync(db, account.Id, cancellation);
            if (owned.Count == 0)
            {
                (await identity.DeleteAsync(account)).Require("");
                return owned;
            }
            foreach (var passkey in await identity.GetPasskeysAsync(account)) (await identity.RemovePasskeyAsync(account, passkey.CredentialId)).Require("");
            foreach (var login in await identity.GetLoginsAsync(account)) (await identity.RemoveLoginAsync(account, login.LoginProvider, login.ProviderKey)).Require("");
            await db.ApiKeys.Where(key => key.AccountId == account.Id).ExecuteDeleteAsync(cancellation);
            (account.UserName, account.Email) = ($"{account.Id}@deleted.invalid", $"{account.Id}@deleted.invalid");
            (account.PasswordHash, account.Role, account.SuspendedAt, account.SuspendReason) = (null, Role.User, account.SuspendedAt ?? DateTimeOffset.UnixEpoch, "It is being deleted.");
            (await identity.UpdateSecurityStampAsync(account)).Require("");
            return owned;
        }, cancellation);
        foreach (var server in servers) wake.Changed(server.Id);
    }

    /// <summary>Removes somebody else's account. Servers that go with it are the actor's until nothing is left of them.</summary>
    /// <exception cref="InvalidFieldException">The mail address is another one, or nobody has the one that shall get the servers.</exception>
    /// <exception cref="ForbiddenException">The actor may not change accounts, or the account's role allows more than the actor's.</exception>
    /// <exception cref="ConflictException">It is the actor's own account, the last administrator, or a server that cannot be deleted now.</exception>
    /// <exception cref="QuotaExceededException">The servers are more than who gets them has left.</exception>
    public async Task RunAsync(Actor actor, string id, DeleteUserRequest request, CancellationToken cancellation)
    {
        FieldRules.Require(request);
        if (id == actor.UserId) throw new ConflictException("This is your own account.");
        IReadOnlyList<ServerId> moved = [];
        await users.ChangeAsync(actor, id, "account.delete", async (db, account) =>
        {
            if (!Same(request.ConfirmEmail, account.Email)) throw new InvalidFieldException(nameof(request.ConfirmEmail), "Type the user's mail address exactly.");
            var owned = await LeavingAsync(db, account, cancellation);
            moved = [.. owned.Select(server => server.Id)];
            var words = owned.Count > 0 && request.ServersTo is { Length: > 0 } heir ? await HandOverAsync(db, actor, account, owned, heir, cancellation) : Remove(db, actor, owned, actor.UserId);
            db.Users.Remove(account);
            return words;
        }, cancellation);
        foreach (var server in moved) wake.Changed(server);
    }

    /// <summary>Removes accounts that waited for their last server to go.</summary>
    public async Task SweepAsync(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var ids = await db.Users.Where(account => account.NormalizedEmail!.EndsWith(Gone) && account.SuspendedAt != null && !db.Servers.Any(server => server.OwnerId == account.Id)).Select(account => account.Id).ToListAsync(cancellation);
        await db.Users.Where(account => ids.Contains(account.Id)).ExecuteDeleteAsync(cancellation);
        foreach (var id in ids) changes.Changed(id);
    }

    static bool Same(string typed, string? email) => sameness.NormalizeEmail(typed) == sameness.NormalizeEmail(email);

    // what belongs to an account that may go: nothing of it changes until the transaction ends
    static async Task<List<Server>> LeavingAsync(PanelDb db, Account account, CancellationToken cancellation)
    {
        await Administrators.RequireAnotherAsync(db, account.Id, cancellation);
        var owned = db.Servers.Where(server => server.OwnerId == account.Id);
        await owned.ExecuteUpdateAsync(set => set.SetProperty(server => server.Revision, server => server.Revision + 1), cancellation);
        return await owned.Include(server => server.Allocations).ToListAsync(cancellation);
    }

    async Task<string> HandOverAsync(PanelDb db, Actor actor, Account from, List<Server> servers, string email, CancellationToken cancellation)
    {
        var key = sameness.NormalizeEmail(email);
        var heir = await db.Users.AsNoTracking().SingleOrDefaultAsync(account => account.NormalizedEmail == key && account.Id != from.Id && account.SuspendedAt == null, cancellation)
            ?? throw new InvalidFieldException(nameof(DeleteUserRequest.ServersTo), "No other user in use has this mail address.");
        await QuotaRules.LockAsync(db, heir.Id, cancellation);
        QuotaRules.Require(await quota.ReadAsync(db, heir.Id, apart: null, cancellation), servers);
        var ids = servers.Select(server => server.Id).ToList();
        await db.Members.Where(member => member.AccountId == heir.Id && ids.Contains(member.ServerId)).ExecuteDeleteAsync(cancellation);   // an owner is no guest
        foreach (var server in servers)
        {
            if (server.Hold == Hold.Deleting)
            {
                server.Delete(actor.UserId);
                continue;
            }
            server.Transfer(heir.Id);
            audit.Add(db, actor, "server.transfer", server.Id, server.Name, $"from {from.UserName} to {heir.UserName}");
        }
        return $"{servers.Count} servers to {heir.UserName}";
    }

    /// <param name="db">The transaction's context.</param>
    /// <param name="actor">Who removes them.</param>
    /// <param name="servers">The servers.</param>
    /// <param name="keeper">Whose they are until nothing is left of them; null for whose they are now.</param>
    string Remove(PanelDb db, Actor actor, List<Server> servers, string? keeper)
    {
        foreach (var server in servers)
        {
            if (server.Hold != Hold.Deleting) audit.Add(db, actor, "server.delete", server.Id, server.Name, "with its owner's account");
            if (keeper is not null) server.Delete(keeper);
            else if (server.Hold != Hold.Deleting) server.Delete();
        }
        return servers.Count == 0 ? "" : $"with {servers.Count} servers";
    }
}
