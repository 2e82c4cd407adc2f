using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Panel.Core.SingleSignOn;

namespace Panel.Tests.SingleSignOn;

/// <summary>A provider whose keys the test holds: it signs what it is told, also what no provider would.</summary>
public sealed class TokenForge : HttpMessageHandler
{
    /// <summary>What it calls itself.</summary>
    public const string Issuer = "https://id.example.org/main";

    readonly Dictionary<string, RSA> rsa = new() { ["one"] = RSA.Create(2048) };

    /// <summary>Its key of elliptic curves.</summary>
    public ECDsa Curve { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>What it says that it is; null for what it is.</summary>
    public string? Claimed { get; set; }

    /// <summary>Whether it answers.</summary>
    public bool IsAway { get; set; }

    /// <summary>How often it was asked for its keys.</summary>
    public int KeysAsked { get; private set; }

    /// <summary>Keys that it shows beside its own.</summary>
    public List<JsonNode> More { get; } = [];

    /// <summary>A new key, in place of those before.</summary>
    public void Rotate(string id)
    {
        rsa.Clear();
        rsa[id] = RSA.Create(2048);
    }

    /// <summary>The key of a name.</summary>
    public RSA Key(string id = "one") => rsa[id];

    /// <summary>The panel's side of it.</summary>
    public OpenIdProvider Provider(TimeProvider clock, string? audience = null, string? groups = null) =>
        new(new() { Name = "Test", Authority = Issuer, ClientId = "panel", ApiAudience = audience, GroupClaim = groups, Groups = [new() { Value = "x" }] }, new HttpClient(this, disposeHandler: false), clock);

    /// <summary>Claims as a provider makes them, and what the test changes; null takes one away.</summary>
    public static JsonObject Claims(DateTimeOffset now, params (string Name, JsonNode? Value)[] changes)
    {
        var claims = new JsonObject
        {
            ["iss"] = Issuer,
            ["aud"] = "panel",
            ["sub"] = "ann",
            ["nonce"] = "n-1",
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = now.AddMinutes(5).ToUnixTimeSeconds(),
            ["email"] = "ann@example.org",
            ["email_verified"] = true,
        };
        foreach (var (name, value) in changes)
        {
            if (value is null) claims.Remove(name);
            else claims[name] = value;
        }
        return claims;
    }

    /// <summary>Signs claims.</summary>
    public string Sign(JsonNode claims, string alg = "RS256", string? kid = "one", Action<JsonObject>? head = null, Func<byte[], byte[]>? by = null)
    {
        var header = new JsonObject { ["alg"] = alg };
        if (kid is not null) header["kid"] = kid;
        head?.Invoke(header);
        var text = $"{Part(header.ToJsonString())}.{Part(claims.ToJsonString())}";
        var bytes = Encoding.ASCII.GetBytes(text);
        var signature = by is not null ? by(bytes) : alg switch
        {
            "PS256" => Key(kid ?? "one").SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
            "ES256" => Curve.SignData(bytes, HashAlgorithmName.SHA256),
            _ => Key(kid ?? "one").SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        };
        return $"{text}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>A text as a part of a token.</summary>
    public static string Part(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (IsAway) throw new HttpRequestException("It is away.");
        var isKeys = request.RequestUri!.AbsolutePath.EndsWith("/keys", StringComparison.Ordinal);
        if (isKeys) KeysAsked++;
        var body = isKeys ? new JsonObject { ["keys"] = new JsonArray([.. rsa.Select(key => Jwk(key.Key, key.Value)), CurveJwk(), .. More.Select(key => key.DeepClone())]) }
            : new JsonObject { ["issuer"] = Claimed ?? Issuer, ["authorization_endpoint"] = $"{Issuer}/auth", ["token_endpoint"] = $"{Issuer}/token", ["jwks_uri"] = $"{Issuer}/keys" };
        return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") });
    }

    /// <summary>A key as providers show it.</summary>
    public static JsonObject Jwk(string id, RSA key)
    {
        var numbers = key.ExportParameters(false);
        return new() { ["kty"] = "RSA", ["use"] = "sig", ["kid"] = id, ["n"] = Base64Url.EncodeToString(numbers.Modulus), ["e"] = Base64Url.EncodeToString(numbers.Exponent) };
    }

    JsonObject CurveJwk()
    {
        var point = Curve.ExportParameters(false).Q;
        return new() { ["kty"] = "EC", ["crv"] = "P-256", ["kid"] = "curve", ["alg"] = "ES256", ["x"] = Base64Url.EncodeToString(point.X), ["y"] = Base64Url.EncodeToString(point.Y) };
    }
}
