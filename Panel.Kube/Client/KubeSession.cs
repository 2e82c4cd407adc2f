using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Panel.Kube.Client;

/// <summary>Connections to an API server by one configuration, and who we are there.</summary>
sealed class KubeSession : IDisposable
{
    static readonly TimeSpan TokenAge = TimeSpan.FromMinutes(1);

    readonly TimeProvider clock;
    readonly SocketsHttpHandler handler;
    readonly Lock gate = new();
    AuthenticationHeaderValue? authorization;
    long tokenReadAt;

    public KubeSession(KubeConfig config, TimeProvider clock)
    {
        (Config, this.clock) = (config, clock);
        authorization = config switch
        {
            { Basic: var (name, password) } => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{password}"))),
            { Token: { } token } => new("Bearer", token.Trim()),
            _ => null,
        };
        tokenReadAt = long.MinValue;
        handler = Handler(config);
        Http = new(handler, disposeHandler: true);
    }

    public KubeConfig Config { get; }

    /// <summary>Sends requests and opens WebSockets.</summary>
    public HttpMessageInvoker Http { get; }

    /// <summary>Who we are; a token from a file is read again every minute, and the old one is kept while the file cannot be read.</summary>
    public AuthenticationHeaderValue? Authorization()
    {
        if (Config.TokenFile is not { } file) return authorization;
        lock (gate)
        {
            if (tokenReadAt != long.MinValue && clock.GetElapsedTime(tokenReadAt) < TokenAge) return authorization;
            try
            {
                authorization = new("Bearer", File.ReadAllText(file).Trim());
                tokenReadAt = clock.GetTimestamp();
            }
            catch (Exception failure) when (authorization is not null && failure is IOException or UnauthorizedAccessException)
            {
                tokenReadAt = clock.GetTimestamp();   // the token of before may still hold; the server says if not
            }
            return authorization;
        }
    }

    /// <summary>The server refused us: a token from a file is read anew with the next request.</summary>
    public void Refused()
    {
        lock (gate) tokenReadAt = long.MinValue;
    }

    /// <summary>Streams that are open live on until they end.</summary>
    public void Dispose() => Http.Dispose();

    static SocketsHttpHandler Handler(KubeConfig config)
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
        if (config.ClientCertificate is { } certificate) tls.ClientCertificates = [certificate];
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
