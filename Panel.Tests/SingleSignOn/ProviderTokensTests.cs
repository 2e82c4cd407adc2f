using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Panel.Core.SingleSignOn;
using Xunit;

namespace Panel.Tests.SingleSignOn;

/// <summary>Which tokens of a provider are believed.</summary>
public sealed class ProviderTokensTests : IDisposable
{
    const string Logout = "http://schemas.openid.net/event/backchannel-logout";

    readonly SettableClock clock = new();
    readonly TokenForge forge = new();
    readonly ProviderTokens tokens;
    readonly OpenIdProvider provider;

    public ProviderTokensTests() => (tokens, provider) = (new(clock), forge.Provider(clock, audience: "api://panel"));

    public void Dispose()
    {
        provider.Dispose();
        forge.Dispose();
    }

    JsonObject Claims(params (string, JsonNode?)[] changes) => TokenForge.Claims(clock.GetUtcNow(), changes);

    Task<ProviderPerson> ReadAsync(string token) => tokens.ReadIdAsync(provider, token, "n-1", default);

    async Task RefusedAsync(string token, string why) => Assert.Contains(why, (await Assert.ThrowsAsync<TokenRefusedException>(() => ReadAsync(token))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("RS256", "one")]
    [InlineData("PS256", "one")]
    [InlineData("ES256", "curve")]
    [InlineData("RS256", null)]
    public async Task Token_that_the_provider_signed_is_believed(string algorithm, string? key)
    {
        var person = await ReadAsync(forge.Sign(Claims(("sid", "s-1"), ("amr", new JsonArray("pwd", "mfa"))), algorithm, key));
        Assert.Equal(("test", "ann", "ann@example.org", true, "s-1", true), (person.Provider, person.Subject, person.Email, person.OwnsEmail, person.Session, person.SecondFactor));
    }

    [Fact]
    public async Task Address_is_the_persons_only_where_the_provider_says_so()
    {
        foreach (var said in new JsonNode?[] { null, false, "false", 1 }) Assert.False((await ReadAsync(forge.Sign(Claims(("email_verified", said))))).OwnsEmail);
        Assert.Null((await ReadAsync(forge.Sign(Claims(("email", "no address"))))).Email);
    }

    [Fact]
    public async Task Token_without_a_signature_is_refused()
    {
        foreach (var none in new[] { "none", "None", "NONE", "nOnE", "" }) await RefusedAsync(forge.Sign(Claims(), none, by: _ => []), "not taken");
        var good = forge.Sign(Claims());
        await RefusedAsync(good[..(good.LastIndexOf('.') + 1)], "signature");
        await RefusedAsync($"{TokenForge.Part("{}")}.{TokenForge.Part(Claims().ToJsonString())}.", "not taken");
    }

    [Fact]
    public async Task Public_key_is_no_secret_to_sign_with()
    {
        var pem = forge.Key().ExportSubjectPublicKeyInfoPem();
        foreach (var secret in new[] { Encoding.UTF8.GetBytes(pem), Encoding.UTF8.GetBytes(pem + "\n"), forge.Key().ExportSubjectPublicKeyInfo(), forge.Key().ExportRSAPublicKey(), forge.Key().ExportParameters(false).Modulus! })
        {
            await RefusedAsync(forge.Sign(Claims(), "HS256", by: bytes => HMACSHA256.HashData(secret, bytes)), "not taken");
            await RefusedAsync(forge.Sign(Claims(), "RS256", by: bytes => HMACSHA256.HashData(secret, bytes)), "signature");
        }
    }

    [Fact]
    public async Task Key_that_the_token_brings_is_not_used()
    {
        using var own = RSA.Create(2048);
        byte[] Sign(byte[] bytes) => own.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        await RefusedAsync(forge.Sign(Claims(), head: head => head["jwk"] = TokenForge.Jwk("one", own), by: Sign), "signature");
        await RefusedAsync(forge.Sign(Claims(), head: head => head["jku"] = "https://evil.example/keys", by: Sign), "signature");
        await RefusedAsync(forge.Sign(Claims(), head: head => head["kid"] = "../../one", by: Sign), "key is not known");
        await RefusedAsync(forge.Sign(Claims(), head: head => head["crit"] = new JsonArray("x")), "crit");
    }

    [Fact]
    public async Task Signature_of_another_kind_changed_words_and_empty_curve_signatures_are_refused()
    {
        await RefusedAsync(forge.Sign(Claims(), "ES256", "one", by: bytes => forge.Key().SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)), "signature");
        await RefusedAsync(forge.Sign(Claims(), "RS256", "curve", by: bytes => forge.Curve.SignData(bytes, HashAlgorithmName.SHA256)), "signature");
        await RefusedAsync(forge.Sign(Claims(), "ES256", "curve", by: _ => new byte[64]), "signature");   // CVE-2022-21449
        var parts = forge.Sign(Claims()).Split('.');
        await RefusedAsync($"{parts[0]}.{TokenForge.Part(Claims(("sub", "root")).ToJsonString())}.{parts[2]}", "signature");
        foreach (var broken in new[] { "", "..", "a.b", "a.b.c.d", $"{parts[0]}.{parts[1]}.{parts[2]}.x", $"{parts[0]}.!.{parts[2]}", new string('x', 20_000) }) await Assert.ThrowsAsync<TokenRefusedException>(() => ReadAsync(broken));
        await RefusedAsync($"{TokenForge.Part("""{"alg":"none","alg":"RS256"}""")}.{parts[1]}.{parts[2]}", "read");
    }

    [Fact]
    public async Task Small_keys_and_those_for_other_uses_are_not_taken()
    {
        using var small = RSA.Create(1024);
        using var other = RSA.Create(2048);
        forge.More.Add(TokenForge.Jwk("small", small));
        var encryption = TokenForge.Jwk("other", other);
        encryption["use"] = "enc";
        forge.More.Add(encryption);
        await RefusedAsync(forge.Sign(Claims(), kid: "small", by: bytes => small.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)), "not known");
        await RefusedAsync(forge.Sign(Claims(), kid: "other", by: bytes => other.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)), "not known");
    }

    [Fact]
    public async Task Token_of_another_issuer_for_another_audience_or_question_or_time_is_refused()
    {
        await RefusedAsync(forge.Sign(Claims(("iss", "https://id.example.org/other"))), "it is by");
        await RefusedAsync(forge.Sign(Claims(("iss", null))), "it is by");
        await RefusedAsync(forge.Sign(Claims(("aud", "other"))), "somebody else");
        await RefusedAsync(forge.Sign(Claims(("aud", null))), "somebody else");
        await RefusedAsync(forge.Sign(Claims(("aud", new JsonArray("panel", "other")))), "given to somebody else");
        await RefusedAsync(forge.Sign(Claims(("azp", "other"))), "given to somebody else");
        Assert.Equal("ann", (await ReadAsync(forge.Sign(Claims(("aud", new JsonArray("panel", "other")), ("azp", "panel"))))).Subject);
        await RefusedAsync(forge.Sign(Claims(("nonce", "n-2"))), "another question");
        await RefusedAsync(forge.Sign(Claims(("nonce", null))), "another question");
        var now = clock.GetUtcNow();
        await RefusedAsync(forge.Sign(Claims(("exp", now.AddMinutes(-3).ToUnixTimeSeconds()))), "time is over");
        await RefusedAsync(forge.Sign(Claims(("exp", null))), "time is over");
        await RefusedAsync(forge.Sign(Claims(("nbf", now.AddMinutes(3).ToUnixTimeSeconds()))), "not good yet");
        await RefusedAsync(forge.Sign(Claims(("iat", now.AddMinutes(3).ToUnixTimeSeconds()))), "just now");
        await RefusedAsync(forge.Sign(Claims(("iat", null))), "just now");
        await RefusedAsync(forge.Sign(Claims(("sub", null))), "names nobody");
        Assert.Equal("ann", (await ReadAsync(forge.Sign(Claims(("exp", now.AddMinutes(-1).ToUnixTimeSeconds()), ("iat", now.AddMinutes(1).ToUnixTimeSeconds()))))).Subject);
    }

    [Fact]
    public async Task Tokens_of_one_kind_do_not_pass_for_another()
    {
        var events = new JsonObject { [Logout] = new JsonObject() };
        var id = forge.Sign(Claims());
        var access = forge.Sign(Claims(("aud", "api://panel"), ("nonce", null)), head: head => head["typ"] = "at+jwt");
        var logout = forge.Sign(Claims(("nonce", null), ("events", events), ("jti", "j-1")), head: head => head["typ"] = "logout+jwt");
        await Assert.ThrowsAsync<TokenRefusedException>(() => tokens.ReadAccessAsync(provider, id, default));
        await Assert.ThrowsAsync<TokenRefusedException>(() => tokens.ReadAccessAsync(provider, logout, default));
        await Assert.ThrowsAsync<TokenRefusedException>(() => tokens.ReadLogoutAsync(provider, id, default));
        await Assert.ThrowsAsync<TokenRefusedException>(() => tokens.ReadLogoutAsync(provider, access, default));
        await Assert.ThrowsAsync<TokenRefusedException>(() => ReadAsync(access));
        await Assert.ThrowsAsync<TokenRefusedException>(() => ReadAsync(logout));
        Assert.Equal("ann", await tokens.ReadAccessAsync(provider, access, default));
        Assert.Equal(("ann", null, "j-1"), await tokens.ReadLogoutAsync(provider, logout, default));
        clock.Advance(TimeSpan.FromMinutes(6));
        await Assert.ThrowsAsync<TokenRefusedException>(() => tokens.ReadLogoutAsync(provider, logout, default));
    }

    [Fact]
    public async Task Unknown_key_is_asked_for_once_in_three_minutes()
    {
        await ReadAsync(forge.Sign(Claims()));
        Assert.Equal(1, forge.KeysAsked);
        forge.Rotate("two");
        await ReadAsync(forge.Sign(Claims(), kid: "two"));
        Assert.Equal(2, forge.KeysAsked);
        for (var i = 0; i < 20; i++) await RefusedAsync(forge.Sign(Claims(), head: head => head["kid"] = $"made-up-{i}", kid: "two"), "not known");
        Assert.Equal(2, forge.KeysAsked);
        clock.Advance(TimeSpan.FromMinutes(4));
        forge.Rotate("three");
        await ReadAsync(forge.Sign(Claims(), kid: "three"));
    }

    [Fact]
    public async Task Provider_that_is_away_is_believed_for_a_day_and_no_longer()
    {
        await ReadAsync(forge.Sign(Claims()));
        forge.IsAway = true;
        clock.Advance(TimeSpan.FromHours(2));
        await ReadAsync(forge.Sign(Claims()));
        clock.Advance(TimeSpan.FromHours(24));
        await Assert.ThrowsAsync<HttpRequestException>(() => ReadAsync(forge.Sign(Claims())));
        forge.IsAway = false;
        await ReadAsync(forge.Sign(Claims()));
    }

    [Fact]
    public async Task Provider_that_says_it_is_another_one_is_not_used()
    {
        forge.Claimed = "https://evil.example";
        await Assert.ThrowsAsync<HttpRequestException>(() => ReadAsync(forge.Sign(Claims())));
    }

    sealed class SettableClock : TimeProvider
    {
        DateTimeOffset now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => now;

        public void Advance(TimeSpan by) => now += by;
    }
}
