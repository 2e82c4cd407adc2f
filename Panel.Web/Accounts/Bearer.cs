using System.Net;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Accounts.Keys;
using Panel.Core.Accounts.Tokens;
using Panel.Core.SingleSignOn;

namespace Panel.Web.Accounts;

/// <summary>
/// Programs show a key or an access token with each call of the API, and are signed in for that call alone: no cookie comes of it, and a
/// cookie that comes with it counts for nothing.
/// </summary>
public sealed class Bearer(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logs, UrlEncoder encoder, KeyUse keys, ProgramTokens tokens, Sessions sessions, ProviderCallers callers)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logs, encoder)
{
    /// <summary>The scheme.</summary>
    public const string Name = "Bearer";

    const string Word = "Bearer ";

    /// <summary>Whether a request is to be judged by what its header shows, whatever that is.</summary>
    public static bool IsShown(HttpRequest request) =>
        request.Path.StartsWithSegments("/api") && request.Headers.Authorization.Any(header => header?.StartsWith(Word, StringComparison.OrdinalIgnoreCase) == true);

    /// <inheritdoc/>
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        // two of them would let a proxy and the panel each read another one
        if (Request.Headers.Authorization is not [{ } header]) return AuthenticateResult.Fail("One header, please.");
        var text = header[Word.Length..].Trim();
        var address = Context.Connection.RemoteIpAddress;
        var actor = text.StartsWith(KeyUse.Start, StringComparison.Ordinal) ? await keys.FindAsync(text, address, Context.RequestAborted)
            : text.StartsWith(TokenText.AccessStart, StringComparison.Ordinal) ? await tokens.FindAsync(text, address?.ToString(), Context.RequestAborted)
            : null;
        var proof = actor switch
        {
            { Key: { } key } => new(Actors.KeyClaim, key.ToString()),
            { Session: { } session } => new(Actors.SessionClaim, session.ToString()),
            _ => (Claim?)null,
        };
        if (actor is null && await callers.FindAsync(text, address?.ToString(), Context.RequestAborted) is var (caller, stamp)) (actor, proof) = (caller, new(Actors.StampClaim, stamp));
        if (actor is null || proof is null) return AuthenticateResult.Fail("It is not good.");
        if (actor.Session is { } used) await sessions.SeenAsync(actor.UserId, used, actor.Address, Context.RequestAborted);
        return AuthenticateResult.Success(new(new(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, actor.UserId), new(ClaimTypes.Name, actor.Name), proof], Name)), Name));
    }

    /// <inheritdoc/>
    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = (int)HttpStatusCode.Unauthorized;
        Response.Headers.WWWAuthenticate = """Bearer error="invalid_token" """.TrimEnd();
        // why it is not good is told to nobody who has not shown a good one
        await TypedResults.Problem(
            title: "The key or the access token is not good here.", statusCode: StatusCodes.Status401Unauthorized,
            detail: "There is none like it, it ended or was revoked, it may not be used from this address, or its account is out of use.",
            extensions: new Dictionary<string, object?> { ["code"] = "invalid-token" }).ExecuteAsync(Context);
    }
}
