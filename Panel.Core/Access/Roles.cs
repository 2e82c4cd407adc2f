using System.Collections.Frozen;
using Microsoft.EntityFrameworkCore;
using Panel.Core.Accounts;

namespace Panel.Core.Access;

/// <summary>What each role allows, kept in memory: every request asks. A change of <see cref="AccountChanges.All"/> makes it be read anew.</summary>
public sealed class Roles : IDisposable
{
    readonly IDbContextFactory<PanelDb> databases;
    readonly IDisposable listening;
    volatile Task<FrozenDictionary<string, FrozenSet<string>>>? known;

    /// <summary>Begins to listen for changes.</summary>
    public Roles(IDbContextFactory<PanelDb> databases, AccountChanges changes)
    {
        this.databases = databases;
        listening = changes.Listen(account => { if (account == AccountChanges.All) known = null; });
    }

    /// <summary>What a role allows; nothing when there is no such role.</summary>
    public async ValueTask<FrozenSet<string>> PermissionsAsync(string role, CancellationToken cancellation)
    {
        var reading = known;
        if (reading is null or { IsFaulted: true }) known = reading = ReadAsync();
        return (await reading.WaitAsync(cancellation)).GetValueOrDefault(role, FrozenSet<string>.Empty);
    }

    /// <summary>What people call the roles, by key, in their order.</summary>
    internal static async Task<IReadOnlyDictionary<string, string>> NamesAsync(PanelDb db, CancellationToken cancellation) =>
        new OrderedDictionary<string, string>((await db.Roles.AsNoTracking().OrderBy(role => role.Order).ThenBy(role => role.Key).Select(role => new { role.Key, role.Name }).ToListAsync(cancellation))
            .Select(role => KeyValuePair.Create(role.Key, role.Name)));

    async Task<FrozenDictionary<string, FrozenSet<string>>> ReadAsync()
    {
        await using var db = await databases.CreateDbContextAsync();
        return (await db.Roles.AsNoTracking().ToListAsync()).ToFrozenDictionary(role => role.Key, role => role.Permissions.ToFrozenSet());
    }

    /// <inheritdoc/>
    public void Dispose() => listening.Dispose();
}
