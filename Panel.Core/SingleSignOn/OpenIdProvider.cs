using System.Text.Json;

namespace Panel.Core.SingleSignOn;

/// <summary>What a provider says of itself.</summary>
/// <param name="Issuer">Who its tokens are by; with <c>{tenantid}</c> in it for a provider of many tenants.</param>
/// <param name="Authorization">Where people are sent.</param>
/// <param name="Token">Where codes are exchanged.</param>
/// <param name="Keys">Where its keys are.</param>
/// <param name="TakesPostedSecret">Whether the panel's password may be in the body of a request; otherwise it is in the header.</param>
public sealed record ProviderDescription(string Issuer, string Authorization, string Token, string Keys, bool TakesPostedSecret);

/// <summary>A provider: its description and its keys, kept for a while. While it does not answer, what was read last holds for a day.</summary>
public sealed class OpenIdProvider(ProviderOptions options, HttpClient http, TimeProvider clock) : IDisposable
{
    static readonly TimeSpan fresh = TimeSpan.FromHours(1), most = TimeSpan.FromDays(1), pace = TimeSpan.FromMinutes(3), retry = TimeSpan.FromSeconds(20);

    readonly SemaphoreSlim gate = new(1);
    ProviderDescription? description;
    IReadOnlyList<SigningKey> keys = [];
    DateTimeOffset describedAt, keysAt, triedAt, lookedAt;

    /// <summary>How it is set up.</summary>
    public ProviderOptions Options => options;

    /// <summary>What it says of itself.</summary>
    /// <exception cref="HttpRequestException">It cannot be reached, or what it says makes no sense.</exception>
    public async Task<ProviderDescription> DescribeAsync(CancellationToken cancellation)
    {
        if (description is { } known && clock.GetUtcNow() - describedAt < fresh) return known;
        await gate.WaitAsync(cancellation);
        try
        {
            await RefreshAsync(cancellation);
            return description!;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>The keys that may have signed a token. One whose key is not known makes them be read anew, once in three minutes.</summary>
    internal async Task<IReadOnlyList<SigningKey>> FindKeysAsync(string? id, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        try
        {
            await RefreshAsync(cancellation);
            var found = Matching(id);
            // whoever makes tokens up must not make the panel ask the provider for each of them
            if (found.Count > 0 || clock.GetUtcNow() - lookedAt < pace) return found;
            lookedAt = clock.GetUtcNow();
            await ReadKeysAsync(description!.Keys, cancellation);
            return Matching(id);
        }
        finally
        {
            gate.Release();
        }
    }

    List<SigningKey> Matching(string? id) => [.. keys.Where(key => id is null || key.Id == id)];

    async Task RefreshAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (description is not null && now - describedAt < fresh && now - keysAt < fresh) return;
        if (description is not null && now - triedAt < retry && now - describedAt < most) return;
        triedAt = now;
        try
        {
            description = await ReadDescriptionAsync(cancellation);
            describedAt = now;
            await ReadKeysAsync(description.Keys, cancellation);
        }
        catch (Exception away) when (away is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested && description is not null && keys.Count > 0 && now - keysAt < most)
        {
            return;   // what was read before holds a little longer
        }
    }

    async Task<ProviderDescription> ReadDescriptionAsync(CancellationToken cancellation)
    {
        var said = await ReadAsync($"{options.Issuer}/.well-known/openid-configuration", cancellation);
        var read = new ProviderDescription(
            said.Text("issuer") ?? "", said.Text("authorization_endpoint") ?? "", said.Text("token_endpoint") ?? "", said.Text("jwks_uri") ?? "",
            said.Texts("token_endpoint_auth_methods_supported") is { Count: > 0 } ways && ways.Contains("client_secret_post"));
        // Entra names its tenant by id, whatever it was asked by, and leaves it open where there are many
        var isOwn = options.Preset == ProviderPreset.EntraId
            ? read.Issuer.StartsWith("https://login.microsoftonline.com/", StringComparison.Ordinal) && read.Issuer.EndsWith("/v2.0", StringComparison.Ordinal)
            : read.Issuer.TrimEnd('/') == options.Issuer;
        if (!isOwn) throw new HttpRequestException($"The provider {options.Name} says that it is {read.Issuer}, not {options.Issuer}.");
        if (!new[] { read.Authorization, read.Token, read.Keys }.All(ProviderOptions.IsSafe)) throw new HttpRequestException($"The provider {options.Name} names addresses without TLS.");
        return read;
    }

    async Task ReadKeysAsync(string address, CancellationToken cancellation)
    {
        var set = await ReadAsync(address, cancellation);
        List<SigningKey> read = set.TryGetProperty("keys", out var all) && all.ValueKind == JsonValueKind.Array ? [.. all.EnumerateArray().Take(100).Select(SigningKey.Read).OfType<SigningKey>()] : [];
        if (read.Count == 0) throw new HttpRequestException($"The provider {options.Name} has no key that is taken.");
        // those before may be in use by another request at this moment: they are left to the collector
        (keys, keysAt) = (read, clock.GetUtcNow());
    }

    async Task<JsonElement> ReadAsync(string address, CancellationToken cancellation)
    {
        try
        {
            using var read = JsonDocument.Parse(await http.GetByteArrayAsync(address, cancellation));
            return read.RootElement.ValueKind == JsonValueKind.Object ? read.RootElement.Clone() : throw new JsonException("It is no object.");
        }
        catch (JsonException broken)
        {
            throw new HttpRequestException($"What {address} answers makes no sense.", broken);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => gate.Dispose();
}

/// <summary>The providers that are set up.</summary>
public sealed class OpenIdProviders : IDisposable
{
    const int MostBytes = 1024 * 1024;

    readonly Dictionary<string, OpenIdProvider> providers;

    /// <summary>Takes them from the settings; none is asked before it is needed.</summary>
    public OpenIdProviders(Microsoft.Extensions.Options.IOptions<SingleSignOnOptions> options, TimeProvider clock)
    {
        Http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5), ConnectTimeout = TimeSpan.FromSeconds(5) })
        {
            Timeout = TimeSpan.FromSeconds(10),
            MaxResponseContentBufferSize = MostBytes,
        };
        All = [.. options.Value.Providers.Select(provider => new OpenIdProvider(provider, Http, clock))];
        providers = All.ToDictionary(provider => provider.Options.Key, StringComparer.Ordinal);
    }

    /// <summary>Asks providers: with limits on time and size, and without following them elsewhere.</summary>
    public HttpClient Http { get; }

    /// <summary>All, in the order of their buttons.</summary>
    public IReadOnlyList<OpenIdProvider> All { get; }

    /// <summary>The provider of a key, or null.</summary>
    public OpenIdProvider? Find(string? key) => key is null ? null : providers.GetValueOrDefault(key);

    /// <inheritdoc/>
    public void Dispose()
    {
        Http.Dispose();
        foreach (var provider in All) provider.Dispose();
    }
}
