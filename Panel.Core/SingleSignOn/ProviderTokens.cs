using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Panel.Core.SingleSignOn;

/// <summary>Who a provider says that somebody is.</summary>
/// <param name="Provider">The key of the provider.</param>
/// <param name="Subject">What it calls the person, for ever.</param>
/// <param name="Email">The mail address, or null.</param>
/// <param name="OwnsEmail">Whether the address is known to be the person's.</param>
/// <param name="Session">The session at the provider, or null.</param>
/// <param name="SecondFactor">Whether the provider asked for a second factor.</param>
/// <param name="Roles">Values of the claim of roles.</param>
/// <param name="Groups">Values of the claim of groups.</param>
public sealed record ProviderPerson(
    string Provider, string Subject, string? Email, bool OwnsEmail, string? Session, bool SecondFactor, IReadOnlyList<string> Roles, IReadOnlyList<string> Groups);

/// <summary>Believes tokens of a provider, or refuses them.</summary>
public sealed partial class ProviderTokens(TimeProvider clock)
{
    static readonly TimeSpan skew = TimeSpan.FromMinutes(2), longest = TimeSpan.FromHours(25), logout = TimeSpan.FromMinutes(5);

    /// <summary>What a person's browser brings back from the provider (OpenID Connect Core, 3.1.3.7).</summary>
    /// <param name="provider">The provider.</param>
    /// <param name="text">The id token.</param>
    /// <param name="nonce">What was sent along with the question.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="TokenRefusedException">It is not believed.</exception>
    public async Task<ProviderPerson> ReadIdAsync(OpenIdProvider provider, string text, string nonce, CancellationToken cancellation)
    {
        var claims = await CheckAsync(provider, text, ["JWT"], provider.Options.ClientId, cancellation);
        if (claims.Text("nonce") is not { } said || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(said), Encoding.UTF8.GetBytes(nonce))) throw new TokenRefusedException("it answers another question");
        if (claims.TryGetProperty("events", out _)) throw new TokenRefusedException("it is a token of another kind");
        return Person(provider.Options, claims);
    }

    /// <summary>What a caller of the API shows.</summary>
    /// <returns>What the provider calls the person.</returns>
    /// <exception cref="TokenRefusedException">It is not believed.</exception>
    public async Task<string> ReadAccessAsync(OpenIdProvider provider, string text, CancellationToken cancellation)
    {
        var claims = await CheckAsync(provider, text, ["JWT", "at+jwt", "application/at+jwt"], provider.Options.ApiAudience ?? throw new TokenRefusedException("none are taken here"), cancellation, anyParty: true);
        if (claims.TryGetProperty("nonce", out _) || claims.TryGetProperty("events", out _)) throw new TokenRefusedException("it is a token of another kind");
        return Subject(provider.Options, claims);
    }

    /// <summary>What the provider itself sends when somebody signed out there (OpenID Connect Back-Channel Logout, 2.6).</summary>
    /// <returns>Whose sessions end, and which; one of both is given. The third names the token.</returns>
    /// <exception cref="TokenRefusedException">It is not believed.</exception>
    public async Task<(string? Subject, string? Session, string Id)> ReadLogoutAsync(OpenIdProvider provider, string text, CancellationToken cancellation)
    {
        var claims = await CheckAsync(provider, text, ["logout+jwt", "application/logout+jwt", "JWT"], provider.Options.ClientId, cancellation, needsEnd: false);
        if (claims.TryGetProperty("nonce", out _)) throw new TokenRefusedException("it is a token of another kind");
        if (!claims.TryGetProperty("events", out var events) || events.ValueKind != JsonValueKind.Object || !events.TryGetProperty("http://schemas.openid.net/event/backchannel-logout", out var what) || what.ValueKind != JsonValueKind.Object) throw new TokenRefusedException("it tells of nothing");
        if (clock.GetUtcNow() - claims.Time("iat") > logout) throw new TokenRefusedException("it is too old");
        var (subject, session) = (claims.Text("sub"), claims.Text("sid"));
        if (subject is null && session is null) throw new TokenRefusedException("it names nobody");
        return (subject, session, claims.Text("jti") is { Length: > 0 and <= 255 } id ? id : throw new TokenRefusedException("it has no name"));
    }

    async Task<JsonElement> CheckAsync(OpenIdProvider provider, string text, string[] types, string audience, CancellationToken cancellation, bool anyParty = false, bool needsEnd = true)
    {
        var token = SignedToken.Read(text);
        if (token.Type is { } type && !types.Contains(type, StringComparer.OrdinalIgnoreCase)) throw new TokenRefusedException($"it is of the kind {type}");
        var keys = await provider.FindKeysAsync(token.KeyId, cancellation);
        if (!keys.Any(token.IsSignedBy)) throw new TokenRefusedException(keys.Count == 0 ? "its key is not known" : "its signature is wrong");
        var (claims, now) = (token.Claims, clock.GetUtcNow());
        if (!IsBy((await provider.DescribeAsync(cancellation)).Issuer, claims)) throw new TokenRefusedException($"it is by {claims.Text("iss")}");
        var audiences = claims.Texts("aud");
        if (!audiences.Contains(audience, StringComparer.Ordinal)) throw new TokenRefusedException("it is for somebody else");
        if (!anyParty && (claims.Text("azp") is { } party ? party != audience : audiences.Count > 1)) throw new TokenRefusedException("it was given to somebody else");
        if (claims.Time("iat") is not { } made || made > now + skew || made < now - longest) throw new TokenRefusedException("it was not made just now");
        if (claims.TryGetProperty("nbf", out _) && !(claims.Time("nbf") <= now + skew)) throw new TokenRefusedException("it is not good yet");
        if ((needsEnd || claims.TryGetProperty("exp", out _)) && !(claims.Time("exp") > now - skew)) throw new TokenRefusedException("its time is over");
        return claims;
    }

    // a provider of many tenants leaves a gap in its name, which the token's own tenant fills
    static bool IsBy(string issuer, JsonElement claims)
    {
        if (!issuer.Contains("{tenantid}", StringComparison.Ordinal)) return claims.Text("iss") == issuer;
        return claims.Text("tid") is { } tenant && Guid.TryParseExact(tenant, "D", out _) && claims.Text("iss") == issuer.Replace("{tenantid}", tenant, StringComparison.Ordinal);
    }

    static ProviderPerson Person(ProviderOptions options, JsonElement claims)
    {
        var email = claims.Text("email") is { Length: <= 254 } address && Address().IsMatch(address) ? address : null;
        var ways = claims.Texts("amr");
        return new(
            options.Key, Subject(options, claims), email, email is not null && (options.TrustEmail || claims.Is("email_verified")), claims.Text("sid"), ways.Contains("mfa"),
            options.RoleClaim is { } roles ? claims.Texts(roles) : [], options.GroupClaim is { } groups ? claims.Texts(groups) : []);
    }

    // Entra calls a person something else at each application; the tenant's own name for them is the same everywhere
    static string Subject(ProviderOptions options, JsonElement claims) => options.Preset == ProviderPreset.EntraId && claims.Text("tid") is { } tenant && claims.Text("oid") is { } person ? $"{tenant}.{person}"
        : claims.Text("sub") is { Length: > 0 and <= 255 } subject ? subject : throw new TokenRefusedException("it names nobody");

    [GeneratedRegex(@"^[^\s@]+@[^\s@]+$")]
    private static partial Regex Address();
}
