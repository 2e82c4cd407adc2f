using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Panel.Core.SingleSignOn;

/// <summary>A token that somebody signed, read and not yet believed (RFC 7515, compact form).</summary>
sealed class SignedToken
{
    const int Most = 16 * 1024;
    static readonly JsonDocumentOptions strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    readonly byte[] signed, signature;

    SignedToken(string algorithm, string? keyId, string? type, JsonElement claims, byte[] signed, byte[] signature) =>
        (Algorithm, KeyId, Type, Claims, this.signed, this.signature) = (algorithm, keyId, type, claims, signed, signature);

    /// <summary>How it says that it is signed.</summary>
    public string Algorithm { get; }

    /// <summary>By which key, or null.</summary>
    public string? KeyId { get; }

    /// <summary>What kind of token it says it is, or null.</summary>
    public string? Type { get; }

    /// <summary>What it says.</summary>
    public JsonElement Claims { get; }

    /// <summary>Reads a token.</summary>
    /// <exception cref="TokenRefusedException">It is none, or none of a kind that is taken.</exception>
    public static SignedToken Read(string text)
    {
        if (text.Length > Most || text.Split('.') is not [var head, var body, var end]) throw new TokenRefusedException("it is not three parts");
        try
        {
            using var header = JsonDocument.Parse(Base64Url.DecodeFromChars(head), strict);
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(body), strict);
            if (header.RootElement.ValueKind != JsonValueKind.Object || claims.RootElement.ValueKind != JsonValueKind.Object) throw new TokenRefusedException("it holds no object");
            // what must be understood and is not; and never a key that the token brings itself
            foreach (var name in new[] { "crit", "b64", "zip" }) if (header.RootElement.TryGetProperty(name, out _)) throw new TokenRefusedException($"it asks for {name}");
            var algorithm = header.RootElement.Text("alg") ?? "none";
            if (!SigningKey.Algorithms.Contains(algorithm)) throw new TokenRefusedException($"it is signed by {algorithm}, which is not taken");
            return new(algorithm, header.RootElement.Text("kid"), header.RootElement.Text("typ"), claims.RootElement.Clone(), Encoding.ASCII.GetBytes($"{head}.{body}"), Base64Url.DecodeFromChars(end));
        }
        catch (Exception broken) when (broken is JsonException or FormatException)
        {
            throw new TokenRefusedException("it cannot be read");
        }
    }

    /// <summary>Whether a key signed it.</summary>
    public bool IsSignedBy(SigningKey key) => key.Verify(Algorithm, signed, signature);
}

/// <summary>A key of a provider (RFC 7517).</summary>
sealed class SigningKey : IDisposable
{
    /// <summary>The ways to sign that are taken: none without a key, none with a secret that both sides know.</summary>
    public static readonly IReadOnlyList<string> Algorithms = ["RS256", "PS256", "ES256"];

    const int LeastBits = 2048, MostBits = 8192;

    readonly RSA? rsa;
    readonly ECDsa? ecdsa;
    readonly string? algorithm;

    SigningKey(string? id, string? algorithm, RSA? rsa, ECDsa? ecdsa) => (Id, this.algorithm, this.rsa, this.ecdsa) = (id, algorithm, rsa, ecdsa);

    /// <summary>What the provider calls it, or null.</summary>
    public string? Id { get; }

    /// <summary>Reads a key; null when it is none that is taken.</summary>
    public static SigningKey? Read(JsonElement key)
    {
        if (key.ValueKind != JsonValueKind.Object || key.Text("use") is not (null or "sig")) return null;
        var (id, algorithm) = (key.Text("kid"), key.Text("alg"));
        try
        {
            if (key.Text("kty") == "RSA" && key.Text("n") is { } n && key.Text("e") is { } e)
            {
                var rsa = RSA.Create(new RSAParameters { Modulus = Base64Url.DecodeFromChars(n), Exponent = Base64Url.DecodeFromChars(e) });
                if (rsa.KeySize is >= LeastBits and <= MostBits) return new(id, algorithm, rsa, null);
                rsa.Dispose();
            }
            else if (key.Text("kty") == "EC" && key.Text("crv") == "P-256" && key.Text("x") is { } x && key.Text("y") is { } y)
            {
                return new(id, algorithm, null, ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new() { X = Base64Url.DecodeFromChars(x), Y = Base64Url.DecodeFromChars(y) } }));
            }
        }
        catch (Exception broken) when (broken is FormatException or CryptographicException or ArgumentException)
        {
            return null;
        }
        return null;
    }

    /// <summary>Whether it signed something: the kind of key decides, not what the token says.</summary>
    public bool Verify(string how, byte[] signed, byte[] signature) => (algorithm is null || algorithm == how) && (how, rsa, ecdsa) switch
    {
        ("RS256", { } key, _) => key.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        ("PS256", { } key, _) => key.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
        ("ES256", _, { } key) => key.VerifyData(signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
        _ => false,
    };

    public void Dispose()
    {
        rsa?.Dispose();
        ecdsa?.Dispose();
    }
}

/// <summary>Reads what tokens and answers hold.</summary>
static class JsonText
{
    extension(JsonElement element)
    {
        /// <summary>A text; null when there is none.</summary>
        public string? Text(string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

        /// <summary>A text or several.</summary>
        public IReadOnlyList<string> Texts(string name) => !element.TryGetProperty(name, out var value) ? [] : value.ValueKind switch
        {
            JsonValueKind.String => [value.GetString()!],
            JsonValueKind.Array => [.. value.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)],
            _ => [],
        };

        /// <summary>A moment in seconds since 1970; null when there is none.</summary>
        public DateTimeOffset? Time(string name) =>
            element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds) && seconds is >= 0 and < 253402300799 ? DateTimeOffset.UnixEpoch.AddSeconds(seconds) : null;

        /// <summary>Whether something is said to be so; some providers say it as a text.</summary>
        public bool Is(string name) => element.TryGetProperty(name, out var value) && (value.ValueKind == JsonValueKind.True || (value.ValueKind == JsonValueKind.String && value.GetString() == "true"));
    }
}

/// <summary>A token is not believed. What it says stays in the log, for whoever runs the panel.</summary>
/// <param name="why">In words, without anything of the token that is secret.</param>
public sealed class TokenRefusedException(string why) : Exception($"The provider's token is refused: {why}.");
