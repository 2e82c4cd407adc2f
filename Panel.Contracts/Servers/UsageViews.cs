namespace Panel.Contracts.Servers;

/// <summary>How far back a chart of what a server used reaches.</summary>
public enum UsageRange
{
    /// <summary>The last hour, minute by minute.</summary>
    Hour,
    /// <summary>The last day, in steps of five minutes.</summary>
    Day,
}

/// <summary>What a server used over one stretch of time; there is none for stretches in which it did not run.</summary>
/// <param name="At">Where the stretch begins, in UTC.</param>
/// <param name="CpuMillis">Processor use in thousandths of a core, on average; null where it was not measured.</param>
/// <param name="MemoryMiB">Memory in MiB, at most.</param>
/// <param name="DiskMiB">What its files took, in MiB, at most.</param>
/// <param name="Players">Who played at once, at most; null where the game does not tell.</param>
public sealed record UsagePoint(DateTimeOffset At, int? CpuMillis, int? MemoryMiB, int? DiskMiB, int? Players)
{
    /// <summary>What came over the network, in KiB a second, on average; null where nothing counted it.</summary>
    public int? ReceivedKiB { get; init; }
    /// <summary>What went over the network, in KiB a second, on average.</summary>
    public int? SentKiB { get; init; }
}

/// <summary>What a server used lately.</summary>
/// <param name="From">Where the range begins, in UTC.</param>
/// <param name="To">Where it ends, in UTC.</param>
/// <param name="Step">The length of a stretch.</param>
/// <param name="Points">The stretches in which it ran, oldest first.</param>
public sealed record UsageHistoryView(DateTimeOffset From, DateTimeOffset To, TimeSpan Step, IReadOnlyList<UsagePoint> Points);

/// <summary>What a server waits for on its way to another phase.</summary>
/// <param name="Step">In words, such as "Getting ready".</param>
/// <param name="Since">When the way began, in UTC; null where that is not known.</param>
/// <param name="UsualSeconds">How long the way usually takes, by the last ones of this server; null while there were none.</param>
public sealed record ServerWait(string Step, DateTimeOffset? Since, int? UsualSeconds);
