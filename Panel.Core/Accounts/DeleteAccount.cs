using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Accounts;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Servers;

namespace Panel.Core.Accounts;

/// <summary>Removes one's own account. Its servers are gone or somebody else's before, or are deleted with it.</summary>
public sealed class DeleteAccount(OwnAccount own, DeleteServer delete, IDbContextFactory<PanelDb> databases, AccountChanges changes)
{
    const string Gone = "@DELETED.INVALID";

    /// <summary>Removes it at once; with servers, nobody can use it any more at once, and it goes when they are gone.</summary>
    /// <exception cref="InvalidFieldException">The password is wrong, or the address was not typed.</exception>
    /// <exception cref="ConflictException">It owns servers, or it is the last administrator.</exception>
    public async Task RunAsync(Actor actor, DeleteAccountRequest request, CancellationToken cancellation)
    {
        FieldRules.Require(request);
        if (!string.Equals(request.Confirmation.Trim(), actor.Name, StringComparison.OrdinalIgnoreCase)) throw new InvalidFieldException(nameof(request.Confirmation), "Type your email address.");
        await own.ProveAsync(actor, request.Password, cancellation);
        await using (var db = await databases.CreateDbContextAsync(cancellation))
        {
            // before anything is deleted: what would be refused at the end is refused now
            await Administrators.RequireAnotherAsync(db, actor.UserId, cancellation);
            var servers = await db.Servers.AsNoTracking().Where(server => server.OwnerId == actor.UserId).ToListAsync(cancellation);
            if (servers.Count > 0 && !request.DeleteServers) throw new ConflictException($"You own {servers.Count} {(servers.Count == 1 ? "server" : "servers")}. Delete them, hand them to somebody else, or have them deleted with the account.");
            foreach (var server in servers.Where(server => server.Hold != Hold.Deleting)) await delete.RunAsync(actor, server.Id, server.Name, cancellation);
        }
        await own.ChangeAsync(actor, request.Password, "account.delete", async changing =>
        {
            var (db, users, account, _) = changing;
            await Administrators.LockAsync(db, cancellation);
            await Administrators.RequireAnotherAsync(db, account.Id, cancellation);
            db.KeptSession = null;
            await TwoFactorStore.ClearAsync(db, account.Id, cancellation);
            if (!await db.Servers.AnyAsync(server => server.OwnerId == account.Id, cancellation))
            {
                (await users.DeleteAsync(account)).Require("");
                return true;
            }
            foreach (var passkey in await users.GetPasskeysAsync(account)) (await users.RemovePasskeyAsync(account, passkey.CredentialId)).Require("");
            foreach (var login in await users.GetLoginsAsync(account)) (await users.RemoveLoginAsync(account, login.LoginProvider, login.ProviderKey)).Require("");
            await db.ApiKeys.Where(key => key.AccountId == account.Id).ExecuteDeleteAsync(cancellation);
            (account.UserName, account.Email) = ($"{account.Id}@deleted.invalid", $"{account.Id}@deleted.invalid");
            (account.PasswordHash, account.Role, account.SuspendedAt, account.SuspendReason) = (null, Role.User, account.SuspendedAt ?? DateTimeOffset.UnixEpoch, "It is being deleted.");
            (await users.UpdateSecurityStampAsync(account)).Require("");
            return true;
        }, cancellation);
    }

    /// <summary>Removes accounts that waited for their last server to go.</summary>
    public async Task SweepAsync(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var ids = await db.Users.Where(account => account.NormalizedEmail!.EndsWith(Gone) && account.SuspendedAt != null && !db.Servers.Any(server => server.OwnerId == account.Id)).Select(account => account.Id).ToListAsync(cancellation);
        await db.Users.Where(account => ids.Contains(account.Id)).ExecuteDeleteAsync(cancellation);
        foreach (var id in ids) changes.Changed(id);
    }
}
