using System.Security.Cryptography;
using Panel.LocalCluster.Kubelet;

namespace Panel.LocalCluster.Access;

/// <summary>How clients reach the cluster.</summary>
sealed record ClusterAccess(Uri Address, string Token, string KubeconfigPath)
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
    public static ClusterAccess Write(ClusterPaths paths, Uri address, string token)
    {
        WriteForOwner(paths.Kubeconfig, $"""
            apiVersion: v1
            kind: Config
            clusters:
            - name: panel-local
              cluster:
                server: {address.GetLeftPart(UriPartial.Authority)}
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
        return new(address, token, paths.Kubeconfig);
    }

    static void WriteForOwner(string path, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var writer = new StreamWriter(path + ".new", options)) writer.Write(text);
        File.Move(path + ".new", path, overwrite: true);
    }
}
