using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Panel.Kube.Client;

/// <summary>Connections to an API server by one configuration, and who we are there.</summary>
sealed class KubeSession : IDisposable
{
    static readonly TimeSpan TokenAge = TimeSpan.FromMinutes(1), Leeway = TimeSpan.FromSeconds(10);

    readonly TimeProvider clock;
    readonly SemaphoreSlim asking = new(1, 1);
    readonly AuthenticationHeaderValue? unchanging;
    Identity identity;

    public KubeSession(KubeConfig config, TimeProvider clock)
    {
        (Config, this.clock) = (config, clock);
        unchanging = config switch
        {
            { Basic: var (name, password) } => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{password}"))),
            { Token: { } token } => new("Bearer", token.Trim()),
            _ => null,
        };
        identity = new(unchanging, config.ClientCertificate, Invoker(config, config.ClientCertificate), long.MinValue, null);
    }

    public KubeConfig Config { get; }

    /// <summary>Who we are now, with the connections for it. A token from a file is read again every minute, and the old one is kept while the file cannot be read; a program is asked again when what it told runs out.</summary>
    /// <exception cref="KubeConfigException">The program or the file does not tell, and never did.</exception>
    public async ValueTask<Identity> IdentityAsync(CancellationToken cancellation)
    {
        if (Config is { TokenFile: null, Exec: null } || IsFresh(identity)) return identity;
        await asking.WaitAsync(cancellation);
        try
        {
            if (!IsFresh(identity)) identity = Config.Exec is { } program ? Take(await program.RunAsync(cancellation)) : Read(Config.TokenFile!);
            return identity;
        }
        finally
        {
            asking.Release();
        }
    }

    /// <summary>The server refused us: who we are is found out anew with the next request.</summary>
    public void Refused(Identity refused)
    {
        if (ReferenceEquals(refused, identity)) identity = refused with { ReadAt = long.MinValue };
    }

    /// <summary>Streams that are open live on until they end.</summary>
    public void Dispose()
    {
        identity.Http.Dispose();
        asking.Dispose();
    }

    bool IsFresh(Identity now)
    {
        if (now.ReadAt == long.MinValue) return false;
        return Config.Exec is null ? clock.GetElapsedTime(now.ReadAt) < TokenAge : now.Expires is not { } end || clock.GetUtcNow() + Leeway < end;
    }

    Identity Read(string file)
    {
        try
        {
            return identity with { Authorization = new("Bearer", File.ReadAllText(file).Trim()), ReadAt = clock.GetTimestamp() };
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // the token of before may still hold; the server says if not
            if (identity.Authorization is not null) return identity with { ReadAt = clock.GetTimestamp() };
            throw new KubeConfigException($"{file}: {failure.Message}", failure);
        }
    }

    Identity Take(ExecCredential told)
    {
        var authorization = told.Token is { } token ? new AuthenticationHeaderValue("Bearer", token) : null;
        if (told.Certificate?.Thumbprint == identity.Certificate?.Thumbprint) return identity with { Authorization = authorization, ReadAt = clock.GetTimestamp(), Expires = told.Expires };
        // a connection keeps the certificate that it was made with
        identity.Http.Dispose();
        return new(authorization, told.Certificate, Invoker(Config, told.Certificate), clock.GetTimestamp(), told.Expires);
    }

    static HttpMessageInvoker Invoker(KubeConfig config, X509Certificate2? certificate)
    {
        var handler = Handler(config, certificate);
        return new(config.Impersonate is { } other ? new ImpersonatingHandler(other, handler) : handler, disposeHandler: true);
    }

    static SocketsHttpHandler Handler(KubeConfig config, X509Certificate2? certificate)
    {
        var handler = new SocketsHttpHandler
        {
            // gzip would hold back what a watch or a log has to say
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5),
            UseCookies = false,
            AllowAutoRedirect = false,
            UseProxy = config.Proxy is not null,
            Proxy = config.Proxy is null ? null : new WebProxy(config.Proxy),
        };
        var tls = handler.SslOptions;
        if (config.TlsServerName is { } name) tls.TargetHost = name;
        if (certificate is not null) tls.ClientCertificates = [certificate];
#pragma warning disable CA5359 // the operator wrote insecure-skip-tls-verify
        if (config.SkipTlsVerify) tls.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        // a policy and not a callback: the check of the host's name stays with the framework
        else if (config.Authorities is { } authorities) tls.CertificateChainPolicy = Trust(authorities);
        return handler;
    }

    static X509ChainPolicy Trust(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }
}

/// <summary>Who we are to an API server, as it was last found out.</summary>
/// <param name="Authorization">What requests say of it; null where the certificate does.</param>
/// <param name="Certificate">The certificate that connections show.</param>
/// <param name="Http">Sends requests and opens WebSockets over such connections.</param>
/// <param name="ReadAt">When it was found out, by the clock's timestamp.</param>
/// <param name="Expires">Until when it holds, where that is known.</param>
sealed record Identity(AuthenticationHeaderValue? Authorization, X509Certificate2? Certificate, HttpMessageInvoker Http, long ReadAt, DateTimeOffset? Expires);
