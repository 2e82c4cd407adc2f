using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Panel.Contracts.Access;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Audit;
using Panel.Core.Database;
using Panel.Core.Errors;
using Panel.Core.Reconciling;
using Panel.Core.Secrets;

namespace Panel.Core.Servers;

/// <summary>What an adoption came to.</summary>
/// <param name="Adopted">The names of servers that have a row again.</param>
/// <param name="LeftAlone">Those that were left as they are, with the reason.</param>
/// <param name="Accounts">Accounts that were made for owners, with their passwords: these are shown once and stored nowhere.</param>
public sealed record Adoption(IReadOnlyList<string> Adopted, IReadOnlyList<LeftAlone> LeftAlone, IReadOnlyList<MadeAccount> Accounts);

/// <summary>A server that was not adopted.</summary>
/// <param name="ObjectName">The name of its objects.</param>
/// <param name="Reason">Why not, in words.</param>
public sealed record LeftAlone(string ObjectName, string Reason);

/// <summary>An account made for an owner whom the database does not know.</summary>
/// <param name="Email">The mail address.</param>
/// <param name="Password">A password to hand on.</param>
public sealed record MadeAccount(string Email, string Password);

/// <summary>
/// Makes the rows of servers that the cluster has and the database does not know: after a loss of the database all is there again, and what
/// runs goes on running. A server that has a row is left as it is.
/// </summary>
public sealed class AdoptServers(
    IServerRecords records, IServiceScopeFactory scopes, SecretValues secrets, ObservedCluster observed, AuditLog audit, Wake wake, TimeProvider clock)
{
    /// <summary>Adopts every server that can be.</summary>
    /// <exception cref="ForbiddenException">The actor may not.</exception>
    /// <exception cref="ClusterUnavailableException">The cluster cannot be reached or refuses.</exception>
    public async Task<Adoption> RunAsync(Actor actor, CancellationToken cancellation)
    {
        actor.Require(PanelPermissions.ManageCluster);
        var (adopted, left, accounts) = (new List<string>(), new List<LeftAlone>(), new List<MadeAccount>());
        secrets.Refresh();
        foreach (var found in await records.ReadAsync(cancellation))
        {
            await using var scope = scopes.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<PanelDb>();
            await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
            // whoever updates this row first takes ports first, as with new servers
            await db.Marks.Where(mark => mark.Name == Mark.Ports).ExecuteUpdateAsync(set => set.SetProperty(mark => mark.Stamp, mark => mark.Stamp + 1), cancellation);
            if (await db.Servers.AnyAsync(server => server.Id == found.Id && server.ObjectName == found.ObjectName, cancellation)) continue;
            if (await ObstacleAsync(db, found, cancellation) is { } reason)
            {
                left.Add(new(found.ObjectName, reason));
                continue;
            }
            var (owner, made) = await OwnerAsync(scope.ServiceProvider, db, actor, found, cancellation);
            db.Servers.Add(Server.Adopt(found, owner, Values(found)));
            audit.Add(db, actor, "server.adopt", found.Id, found.Name, found.ObjectName);
            await db.SaveChangesAsync(cancellation);
            await transaction.CommitAsync(cancellation);
            adopted.Add(found.Name);
            if (made is not null) accounts.Add(made);
            observed.Strangers = [.. observed.Strangers.Where(name => name != found.ObjectName)];
            wake.Changed(found.Id);
        }
        return new(adopted, left, accounts);
    }

    Dictionary<string, string> Values(FoundServer found)
    {
        var secret = found.Record!.SecretVariables.ToHashSet(StringComparer.Ordinal);
        var open = found.Record.Variables.Concat(found.Secrets?.Where(pair => secret.Contains(pair.Key)) ?? []).ToDictionary();
        return secrets.Seal(secret, open, new Dictionary<string, string>());
    }

    static async Task<string?> ObstacleAsync(PanelDb db, FoundServer found, CancellationToken cancellation)
    {
        if (found.Record is null) return "Its objects do not say enough to make a row from.";
        if (found.Secrets is null) return "The panel's account may not get secrets in the namespace of the servers, and this one has some: allow it, and adopt again.";
        if (await db.RemovedServers.AnyAsync(removed => removed.ObjectName == found.ObjectName, cancellation)) return "It was deleted here; what is left of it is being removed.";
        if (await db.Servers.AnyAsync(server => server.Id == found.Id || server.ObjectName == found.ObjectName, cancellation)) return "Another server has its id or the name of its objects.";
        var ports = found.Record.Ports.Select(port => port.Number).ToList();
        var taken = await db.Allocations.Where(allocation => ports.Contains(allocation.Port)).Select(allocation => allocation.Port).ToListAsync(cancellation);
        return taken.Count > 0 ? $"Another server has the port {taken[0]} by now." : null;
    }

    /// <summary>The owner by id, else by mail address, else a new account of both; where neither is known, whoever adopts.</summary>
    async Task<(string Id, MadeAccount? Made)> OwnerAsync(IServiceProvider services, PanelDb db, Actor actor, FoundServer found, CancellationToken cancellation)
    {
        var users = services.GetRequiredService<UserManager<Account>>();
        if (await users.FindByIdAsync(found.OwnerId) is { } same) return (same.Id, null);
        var email = found.Record!.OwnerEmail;
        if (email.Length == 0) return (actor.UserId, null);
        if (await users.FindByEmailAsync(email) is { } again) return (again.Id, null);
        var made = new MadeAccount(email, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12)));
        var account = await users.CreateAsync(new() { Email = made.Email, Password = made.Password }, Role.User, clock, found.OwnerId);
        audit.Add(db, actor, "account.create", null, account.UserName!, "owner of an adopted server");
        return (account.Id, made);
    }
}
