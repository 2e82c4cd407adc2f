using System.Globalization;
using Panel.Contracts.Plans;
using Panel.Core.Access;

namespace Panel.Core.Plans;

/// <summary>Limits as they are asked for, and as they are kept.</summary>
static class QuotaMapping
{
    public static QuotaRequest ToRequest(this Quota quota) => new()
    {
        Servers = quota.Servers,
        CpuMillis = quota.CpuMillis,
        MemoryMiB = quota.MemoryMiB,
        DiskMiB = quota.DiskMiB,
        Ports = quota.Ports,
    };

    public static Quota ToQuota(this QuotaRequest request) => new()
    {
        Servers = request.Servers,
        CpuMillis = request.CpuMillis,
        MemoryMiB = request.MemoryMiB,
        DiskMiB = request.DiskMiB,
        Ports = request.Ports,
    };

    /// <summary>What changed, in words.</summary>
    public static string Difference(this QuotaRequest now, QuotaRequest before) => string.Join(", ", new (string Name, int? Was, int? Is)[]
    {
        ("servers", before.Servers, now.Servers), ("CPU", before.CpuMillis, now.CpuMillis), ("memory", before.MemoryMiB, now.MemoryMiB),
        ("disk", before.DiskMiB, now.DiskMiB), ("ports", before.Ports, now.Ports),
    }.Where(limit => limit.Was != limit.Is).Select(limit => $"{limit.Name} from {Word(limit.Was)} to {Word(limit.Is)}"));

    static string Word(int? limit) => limit switch { null => "inherited", < 0 => "unlimited", { } number => number.ToString(CultureInfo.InvariantCulture) };
}
