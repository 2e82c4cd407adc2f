using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using Panel.Core.Accounts;

namespace Panel.Core.SingleSignOn;

/// <summary>Ends sessions whose person signed out at the provider.</summary>
public sealed class ProviderSessions(IDbContextFactory<PanelDb> databases, ProviderTokens tokens, AccountChanges changes) : IDisposable
{
    static readonly TimeSpan kept = TimeSpan.FromMinutes(10);   // longer than a logout token is good for

    readonly MemoryCache seen = new(Options.Create(new MemoryCacheOptions { SizeLimit = 20_000 }));

    /// <summary>What the panel calls a session at a provider.</summary>
    public static string Name(ProviderPerson person) => Name(person.Provider, person.Session);

    /// <summary>Ends what a logout token tells of.</summary>
    /// <returns>How many sessions ended.</returns>
    /// <exception cref="TokenRefusedException">The token is not believed, or came before.</exception>
    public async Task<int> EndAsync(OpenIdProvider provider, string token, CancellationToken cancellation)
    {
        var (subject, session, id) = await tokens.ReadLogoutAsync(provider, token, cancellation);
        var key = provider.Options.Key;
        if (seen.TryGetValue((key, id), out _)) throw new TokenRefusedException("it came before");
        seen.Set((key, id), true, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = kept });
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var ending = db.Sessions.AsQueryable();
        if (session is not null)
        {
            var name = Name(key, session);
            ending = ending.Where(row => row.ProviderSession == name);
        }
        else
        {
            var start = key + ":";
            ending = ending.Where(row => row.ProviderSession!.StartsWith(start) && db.UserLogins.Any(login => login.UserId == row.AccountId && login.LoginProvider == key && login.ProviderKey == subject));
        }
        var accounts = await ending.Select(row => row.AccountId).Distinct().ToListAsync(cancellation);
        var ended = await ending.ExecuteDeleteAsync(cancellation);
        foreach (var account in accounts) changes.Changed(account);
        return ended;
    }

    static string Name(string provider, string? session) => $"{provider}:{(session is null ? "-" : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(session))))}";

    /// <inheritdoc/>
    public void Dispose() => seen.Dispose();
}
