using Panel.Contracts.Servers;

namespace Panel.Core.Servers;

/// <summary>All that a cluster must know to run a server. Equal specs make equal objects.</summary>
public sealed record ServerSpec
{
    /// <summary>Names the server.</summary>
    public required ServerId Id { get; init; }
    /// <summary>The name of its objects in the cluster: a DNS label of at most 40 characters that a rename does not change.</summary>
    public required string ObjectName { get; init; }
    /// <summary>What people call it; goes into an annotation.</summary>
    public required string DisplayName { get; init; }
    /// <summary>The account that owns it; goes into an annotation.</summary>
    public required string OwnerId { get; init; }
    /// <summary>The key of its template; goes into an annotation.</summary>
    public required string Template { get; init; }
    /// <summary>The container image.</summary>
    public required string Image { get; init; }
    /// <summary>Whether the image must be on the node already.</summary>
    public bool NeverPulled { get; init; }
    /// <summary>The program and its arguments; empty for the image's own.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];
    /// <summary>The environment, without secrets.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
    /// <summary>The part of the environment that only a Secret may hold.</summary>
    public IReadOnlyDictionary<string, string> SecretEnvironment { get; init; } = new Dictionary<string, string>();
    /// <summary>Where the volume is mounted, and the working directory.</summary>
    public required string MountPath { get; init; }
    /// <summary>The ports it listens on.</summary>
    public IReadOnlyList<ServerPort> Ports { get; init; } = [];
    /// <summary>The nodes that it is on; null for any.</summary>
    public NodePool? NodePool { get; init; }
    /// <summary>Processor limit in thousandths of a core.</summary>
    public required int CpuMillis { get; init; }
    /// <summary>Memory limit in MiB.</summary>
    public required int MemoryMiB { get; init; }
    /// <summary>Volume size in MiB.</summary>
    public required int DiskMiB { get; init; }
    /// <summary>What ends the program: a line for its console, or a signal written <c>^SIGINT</c>; null for SIGTERM.</summary>
    public string? StopCommand { get; init; }
    /// <summary>The program in its container that hands it <see cref="StopCommand"/>, with its arguments; empty where its console takes it.</summary>
    public IReadOnlyList<string> StopProgram { get; init; } = [];
    /// <summary>Whether it is asked to end over the network, by the panel: what the cluster itself does has to wait for that.</summary>
    public bool StoppedFromOutside { get; init; }
    /// <summary>How long it may take to end before it is killed.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(60);
    /// <summary>Counts the starts that were asked for; a pod of a lower number is replaced.</summary>
    public required int Starts { get; init; }
    /// <summary>Whether the image runs with a root file system that nobody can write to; <c>/tmp</c> and the volume can be written.</summary>
    public bool ReadOnlyRoot { get; init; }
    /// <summary>How long the probed port may take to accept for the first time before the program is started again.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromHours(1);
    /// <summary>What the cluster keeps of the row; null keeps nothing.</summary>
    public ServerRecord? Record { get; init; }
    /// <summary>The template's install script; null where there is none.</summary>
    public InstallSpec? Install { get; init; }
}

/// <summary>A port that a server listens on; inside and outside it has the same number.</summary>
/// <param name="Name">Its name in the template, such as "game".</param>
/// <param name="Number">The port.</param>
/// <param name="Protocol"><c>TCP</c> or <c>UDP</c>.</param>
/// <param name="Probed">Whether the server is ready once this TCP port accepts.</param>
/// <param name="Internal">Whether only the panel may reach it, such as a remote console's.</param>
public sealed record ServerPort(string Name, int Number, string Protocol, bool Probed = false, bool Internal = false);

/// <summary>How a server's files are put in place.</summary>
/// <param name="Image">The image the script runs in, with the volume at <c>/mnt/server</c>.</param>
/// <param name="Entrypoint">What runs the script, such as <c>bash</c>.</param>
/// <param name="Script">The script, with LF line ends.</param>
/// <param name="Attempt">Counts installs; each is a Job of its own.</param>
/// <param name="WipeFiles">Whether everything in the volume goes first.</param>
/// <param name="Root">Whether the script has to be the root of its container.</param>
public sealed record InstallSpec(string Image, string Entrypoint, string Script, int Attempt, bool WipeFiles, bool Root = false);
