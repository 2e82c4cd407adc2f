using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Contracts.Accounts;
using Panel.Core.Access;
using Panel.Core.Audit;
using Panel.Core.Errors;
using Panel.Core.Plans;

namespace Panel.Core.Accounts.Keys;

/// <summary>Makes a key for programs.</summary>
public sealed class CreateKey(IDbContextFactory<PanelDb> databases, AccountChanges changes, AuditLog audit, TimeProvider clock)
{
    /// <summary>How many keys an account has at most: they are read together.</summary>
    public const int Most = 25;

    /// <summary>Makes a key for the actor's own account.</summary>
    /// <returns>The key itself; it is kept nowhere.</returns>
    /// <exception cref="ForbiddenException">The actor is a key, or acts in somebody else's name, or may not do what the key is for.</exception>
    /// <exception cref="InvalidFieldException">A field breaks a rule.</exception>
    /// <exception cref="ConflictException">The account has as many as it may.</exception>
    public async Task<NewKey> RunAsync(Actor actor, CreateKeyRequest request, CancellationToken cancellation)
    {
        KeyRules.RequireOwn(actor);
        FieldRules.Require(request);
        var networks = KeyRules.Networks(request.Networks);
        var scopes = KeyRules.Scopes(actor, request.Scopes);
        var now = clock.GetUtcNow();
        if (request.ExpiresAt <= now) throw new InvalidFieldException(nameof(request.ExpiresAt), "A key ends in the future.");
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await QuotaRules.LockAsync(db, actor.UserId, cancellation);   // of many at once, no more than the limit
        if (await db.ApiKeys.CountAsync(key => key.AccountId == actor.UserId, cancellation) >= Most) throw new ConflictException($"An account has at most {Most} keys. Revoke one that is not used.");
        var text = KeyText.Make();
        var key = new ApiKey
        {
            Id = Guid.CreateVersion7(now),
            AccountId = actor.UserId,
            Name = request.Name.Trim(),
            Prefix = KeyText.Prefix(text),
            Hash = KeyText.Hash(text),
            Scopes = scopes,
            Networks = networks,
            CreatedAt = now,
            ExpiresAt = request.ExpiresAt?.ToUniversalTime(),
        };
        db.ApiKeys.Add(key);
        audit.Add(db, actor, "key.create", null, key.Name, key.Prefix, new AuditChanges().Set("scopes", null, scopes).Set("networks", null, networks.Length > 0 ? networks : null).Set("expires", null, key.ExpiresAt));
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        changes.Changed(actor.UserId);
        return new(key.Id, text);
    }
}

/// <summary>What holds for the keys of an account.</summary>
static class KeyRules
{
    /// <summary>Refuses whoever could keep a way in that its person does not know of.</summary>
    /// <exception cref="ForbiddenException">The actor is a key, or acts in somebody else's name.</exception>
    public static void RequireOwn(Actor actor)
    {
        if (actor.Key is not null) throw new ForbiddenException("A key cannot make or change keys. Sign in for it.");
        if (actor.Impersonator is not null) throw new ForbiddenException("You act in somebody else's name: their keys are theirs alone.");
    }

    /// <summary>The networks, one space between them.</summary>
    /// <exception cref="InvalidFieldException">Something is none.</exception>
    public static string Networks(string text)
    {
        if (KeyNetworks.Parse(text, out var networks) is { } fault) throw new InvalidFieldException(nameof(CreateKeyRequest.Networks), $"\"{fault}\" is neither an address nor a network such as 192.0.2.0/24 or 2001:db8::/32.");
        if (networks.Count > KeyNetworks.Most) throw new InvalidFieldException(nameof(CreateKeyRequest.Networks), $"At most {KeyNetworks.Most} networks.");
        var written = string.Join(' ', networks);
        return written.Length <= 1000 ? written : throw new InvalidFieldException(nameof(CreateKeyRequest.Networks), "Networks take at most 1000 characters.");
    }

    /// <summary>What the key is limited to.</summary>
    /// <exception cref="InvalidFieldException">There is no such permission, or none at all.</exception>
    /// <exception cref="ForbiddenException">The actor does not have it: nobody hands on what they do not have.</exception>
    public static HashSet<string>? Scopes(Actor actor, IReadOnlyCollection<string>? scopes)
    {
        if (scopes is null) return actor.Scopes is null ? null : [.. actor.Scopes];
        var unknown = scopes.Where(scope => !ServerPermissions.All.Contains(scope) && !PanelPermissions.All.Contains(scope)).ToList();
        if (unknown.Count > 0) throw new InvalidFieldException(nameof(CreateKeyRequest.Scopes), $"There is no permission {string.Join(", ", unknown)}.");
        if (scopes.Count == 0) throw new InvalidFieldException(nameof(CreateKeyRequest.Scopes), "Choose what the key may be used for.");
        var more = scopes.Where(scope => PanelPermissions.All.Contains(scope) ? !actor.May(scope) : actor.Scopes?.Contains(scope) == false).Order(StringComparer.Ordinal).ToList();
        if (more.Count > 0) throw new ForbiddenException($"A key cannot do what you may not do yourself: {string.Join(", ", more)}.");
        return [.. scopes];
    }
}
