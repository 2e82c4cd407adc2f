using System.Collections.Frozen;

namespace Panel.Contracts.Plans;

/// <summary>Limits that a server may be given.</summary>
/// <param name="Key">Names the plan.</param>
/// <param name="Name">What people call it.</param>
/// <param name="CpuMillis">Processor share in thousandths of a core.</param>
/// <param name="MemoryMiB">Memory in MiB.</param>
/// <param name="DiskMiB">Volume size in MiB.</param>
public sealed record PlanView(string Key, string Name, int CpuMillis, int MemoryMiB, int DiskMiB)
{
    /// <summary>Whether new servers cannot have it any more; those that do keep it.</summary>
    public bool Retired { get; init; }

    /// <summary>The key of the nodes that its servers are placed on; empty for any.</summary>
    public string NodePool { get; init; } = "";

    /// <summary>The keys of the templates it is for; none for all.</summary>
    public IReadOnlySet<string> Templates { get; init; } = FrozenSet<string>.Empty;

    /// <summary>Whether a server of this template can be given it.</summary>
    public bool IsOffered(string template) => !Retired && (Templates.Count == 0 || Templates.Contains(template));
}

/// <summary>A plan as those see it who change plans.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Servers">How many servers have it.</param>
public sealed record PlanRow(PlanView Plan, int Servers)
{
    /// <summary>Whether only those may choose it whose role or group is named.</summary>
    public bool Limited { get; init; }

    /// <summary>The keys of those roles.</summary>
    public IReadOnlySet<string> Roles { get; init; } = FrozenSet<string>.Empty;

    /// <summary>Those groups of single sign-on, as <c>provider/group</c>.</summary>
    public IReadOnlySet<string> Groups { get; init; } = FrozenSet<string>.Empty;
}

/// <summary>What a person may take in all, and what is taken. A limit of -1 is none.</summary>
/// <param name="Servers">Number of servers.</param>
/// <param name="CpuMillis">Processor share in thousandths of a core.</param>
/// <param name="MemoryMiB">Memory in MiB.</param>
/// <param name="DiskMiB">Volume size in MiB.</param>
/// <param name="Ports">Number of ports.</param>
public sealed record QuotaView(QuotaLine Servers, QuotaLine CpuMillis, QuotaLine MemoryMiB, QuotaLine DiskMiB, QuotaLine Ports);

/// <summary>One limit and what is taken of it.</summary>
/// <param name="Limit">The most that may be taken; -1 for no limit.</param>
/// <param name="Used">What is taken.</param>
public readonly record struct QuotaLine(int Limit, int Used)
{
    /// <summary>What is left; <see cref="int.MaxValue"/> without a limit.</summary>
    public int Left => Limit < 0 ? int.MaxValue : Math.Max(0, Limit - Used);
}
