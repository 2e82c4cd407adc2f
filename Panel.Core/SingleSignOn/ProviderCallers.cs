using Microsoft.EntityFrameworkCore;
using Panel.Core.Access;
using Panel.Core.Accounts;

namespace Panel.Core.SingleSignOn;

/// <summary>Takes access tokens that a provider made out for callers of the API.</summary>
public sealed class ProviderCallers(IDbContextFactory<PanelDb> databases, OpenIdProviders providers, ProviderTokens tokens, AccountStates accounts, Actors actors)
{
    /// <summary>Who a token stands for: the account that is linked with its person.</summary>
    /// <returns>The actor and the stamp of the account; null when no provider's token is believed, nobody is linked, or the account is out of use.</returns>
    public async ValueTask<(Actor Actor, string Stamp)?> FindAsync(string token, string? address, CancellationToken cancellation)
    {
        // what is not three parts is no such token, and no provider is asked about it
        if (token.Count(letter => letter == '.') != 2) return null;
        foreach (var provider in providers.All.Where(provider => provider.Options.ApiAudience is not null))
        {
            try
            {
                var (key, subject) = (provider.Options.Key, await tokens.ReadAccessAsync(provider, token, cancellation));
                await using var db = await databases.CreateDbContextAsync(cancellation);
                var id = await db.UserLogins.AsNoTracking().Where(login => login.LoginProvider == key && login.ProviderKey == subject).Select(login => login.UserId).SingleOrDefaultAsync(cancellation);
                if (id is null || await accounts.FindAsync(id, cancellation) is not { } state || await actors.FindAsync(id, address, cancellation) is not { } actor) return null;
                return (actor, state.Stamp);
            }
            catch (Exception foreign) when (foreign is TokenRefusedException or HttpRequestException)
            {
                continue;   // it may be another one's
            }
        }
        return null;
    }
}
