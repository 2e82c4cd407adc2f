namespace Panel.Contracts.Servers;

/// <summary>One line of a list of servers. Reading it asks nothing of the cluster.</summary>
public sealed record ServerRow
{
    /// <summary>Names the server.</summary>
    public required ServerId Id { get; init; }
    /// <summary>What people call it.</summary>
    public required string Name { get; init; }
    /// <summary>The name of the template it is made from.</summary>
    public required string Game { get; init; }
    /// <summary>The key of that template.</summary>
    public required string Template { get; init; }
    /// <summary>The name of the account that owns it.</summary>
    public required string Owner { get; init; }
    /// <summary>What the person who asks may do to it: keys of <see cref="Access.ServerPermissions"/>.</summary>
    public required ISet<string> Allowed { get; init; }
    /// <summary>What it is doing.</summary>
    public required ServerPhase Phase { get; init; }
    /// <summary>Why it fails, or what it waits for, in words; null when there is nothing to say.</summary>
    public string? Reason { get; init; }
    /// <summary>What it waits for on its way to another phase; null where nothing is on its way.</summary>
    public ServerWait? Wait { get; init; }
    /// <summary>What a player types, such as <c>203.0.113.7:25565</c>.</summary>
    public required string Address { get; init; }
    /// <summary>The processor share its plan allows, in thousandths of a core.</summary>
    public required int CpuLimitMillis { get; init; }
    /// <summary>The memory its plan allows, in MiB.</summary>
    public required int MemoryLimitMiB { get; init; }
    /// <summary>The size of its volume, in MiB.</summary>
    public required int DiskLimitMiB { get; init; }
    /// <summary>What it uses now; null while that is not known.</summary>
    public ServerUsage? Usage { get; init; }
    /// <summary>Who plays; null where the game does not tell.</summary>
    public ServerPlayers? Players { get; init; }
}

/// <summary>What a server uses, as last measured.</summary>
/// <param name="CpuMillis">Processor use in thousandths of a core; null while it does not run.</param>
/// <param name="MemoryMiB">Memory in MiB; null while it does not run.</param>
/// <param name="DiskMiB">What its files take, in MiB; null where the cluster cannot tell.</param>
/// <param name="At">When it was measured, in UTC.</param>
public sealed record ServerUsage(int? CpuMillis, int? MemoryMiB, int? DiskMiB, DateTimeOffset At)
{
    /// <summary>What comes over the network, in bytes a second; null where nothing counts it.</summary>
    public long? Received { get; init; }
    /// <summary>What goes over the network, in bytes a second.</summary>
    public long? Sent { get; init; }
}

/// <summary>Who plays on a server.</summary>
/// <param name="Online">How many.</param>
/// <param name="Max">How many may, where that is known.</param>
/// <param name="Names">Their names, in order of joining.</param>
public sealed record ServerPlayers(int Online, int? Max, IReadOnlyList<string> Names);

/// <summary>All that a server's page shows.</summary>
public sealed record ServerView
{
    /// <summary>What the list shows of it.</summary>
    public required ServerRow Row { get; init; }
    /// <summary>A note for its people.</summary>
    public required string Description { get; init; }
    /// <summary>The key of its plan.</summary>
    public required string Plan { get; init; }
    /// <summary>The label of its image.</summary>
    public required string Image { get; init; }
    /// <summary>The values of the variables that the person may see, by environment name.</summary>
    public required IReadOnlyDictionary<string, string> Variables { get; init; }
    /// <summary>Whether what runs was started with older settings.</summary>
    public required bool RestartRequired { get; init; }
    /// <summary>Whether it is to run.</summary>
    public bool Wanted { get; init; }
    /// <summary>Whether its install script failed and nothing was done about it yet.</summary>
    public bool InstallFailed { get; init; }
    /// <summary>The label of its command line; empty for the first.</summary>
    public string Startup { get; init; } = "";
    /// <summary>Which commands the running game told that it has; empty for who may not send any.</summary>
    public IReadOnlyList<string> Commands { get; init; } = [];
    /// <summary>The troubles that its console told of and that are not mended yet; empty for who may not read it.</summary>
    public IReadOnlyList<Console.ServerTrouble> Troubles { get; init; } = [];
    /// <summary>When the running program started, in UTC; null while none runs.</summary>
    public DateTimeOffset? StartedAt { get; init; }
    /// <summary>When the server was made, in UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
    /// <summary>Whether the person who asks owns it.</summary>
    public bool Owned { get; init; }
    /// <summary>Whether the person who asks was let in by its owner, and can leave.</summary>
    public bool Joined { get; init; }
    /// <summary>Until when support may read its console and files, in UTC; null for not at all.</summary>
    public DateTimeOffset? SupportUntil { get; init; }
}
