using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Accounts;
using Panel.Core.Access;
using Panel.Core.Audit;
using Panel.Core.Errors;

namespace Panel.Core.Accounts.Keys;

/// <summary>Calls a key something else.</summary>
public sealed class RenameKey(IDbContextFactory<PanelDb> databases, AuditLog audit)
{
    /// <summary>Changes the name of one of the actor's own keys.</summary>
    /// <exception cref="ForbiddenException">The actor is a key, or acts in somebody else's name.</exception>
    /// <exception cref="InvalidFieldException">The name breaks a rule.</exception>
    /// <exception cref="NotFoundException">The actor has no such key.</exception>
    public async Task RunAsync(Actor actor, Guid id, RenameKeyRequest request, CancellationToken cancellation)
    {
        KeyRules.RequireOwn(actor);
        FieldRules.Require(request);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var key = await db.ApiKeys.SingleOrDefaultAsync(key => key.Id == id && key.AccountId == actor.UserId, cancellation) ?? throw new NotFoundException("Key");
        var before = key.Name;
        key.Name = request.Name.Trim();
        audit.Add(db, actor, "key.rename", null, key.Name, key.Prefix, new AuditChanges().Set("name", before, key.Name));
        await db.SaveChangesAsync(cancellation);
    }
}

/// <summary>Ends a key for good.</summary>
public sealed class RevokeKey(IDbContextFactory<PanelDb> databases, AccountChanges changes, AuditLog audit)
{
    /// <summary>Removes one of the actor's own keys; what it holds open ends within two seconds.</summary>
    /// <exception cref="ForbiddenException">The actor is a key, or acts in somebody else's name.</exception>
    /// <exception cref="NotFoundException">The actor has no such key.</exception>
    public async Task RunAsync(Actor actor, Guid id, CancellationToken cancellation)
    {
        KeyRules.RequireOwn(actor);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var key = await db.ApiKeys.AsNoTracking().SingleOrDefaultAsync(key => key.Id == id && key.AccountId == actor.UserId, cancellation) ?? throw new NotFoundException("Key");
        if (await db.ApiKeys.Where(row => row.Id == id).ExecuteDeleteAsync(cancellation) == 0) throw new NotFoundException("Key");
        audit.Add(db, actor, "key.revoke", null, key.Name, key.Prefix);
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        changes.Changed(actor.UserId);
    }
}

/// <summary>Reads keys.</summary>
public sealed class KeyQueries(IDbContextFactory<PanelDb> databases)
{
    /// <summary>The actor's own keys, oldest first; never what they are good for by themselves.</summary>
    public async Task<IReadOnlyList<KeyRow>> ListAsync(Actor actor, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var keys = await db.ApiKeys.AsNoTracking().Where(key => key.AccountId == actor.UserId).OrderBy(key => key.CreatedAt).ThenBy(key => key.Id).ToListAsync(cancellation);
        return [.. keys.Select(key => new KeyRow(
            key.Id, key.Name, key.Prefix, key.Scopes is null ? null : [.. key.Scopes.Order(StringComparer.Ordinal)], key.Networks, key.CreatedAt, key.ExpiresAt, key.UsedAt, key.UsedFrom))];
    }
}
