using System.Collections.Concurrent;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Panel.Contracts.Accounts;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Accounts.Keys;
using Panel.Core.Accounts.Tokens;

namespace Panel.Web.Accounts;

/// <summary>
/// Programs that know of names and passwords alone (WebDAV): the name of an account, with a key or an access token for a password. The account's own
/// password is taken only where no second step is asked for, with the limits of the sign-in form. A cookie that comes with it counts for nothing.
/// </summary>
public sealed class Basic(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logs, UrlEncoder encoder, KeyUse keys, ProgramTokens tokens, ProgramSignIn people, KnownPasswords known)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logs, encoder)
{
    /// <summary>The scheme.</summary>
    public const string Name = "Basic";

    /// <summary>Where it is taken.</summary>
    public const string Path = "/dav";

    const string Word = "Basic ";
    const int MaxHeader = 4096;

    /// <summary>Whether a request is to be judged by this alone.</summary>
    public static bool IsFor(HttpRequest request) => request.Path.StartsWithSegments(Path);

    /// <inheritdoc/>
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Request.Headers.Authorization is not [{ Length: < MaxHeader } header] || !header.StartsWith(Word, StringComparison.OrdinalIgnoreCase)) return AuthenticateResult.NoResult();
        if (Read(header[Word.Length..]) is not var (name, secret)) return AuthenticateResult.Fail("It cannot be read.");
        var address = Context.Connection.RemoteIpAddress;
        var actor = secret.StartsWith(KeyUse.Start, StringComparison.Ordinal) ? await keys.FindAsync(secret, address, Context.RequestAborted)
            : secret.StartsWith(TokenText.AccessStart, StringComparison.Ordinal) ? await tokens.FindAsync(secret, address?.ToString(), Context.RequestAborted)
            : null;
        if (actor is { Key: { } key }) return Good(actor, name, new(Actors.KeyClaim, key.ToString()));
        if (actor is { Session: { } session }) return Good(actor, name, new(Actors.SessionClaim, session.ToString()));
        return await PasswordAsync(name, secret);
    }

    // a program sends the password with every request: it is checked once and known by its hash for a while
    async Task<AuthenticateResult> PasswordAsync(string name, string password)
    {
        if (password.Length is 0 or > 200) return AuthenticateResult.Fail("It is not good.");
        if (await known.FindAsync(name, password, Context.RequestAborted) is { } proven) return AuthenticateResult.Success(new(proven, Name));
        var (account, _) = await people.TryAsync(new TokenRequest { Email = name, Password = password }, Context.RequestAborted);
        if (account is null) return AuthenticateResult.Fail("It is not good.");
        var person = Principal(account.Id, account.UserName!, new(Actors.StampClaim, account.SecurityStamp!));
        known.Keep(name, password, person);
        return AuthenticateResult.Success(new(person, Name));
    }

    static AuthenticateResult Good(Actor actor, string name, Claim proof) =>
        string.Equals(actor.Name, name.Trim(), StringComparison.OrdinalIgnoreCase) ? AuthenticateResult.Success(new(Principal(actor.UserId, actor.Name, proof), Name)) : AuthenticateResult.Fail("The key is another account's.");

    static ClaimsPrincipal Principal(string id, string name, Claim proof) => new(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, id), new(ClaimTypes.Name, name), proof], Name));

    static (string Name, string Secret)? Read(string text)
    {
        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text.Trim(), bytes, out var length)) return null;
        var pair = Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2);
        return pair.Length == 2 ? (pair[0], pair[1]) : null;
    }

    /// <inheritdoc/>
    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.WWWAuthenticate = """Basic realm="Panel", charset="UTF-8" """.TrimEnd();
        return Task.CompletedTask;
    }
}

/// <summary>Passwords that were right a moment ago, as hashes that mean nothing outside of this process.</summary>
public sealed class KnownPasswords(Actors actors, TimeProvider clock)
{
    const int Most = 1000;
    static readonly TimeSpan kept = TimeSpan.FromMinutes(5);

    readonly byte[] secret = RandomNumberGenerator.GetBytes(32);
    readonly ConcurrentDictionary<string, (ClaimsPrincipal Person, DateTimeOffset Until)> entries = new(StringComparer.Ordinal);

    /// <summary>Whose password it was, if it still is: another password, a second step or a suspension ends that.</summary>
    public async ValueTask<ClaimsPrincipal?> FindAsync(string name, string password, CancellationToken cancellation)
    {
        var hash = Hash(name, password);
        if (!entries.TryGetValue(hash, out var entry)) return null;
        if (entry.Until > clock.GetUtcNow() && await actors.FindAsync(entry.Person, address: null, cancellation) is not null) return entry.Person;
        entries.TryRemove(hash, out _);
        return null;
    }

    /// <summary>Keeps one for a few minutes.</summary>
    public void Keep(string name, string password, ClaimsPrincipal person)
    {
        var now = clock.GetUtcNow();
        if (entries.Count >= Most)
        {
            foreach (var (old, entry) in entries) if (entry.Until <= now) entries.TryRemove(old, out _);
            if (entries.Count >= Most) entries.Clear();
        }
        entries[Hash(name, password)] = (person, now + kept);
    }

    string Hash(string name, string password) => Convert.ToHexString(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"{name}\0{password}")));
}
