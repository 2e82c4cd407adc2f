using System.Text.RegularExpressions;

namespace Panel.LocalCluster.Kubelet.Sandbox;

/// <summary>Without a sandbox a volume is not where the pod mounts it: in everything a program is told, the mount path is replaced by the directory of this machine.</summary>
sealed class PathTranslation(IEnumerable<Mount> mounts)
{
    readonly IReadOnlyList<Mount> longestFirst = [.. mounts.OrderByDescending(mount => mount.Path.Length)];

    /// <summary>Replaces mount paths wherever they stand as whole parts of a path: in <c>--dir=/data</c> and <c>/data/world</c>, not in <c>/database</c>.</summary>
    public string Translate(string text)
    {
        if (!text.Contains('/') || longestFirst.Count == 0) return text;
        var pattern = string.Join('|', longestFirst.Select(mount => Regex.Escape(mount.Path.TrimEnd('/'))));
        return Regex.Replace(text, $@"(?<![\w./-])(?:{pattern})(?![\w.-])", match => longestFirst.First(mount => mount.Path.TrimEnd('/') == match.Value).HostPath, RegexOptions.CultureInvariant);
    }

    /// <summary>A directory of the container as one of this machine, or null when it lies in no volume.</summary>
    public string? Find(string path) =>
        longestFirst.FirstOrDefault(mount => path == mount.Path || path.StartsWith(mount.Path.TrimEnd('/') + "/", StringComparison.Ordinal)) is { } found
            ? found.HostPath + path[found.Path.TrimEnd('/').Length..]
            : null;

    /// <summary>In the words of a hook, process 1 is the container's program; here it has another number.</summary>
    public static string TranslateProcess(string text, int pid) =>
        Regex.Replace(Regex.Replace(text, @"/proc/1/", $"/proc/{pid}/"), @"\bkill((?: -?\w+){0,3}) 1\b", $"kill$1 {pid}", RegexOptions.CultureInvariant);
}
