using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Authorization;

/// <summary>A token of a service account, as it was read.</summary>
/// <param name="User">Whose it is.</param>
/// <param name="Audiences">Who it is for.</param>
sealed record AccountToken(User User, IReadOnlyList<string> Audiences);

/// <summary>Makes and checks the tokens of service accounts: JSON Web Tokens signed with the cluster's key (ES256). A token dies with its account and with its time.</summary>
sealed class AccountTokens(ECDsa key, ObjectStore store, TimeProvider clock)
{
    readonly Lock gate = new();

    /// <summary>Who speaks in a token, and whom a token is for when nothing else is said.</summary>
    public const string Issuer = "https://kubernetes.default.svc.cluster.local";

    /// <summary>A token of an account.</summary>
    /// <param name="space">Where the account lives.</param>
    /// <param name="name">The account's name.</param>
    /// <param name="uid">Its identity: a token is no good for a later account of the same name.</param>
    /// <param name="audiences">Who it is for; none for the API.</param>
    /// <param name="end">When it ends; null for never.</param>
    public string Make(string space, string name, string uid, IReadOnlyList<string> audiences, DateTimeOffset? end)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["aud"] = new JsonArray([.. (audiences.Count == 0 ? [Issuer] : audiences).Select(one => (JsonNode)one)]),
            ["iat"] = now,
            ["iss"] = Issuer,
            ["jti"] = Guid.NewGuid().ToString(),
            ["kubernetes.io"] = new JsonObject { ["namespace"] = space, ["serviceaccount"] = new JsonObject { ["name"] = name, ["uid"] = uid } },
            ["nbf"] = now,
            ["sub"] = $"system:serviceaccount:{space}:{name}",
        };
        if (end is { } last) claims["exp"] = last.ToUnixTimeSeconds();
        var text = $"{Encode("""{"alg":"ES256","typ":"JWT"}""")}.{Encode(claims.ToJsonString())}";
        lock (gate) return $"{text}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256))}";
    }

    /// <summary>What a token says; null when it is none of ours, has ended, or its account is gone.</summary>
    public AccountToken? Read(string token)
    {
        if (token.Split('.') is not [var head, var body, var signature] || !Base64Url.IsValid(body) || !Base64Url.IsValid(signature)) return null;
        lock (gate)
        {
            if (!key.VerifyData(Encoding.UTF8.GetBytes($"{head}.{body}"), Base64Url.DecodeFromChars(signature), HashAlgorithmName.SHA256)) return null;
        }
        // signed by us, hence as we write them
        var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(body)).RootElement;
        if (claims.TryGetProperty("exp", out var end) && end.GetInt64() <= clock.GetUtcNow().ToUnixTimeSeconds()) return null;
        var own = claims.GetProperty("kubernetes.io");
        var (space, name) = (own.GetProperty("namespace").GetString()!, own.GetProperty("serviceaccount").GetProperty("name").GetString()!);
        var uid = own.GetProperty("serviceaccount").GetProperty("uid").GetString()!;
        if (store.Find(new(Resources.ServiceAccounts, space, name))?.Uid != uid) return null;
        return new(User.Account(space, name, uid), [.. claims.GetProperty("aud").EnumerateArray().Select(one => one.GetString()!)]);
    }

    static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
