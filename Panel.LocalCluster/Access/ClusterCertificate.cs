using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Panel.LocalCluster.Kubelet;

namespace Panel.LocalCluster.Access;

/// <summary>
/// The certificate of the API: self-signed, of this data directory, trusted through the kubeconfig. Without TLS kubectl would not send its token
/// (client-go's clientcmd reads credentials for secure servers only).
/// </summary>
static class ClusterCertificate
{
    static readonly TimeSpan Lifetime = TimeSpan.FromDays(3650), Renewal = TimeSpan.FromDays(365);

    /// <summary>The certificate of an earlier start, or a new one.</summary>
    public static X509Certificate2 Find(ClusterPaths paths, DateTimeOffset now)
    {
        if (File.Exists(paths.Certificate))
        {
            var kept = X509Certificate2.CreateFromPemFile(paths.Certificate);
            if (kept.NotAfter.ToUniversalTime() > (now + Renewal).UtcDateTime) return kept;
            kept.Dispose();
        }
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var made = Make(key, now);
        ClusterAccess.WriteForOwner(paths.Certificate, $"{made.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
        return X509Certificate2.CreateFromPemFile(paths.Certificate);
    }

    static X509Certificate2 Make(ECDsa key, DateTimeOffset now)
    {
        var request = new CertificateRequest("CN=panel-local", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new("1.3.6.1.5.5.7.3.1")], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        // a day earlier: the machine's clock may be set back
        return request.CreateSelfSigned(now - TimeSpan.FromDays(1), now + Lifetime);
    }
}
