using System.ComponentModel.DataAnnotations;

namespace Panel.LocalCluster;

/// <summary>When pods run apart from the rest of the machine.</summary>
public enum IsolationMode
{
    /// <summary>In a sandbox where bubblewrap works, without one elsewhere.</summary>
    Auto,
    /// <summary>Never in a sandbox.</summary>
    Off,
    /// <summary>In a sandbox; the cluster refuses to start where bubblewrap does not work.</summary>
    Required,
}

/// <summary>What becomes of running pods when the cluster is shut down in order.</summary>
public enum ShutdownMode
{
    /// <summary>They are ended gracefully and started again with the cluster.</summary>
    Stop,
    /// <summary>They run on and are taken over at the next start.</summary>
    Keep,
}

/// <summary>Settings of the cluster of one machine.</summary>
public sealed class LocalClusterOptions
{
    public const string Section = "Panel:LocalCluster";

    /// <summary>Where objects, volumes, logs and the kubeconfig lie.</summary>
    [Required] public string DataDirectory { get; set; } = "data/cluster";

    /// <summary>Port of the API on the loopback address; 0 takes a free one.</summary>
    [Range(0, 65535)] public int Port { get; set; }

    /// <summary>Bearer token of the API; null makes one and keeps it in the data directory.</summary>
    public string? Token { get; set; }

    public IsolationMode Isolation { get; set; }

    public ShutdownMode OnShutdown { get; set; }

    /// <summary>The longest that an orderly shutdown waits for all pods, whatever their grace periods say.</summary>
    [Range(0, 3600)] public int ShutdownSeconds { get; set; } = 60;

    /// <summary>Bytes at which a container's log file is rotated.</summary>
    [Range(4096, long.MaxValue)] public long LogMaxBytes { get; set; } = 10 << 20;

    /// <summary>Rotated files kept of one container run, the current one included.</summary>
    [Range(1, 1000)] public int LogFiles { get; set; } = 5;

    /// <summary>A directory with further image recipes (<c>*.json</c>), which win over those shipped.</summary>
    public string? ImagesDirectory { get; set; }

    /// <summary>What recipes ask for as <c>{settings.Name}</c>.</summary>
    public Dictionary<string, string> Images { get; set; } = [];

    /// <summary>Files and directories of this machine that no sandbox shows, even inside one that every pod may read, such as <c>/usr</c>; the data directory is one of them anyway.</summary>
    public List<string> Private { get; set; } = [];

    /// <summary>Memory that pods may ask for together, in MiB; null is what the machine has.</summary>
    [Range(1, int.MaxValue)] public int? MemoryMiB { get; set; }

    /// <summary>Processor time that pods may ask for together, in thousandths of a core; null is what the machine has.</summary>
    [Range(1, int.MaxValue)] public int? CpuMillis { get; set; }

    /// <summary>Name of the one node; null is the machine's name.</summary>
    public string? NodeName { get; set; }
}
