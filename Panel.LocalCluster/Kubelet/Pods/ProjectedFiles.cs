using Panel.Kube.Wire;
using Panel.LocalCluster.Kubelet.Processes;

namespace Panel.LocalCluster.Kubelet.Pods;

/// <summary>
/// A volume of files that are made from an object. Each name is a link into <c>..data</c>, itself a link to a directory of one version:
/// one rename of it changes all files, and a program sees all old ones or all new ones.
/// </summary>
static class ProjectedFiles
{
    const string Current = "..data";
    const int DefaultMode = 0x1A4; // 0644

    public static bool IsAt(string directory) => Path.Exists(Path.Combine(directory, Current));

    /// <summary>Makes the files; nothing happens when they are as they should be.</summary>
    /// <exception cref="ConfigException">An item names a key that is not there.</exception>
    public static void Write(string directory, IReadOnlyDictionary<string, byte[]> source, List<KeyToPath>? items, int? defaultMode)
    {
        List<(string Path, byte[] Bytes, int Mode)> files = items is null
            ? [.. source.Select(pair => (pair.Key, pair.Value, defaultMode ?? DefaultMode))]
            : [.. items.Select(item => (item.Path, source.GetValueOrDefault(item.Key) ?? throw new ConfigException($"references non-existent config key: {item.Key}"), item.Mode ?? defaultMode ?? DefaultMode))];
        Directory.CreateDirectory(directory);
        var link = Path.Combine(directory, Current);
        if (IsSame(link, files)) return;

        var before = new FileInfo(link).LinkTarget;
        var version = $"..{Guid.NewGuid():N}";
        Directory.CreateDirectory(Path.Combine(directory, version));
        foreach (var (path, bytes, mode) in files)
        {
            var full = Path.Combine(directory, version, path);
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            File.WriteAllBytes(full, bytes);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(full, (UnixFileMode)mode);
        }
        File.Delete(link + ".new");
        File.CreateSymbolicLink(link + ".new", version);
        Posix.Replace(link + ".new", link);
        LinkNames(directory, [.. files.Select(file => file.Path.Split('/')[0])]);
        if (before is not null) Directory.Delete(Path.Combine(directory, before), recursive: true);
    }

    static bool IsSame(string link, List<(string Path, byte[] Bytes, int Mode)> files) =>
        Path.Exists(link)
        && Directory.EnumerateFiles(link + "/", "*", SearchOption.AllDirectories).Count() == files.Count
        && files.All(file => Path.Combine(link, file.Path) is var path && File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(file.Bytes));

    static void LinkNames(string directory, HashSet<string> names)
    {
        foreach (var entry in new DirectoryInfo(directory).GetFileSystemInfos().Where(entry => !entry.Name.StartsWith("..", StringComparison.Ordinal) && !names.Remove(entry.Name))) entry.Delete();
        foreach (var name in names) File.CreateSymbolicLink(Path.Combine(directory, name), Path.Combine(Current, name));
    }
}
