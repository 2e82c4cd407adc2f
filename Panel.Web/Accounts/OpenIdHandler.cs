using System.Net.Http.Headers;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OAuth;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Panel.Core.SingleSignOn;

namespace Panel.Web.Accounts;

/// <summary>The flow of one provider.</summary>
public sealed class OpenIdHandlerOptions : OAuthOptions
{
    /// <summary>The key of the provider.</summary>
    public string Provider { get; set; } = "";

    /// <inheritdoc/>
    public override void Validate()
    {
        // the provider's settings are checked where they are read, and its addresses are not known before it is asked
    }
}

/// <summary>
/// Signs people in by a provider of OpenID Connect: the code flow with PKCE. The framework's handler binds it to the browser; what the
/// provider signed is checked by <see cref="ProviderTokens"/>.
/// </summary>
public sealed class OpenIdHandler(IOptionsMonitor<OpenIdHandlerOptions> options, ILoggerFactory logs, UrlEncoder encoder, OpenIdProviders providers, ProviderTokens checker)
    : OAuthHandler<OpenIdHandlerOptions>(options, logs, encoder)
{
    const string Nonce = "nonce";
    static readonly object personKey = new();

    OpenIdProvider Provider => providers.Find(Options.Provider)!;

    /// <summary>Who came back from the provider with this request.</summary>
    public static ProviderPerson Person(HttpContext context) => (ProviderPerson)context.Items[personKey]!;

    /// <inheritdoc/>
    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Options.AuthorizationEndpoint = (await Provider.DescribeAsync(Context.RequestAborted)).Authorization;
        await base.HandleChallengeAsync(properties);
    }

    /// <inheritdoc/>
    protected override string BuildChallengeUrl(AuthenticationProperties properties, string redirectUri)
    {
        // the id token repeats it: one that was made for another sign-in is of no use here
        var nonce = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32));
        properties.Items[Nonce] = nonce;
        return QueryHelpers.AddQueryString(base.BuildChallengeUrl(properties, redirectUri), Nonce, nonce);
    }

    /// <inheritdoc/>
    protected override async Task<OAuthTokenResponse> ExchangeCodeAsync(OAuthCodeExchangeContext context)
    {
        var (settings, described) = (Provider.Options, await Provider.DescribeAsync(Context.RequestAborted));
        var form = new Dictionary<string, string> { ["grant_type"] = "authorization_code", ["code"] = context.Code, ["redirect_uri"] = context.RedirectUri, ["client_id"] = settings.ClientId };
        if (context.Properties.Items.TryGetValue(OAuthConstants.CodeVerifierKey, out var verifier)) form[OAuthConstants.CodeVerifierKey] = verifier!;
        using var request = new HttpRequestMessage(HttpMethod.Post, described.Token);
        request.Headers.Accept.Add(new("application/json"));
        if (settings.ClientSecret is { Length: > 0 } secret)
        {
            if (described.TakesPostedSecret) form["client_secret"] = secret;
            else request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Uri.EscapeDataString(settings.ClientId)}:{Uri.EscapeDataString(secret)}")));
        }
        request.Content = new FormUrlEncodedContent(form);
        using var answer = await providers.Http.SendAsync(request, Context.RequestAborted);
        var body = await answer.Content.ReadAsStringAsync(Context.RequestAborted);
        // what it answers may hold secrets: the status alone is told
        return answer.IsSuccessStatusCode ? OAuthTokenResponse.Success(JsonDocument.Parse(body)) : OAuthTokenResponse.Failed(new HttpRequestException($"{settings.Name} gave no token: {(int)answer.StatusCode}."));
    }

    /// <inheritdoc/>
    protected override async Task<AuthenticationTicket> CreateTicketAsync(ClaimsIdentity identity, AuthenticationProperties properties, OAuthTokenResponse tokens)
    {
        var answer = tokens.Response!.RootElement;
        if (!answer.TryGetProperty("id_token", out var text) || text.ValueKind != JsonValueKind.String) throw new TokenRefusedException("there is none");
        if (!properties.Items.Remove(Nonce, out var nonce) || nonce is null) throw new TokenRefusedException("nothing was asked");
        var person = await checker.ReadIdAsync(Provider, text.GetString()!, nonce, Context.RequestAborted);
        Context.Items[personKey] = person;
        identity.AddClaim(new(ClaimTypes.NameIdentifier, person.Subject));
        return new(new(identity), properties, Scheme.Name);
    }
}
