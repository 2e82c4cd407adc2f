namespace Panel.Contracts.Servers;

/// <summary>What an administrator sees first. What the person may not see is null.</summary>
public sealed record OverviewView
{
    /// <summary>How many servers are in each phase.</summary>
    public IReadOnlyDictionary<ServerPhase, int>? Phases { get; init; }
    /// <summary>Servers that fail, with the reason; the first few.</summary>
    public IReadOnlyList<ServerRow> Failing { get; init; } = [];
    /// <summary>What all servers are promised by their plans, beside what the cluster has.</summary>
    public CapacityView? Capacity { get; init; }
    /// <summary>How many accounts there are, how many of them are suspended, and of how many nobody has confirmed the mail address.</summary>
    public (int All, int Suspended, int Waiting)? Users { get; init; }
    /// <summary>Sign-ins and refused ones, newest first; the last few.</summary>
    public IReadOnlyList<Audit.AuditRow>? SignIns { get; init; }
}

/// <summary>What is promised, and what there is.</summary>
/// <param name="CpuMillis">Processor shares, in thousandths of a core.</param>
/// <param name="MemoryMiB">Memory, in MiB.</param>
/// <param name="DiskMiB">Volumes, in MiB.</param>
/// <param name="Problem">Why it is not known what the cluster has; null when it is.</param>
public sealed record CapacityView(CapacityLine CpuMillis, CapacityLine MemoryMiB, CapacityLine DiskMiB, string? Problem);

/// <summary>One resource.</summary>
/// <param name="Promised">What the plans of all servers add up to.</param>
/// <param name="Running">What those add up to that shall run now.</param>
/// <param name="Has">What the cluster has; null where that is not known.</param>
public readonly record struct CapacityLine(long Promised, long Running, long? Has);
