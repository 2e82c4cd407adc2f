using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Servers;
using Panel.Contracts.Users;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Audit;
using Panel.Core.Errors;
using Panel.Core.Plans;
using Panel.Core.Reconciling;
using Panel.Core.Servers;

namespace Panel.Core.Users;

/// <summary>Removes somebody's account. Its servers go to somebody else, or go with it.</summary>
public sealed class DeleteUser(UserOperations users, QuotaRules quota, AuditLog audit, Wake wake)
{
    /// <summary>Removes an account. Servers that go with it are the actor's until nothing is left of them.</summary>
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
            if (!string.Equals(request.ConfirmEmail.Trim(), account.Email, StringComparison.OrdinalIgnoreCase)) throw new InvalidFieldException(nameof(request.ConfirmEmail), "Type the user's mail address exactly.");
            await Administrators.RequireAnotherAsync(db, id, cancellation);
            var servers = await db.Servers.Include(server => server.Allocations).Where(server => server.OwnerId == id).ToListAsync(cancellation);
            var words = servers.Count == 0 ? "" : request.ServersTo is { Length: > 0 } heir
                ? await HandOverAsync(db, actor, account, servers, heir.Trim(), request, cancellation)
                : Remove(db, actor, servers);
            moved = [.. servers.Select(server => server.Id)];
            db.Users.Remove(account);
            return words;
        }, cancellation);
        foreach (var server in moved) wake.Changed(server);
    }

    async Task<string> HandOverAsync(PanelDb db, Actor actor, Account from, List<Server> servers, string email, DeleteUserRequest request, CancellationToken cancellation)
    {
        var key = email.ToUpperInvariant();
        var heir = await db.Users.AsNoTracking().SingleOrDefaultAsync(account => account.NormalizedEmail == key && account.Id != from.Id && account.SuspendedAt == null, cancellation)
            ?? throw new InvalidFieldException(nameof(request.ServersTo), "No other user in use has this mail address.");
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

    string Remove(PanelDb db, Actor actor, List<Server> servers)
    {
        foreach (var server in servers)
        {
            server.Delete(actor.UserId);
            audit.Add(db, actor, "server.delete", server.Id, server.Name, "with its owner's account");
        }
        return $"with {servers.Count} servers";
    }
}
