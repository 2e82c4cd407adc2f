using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Panel.LocalCluster.Kubelet;

namespace Panel.LocalCluster.Access;

/// <summary>How clients reach the cluster.</summary>
sealed record ClusterAccess(Uri Address, string Token, string KubeconfigPath, X509Certificate2 Certificate)
{
    /// <summary>The token of the options, or one of our own that stays the same from start to start.</summary>
    public static string FindToken(LocalClusterOptions options, ClusterPaths paths)
    {
        if (!string.IsNullOrEmpty(options.Token)) return options.Token;
        if (File.Exists(paths.Token) && File.ReadAllText(paths.Token).Trim() is { Length: > 0 } kept) return kept;
        var fresh = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        WriteForOwner(paths.Token, fresh);
        return fresh;
    }

    /// <summary>Writes the kubeconfig, in one step.</summary>
    public static ClusterAccess Write(ClusterPaths paths, Uri address, string token, X509Certificate2 certificate)
    {
        WriteForOwner(paths.Kubeconfig, $"""
            apiVersion: v1
            kind: Config
            clusters:
            - name: panel-local
              cluster:
                server: {address.GetLeftPart(UriPartial.Authority)}
                certificate-authority-data: {Convert.ToBase64String(Encoding.ASCII.GetBytes(certificate.ExportCertificatePem()))}
            users:
            - name: panel
              user:
                token: "{token}"
            contexts:
            - name: panel-local
              context:
                cluster: panel-local
                user: panel
            current-context: panel-local

            """);
        return new(address, token, paths.Kubeconfig, certificate);
    }

    /// <summary>Writes a file that only this user may read, in one step.</summary>
    public static void WriteForOwner(string path, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var writer = new StreamWriter(path + ".new", options)) writer.Write(text);
        File.Move(path + ".new", path, overwrite: true);
    }
}
