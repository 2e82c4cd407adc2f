using System.Net;
using Microsoft.EntityFrameworkCore;
using Panel.Core.Access;

namespace Panel.Core.Accounts.Keys;

/// <summary>Takes a key that a program shows.</summary>
public sealed class KeyUse(IDbContextFactory<PanelDb> databases, KeyStates states, Actors actors, TimeProvider clock)
{
    /// <summary>How the text of every key begins.</summary>
    public const string Start = KeyText.Start;

    static readonly TimeSpan pace = TimeSpan.FromMinutes(1);

    /// <summary>Who a key stands for, with what it may be used for; null when it is none, has ended, may not be used from there, or its account is out of use.</summary>
    /// <param name="text">What the program shows.</param>
    /// <param name="address">Where the program is.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public async ValueTask<Actor?> FindAsync(string text, IPAddress? address, CancellationToken cancellation)
    {
        if (await states.OwnerAsync(text, cancellation) is not { } owner || await states.FindAsync(owner.AccountId, owner.Id, cancellation) is not { } key) return null;
        if (!KeyNetworks.Allow(key.Networks, address)) return null;
        var from = (address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address)?.ToString();
        if (await actors.WithKeyAsync(owner.AccountId, owner.Id, from, cancellation) is not { } actor) return null;
        await NoteAsync(owner, key, from, cancellation);
        return actor;
    }

    async ValueTask NoteAsync(KeyOwner owner, KeyState key, string? from, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (now - key.UsedAt < pace) return;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        // of many requests at once, one writes
        await db.ApiKeys.Where(row => row.Id == key.Id && row.UsedAt == key.UsedAt)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.UsedAt, now).SetProperty(row => row.UsedFrom, from), cancellation);
        states.Forget(owner.AccountId);
    }
}
