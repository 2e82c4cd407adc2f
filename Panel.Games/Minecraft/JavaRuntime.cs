using System.Globalization;

namespace Panel.Games.Minecraft;

/// <summary>A Java of this machine.</summary>
/// <param name="Program">Its launcher.</param>
/// <param name="Version">Its version: 8, 17, 21.</param>
sealed record JavaRuntime(string Program, int Version)
{
    static readonly string[] Homes = ["/usr/lib/jvm", "/opt/java"];

    /// <summary>The Java to use: the one that is named, or the oldest that is new enough (old servers do not run on new ones).</summary>
    /// <param name="named">A program, or null to look.</param>
    /// <param name="least">The least version; null when nobody says.</param>
    /// <param name="version">The game's version, for the message.</param>
    /// <exception cref="LaunchFailure">There is none, or none that is new enough.</exception>
    public static JavaRuntime Find(string? named, int? least, string version)
    {
        var found = (named is { Length: > 0 } ? [named] : Candidates()).Select(Read).OfType<JavaRuntime>().OrderBy(java => java.Version).ToList();
        if (found.Count == 0)
        {
            throw new LaunchFailure(named is { Length: > 0 } ? $"There is no Java at {named}." : $"There is no Java on this machine. Debian: apt-get install openjdk-{least ?? 17}-jre-headless.");
        }
        return found.FirstOrDefault(java => java.Version >= (least ?? 0))
            ?? throw new LaunchFailure($"Minecraft {version} needs Java {least}; this machine has Java {found[^1].Version} ({found[^1].Program}). Install openjdk-{least}-jre-headless, or choose an older version.");
    }

    static IEnumerable<string> Candidates()
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).Select(folder => Path.Combine(folder, "java"));
        var installed = Homes.Where(Directory.Exists).SelectMany(Directory.EnumerateDirectories).Select(folder => Path.Combine(folder, "bin/java"));
        return path.Concat(installed).Where(File.Exists).Select(Resolve).Distinct();
    }

    static string Resolve(string program) => new FileInfo(program).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? program;

    // {home}/release says JAVA_VERSION="17.0.15" (or "1.8.0_392"); to ask the program itself would cost half a second
    static JavaRuntime? Read(string program)
    {
        if (!File.Exists(program)) return null;
        var target = Resolve(program);
        var home = Path.GetDirectoryName(Path.GetDirectoryName(target))!;
        foreach (var folder in new[] { home, Path.GetDirectoryName(home)! })
        {
            var release = Path.Combine(folder, "release");
            if (!File.Exists(release)) continue;
            var line = File.ReadLines(release).FirstOrDefault(line => line.StartsWith("JAVA_VERSION=", StringComparison.Ordinal));
            var parts = line?["JAVA_VERSION=".Length..].Trim('"').Split('.', '-', '+', '_');
            if (parts is [var first, ..] && int.TryParse(first == "1" && parts.Length > 1 ? parts[1] : first, NumberStyles.None, CultureInfo.InvariantCulture, out var version)) return new(target, version);
        }
        return new(target, int.MaxValue);
    }
}
