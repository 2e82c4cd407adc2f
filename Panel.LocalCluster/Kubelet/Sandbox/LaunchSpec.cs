namespace Panel.LocalCluster.Kubelet.Sandbox;

/// <summary>A directory or file of this machine at a place of the container.</summary>
sealed record Mount(string HostPath, string Path, bool ReadOnly);

/// <summary>A container's program and the world that it sees; the same with a sandbox and without.</summary>
sealed record LaunchSpec
{
    public required IReadOnlyList<string> Program { get; init; }
    public required IReadOnlyDictionary<string, string> Environment { get; init; }
    public required string Hostname { get; init; }
    /// <summary>Inside the container; null is the root.</summary>
    public string? WorkingDirectory { get; init; }
    public bool Stdin { get; init; }
    public long User { get; init; } = 1000;
    public long Group { get; init; } = 1000;
    public IReadOnlyList<Mount> Mounts { get; init; } = [];
    /// <summary>Paths of this machine that the image needs to read.</summary>
    public IReadOnlyList<string> ReadOnlyPaths { get; init; } = [];
}

/// <summary>What the shim is to run: a program on this machine, its environment and directory, and options that must not stand on a command line.</summary>
/// <param name="Program">Program and arguments.</param>
/// <param name="Environment">All of its environment.</param>
/// <param name="WorkingDirectory">A directory of this machine.</param>
/// <param name="ArgumentsFile">Options separated by NUL that bubblewrap reads from a descriptor: they carry secrets. Null without a sandbox.</param>
sealed record HostLaunch(IReadOnlyList<string> Program, IReadOnlyDictionary<string, string> Environment, string WorkingDirectory, string? ArgumentsFile);
