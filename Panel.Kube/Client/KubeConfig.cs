using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Panel.Kube.Client;

/// <summary>A configuration that cannot be used; the message names the file, the context and the field.</summary>
public sealed class KubeConfigException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Where an API server is and how it knows us.</summary>
/// <remarks>https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/</remarks>
public sealed record KubeConfig
{
    internal const string ServiceAccount = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>The API server.</summary>
    public required Uri Server { get; init; }
    /// <summary>The namespace of the context.</summary>
    public string? Namespace { get; init; }
    /// <summary>The authorities that may vouch for the server; null for those of the machine.</summary>
    public X509Certificate2Collection? Authorities { get; init; }
    /// <summary>Whether any certificate is taken.</summary>
    public bool SkipTlsVerify { get; init; }
    /// <summary>The name that the server's certificate must have, where it is not that of the address.</summary>
    public string? TlsServerName { get; init; }
    /// <summary>Our certificate with its key.</summary>
    public X509Certificate2? ClientCertificate { get; init; }
    /// <summary>A bearer token.</summary>
    public string? Token { get; init; }
    /// <summary>A file with a bearer token, which is read again as it is renewed; wins over <see cref="Token"/>.</summary>
    public string? TokenFile { get; init; }
    /// <summary>Name and password for basic authentication.</summary>
    public (string Name, string Password)? Basic { get; init; }
    /// <summary>A program that tells who we are; stands alone.</summary>
    public ExecPlugin? Exec { get; init; }
    /// <summary>In whose name requests are made; null for our own.</summary>
    public Impersonation? Impersonate { get; init; }
    /// <summary>A proxy on the way.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>Reads a kubeconfig file.</summary>
    /// <exception cref="KubeConfigException">It cannot be read or used.</exception>
    public static KubeConfig Load(string file, string? context = null) => Load([file], context);

    /// <summary>Reads several kubeconfig files as one: what the first says counts.</summary>
    /// <exception cref="KubeConfigException">One cannot be read, or they cannot be used together.</exception>
    public static KubeConfig Load(IReadOnlyList<string> files, string? context = null)
    {
        var fields = KubeConfigFields.Read(files);
        var contextName = context ?? fields.TopText("current-context");
        if (string.IsNullOrEmpty(contextName)) throw fields.Fault("current-context", "names no context, and none was asked for");
        fields = fields with { Context = contextName };
        var (file, body) = fields.Named("contexts", "context", contextName);
        var (there, cluster) = fields.Named("clusters", "cluster", file.Required(body, "cluster"));
        var (own, user) = file.Text(body, "user") is { Length: > 0 } name ? fields.Named("users", "user", name) : (file, null);
        return KubeConfigUser.Read(own, user, there, cluster) with
        {
            Server = there.Address(cluster, "server") ?? throw there.Fault("server", "is missing"),
            Namespace = file.Text(body, "namespace"),
            Authorities = Certificates(there, there.Bytes(cluster, "certificate-authority")),
            SkipTlsVerify = there.Flag(cluster, "insecure-skip-tls-verify"),
            TlsServerName = there.Text(cluster, "tls-server-name"),
            Proxy = there.Address(cluster, "proxy-url"),
        };
    }

    /// <summary>The cluster this process runs in.</summary>
    /// <exception cref="KubeConfigException">It does not run in one.</exception>
    public static KubeConfig InCluster(string? host = null, string? port = null, string directory = ServiceAccount)
    {
        host ??= Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST");
        port ??= Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_PORT");
        if (string.IsNullOrEmpty(host) || string.IsNullOrEmpty(port))
            throw new KubeConfigException("Panel does not run in a cluster: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set.");
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPemFile(Path.Combine(directory, "ca.crt"));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new KubeConfigException($"{directory}/ca.crt: {failure.Message}", failure);
        }
        var token = Path.Combine(directory, "token");
        if (!File.Exists(token)) throw new KubeConfigException($"{token}: the service account has no token here.");
        return new()
        {
            Server = new($"https://{(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}:{port}"),
            Authorities = authorities,
            TokenFile = token,
        };
    }

    static X509Certificate2Collection? Certificates(KubeConfigFields fields, byte[]? pem)
    {
        if (pem is null) return null;
        var all = new X509Certificate2Collection();
        try
        {
            all.ImportFromPem(Encoding.ASCII.GetString(pem));
        }
        catch (CryptographicException failure)
        {
            throw fields.Fault("certificate-authority", $"is no PEM certificate ({failure.Message})");
        }
        return all.Count > 0 ? all : throw fields.Fault("certificate-authority", "holds no PEM certificate");
    }
}
