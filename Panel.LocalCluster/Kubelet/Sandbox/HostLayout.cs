namespace Panel.LocalCluster.Kubelet.Sandbox;

/// <summary>Which parts of this machine's system every sandbox shows, read-only.</summary>
/// <param name="Links">Top-level links such as <c>/bin</c> → <c>usr/bin</c>.</param>
/// <param name="Paths">Directories and files shown at their own place.</param>
/// <param name="Private">Files and directories that stay hidden though they lie in one that is shown.</param>
sealed record HostLayout(IReadOnlyDictionary<string, string> Links, IReadOnlyList<string> Paths, IReadOnlyList<string> Private)
{
    static readonly string[] System = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/opt/java"];

    // of /etc only what programs need to run: no keys, no passwords, no settings of other programs
    static readonly string[] Etc =
    [
        "/etc/alternatives", "/etc/ca-certificates", "/etc/fonts", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/localtime", "/etc/mime.types",
        "/etc/os-release", "/etc/pki/tls/certs", "/etc/pki/ca-trust", "/etc/protocols", "/etc/resolv.conf", "/etc/services", "/etc/ssl/certs", "/etc/ssl/openssl.cnf", "/etc/timezone",
    ];

    /// <summary>This machine's.</summary>
    /// <param name="hidden">Files and directories to hide.</param>
    public static HostLayout Read(IEnumerable<string> hidden)
    {
        var links = new Dictionary<string, string>();
        var paths = new List<string>();
        foreach (var path in System.Where(Path.Exists))
        {
            if (new FileInfo(path).LinkTarget is { } target) links[path] = target;
            else paths.Add(path);
        }
        paths.AddRange(Etc.Where(Path.Exists));
        // Debian keeps Java's settings there and links to them from the runtime's own directory
        if (Directory.Exists("/etc")) paths.AddRange(Directory.EnumerateDirectories("/etc", "java*").Order(StringComparer.Ordinal));
        return new(links, paths, [.. hidden.Select(Path.GetFullPath).Where(Path.Exists).Distinct()]);
    }
}
