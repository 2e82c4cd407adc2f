using Panel.Contracts.Plans;
using Panel.Web.Components.Kit;

namespace Panel.Web.Components.Servers;

/// <summary>Whether a plan fits into what a quota leaves. The operation checks it again, under a lock.</summary>
public static class PlanFit
{
    /// <summary>Why a plan cannot be had, in words; null when it can.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="quota">The quota, or null while it is not known.</param>
    /// <param name="minMemoryMiB">What the game needs.</param>
    /// <param name="has">The plan that the server gives back, or null for a new server.</param>
    /// <param name="ports">How many ports a new server takes.</param>
    public static string? Reason(PlanView plan, QuotaView? quota, int minMemoryMiB, PlanView? has = null, int ports = 0)
    {
        if (plan.MemoryMiB < minMemoryMiB) return $"The game needs at least {Amount.MiB(minMemoryMiB)} of memory.";
        if (quota is null) return null;
        if (has is null && quota.Servers.Left < 1) return quota.Servers.Limit == 1 ? "Your quota is 1 server, and you have it." : $"Your quota is {quota.Servers.Limit} servers, and you have {quota.Servers.Used}.";
        if (has is null && quota.Ports.Left < ports) return $"It takes {ports} ports, and {quota.Ports.Left} of yours {(quota.Ports.Left == 1 ? "is" : "are")} left.";
        if (plan.MemoryMiB > (has?.MemoryMiB ?? 0) && Left(quota.MemoryMiB, has?.MemoryMiB) < plan.MemoryMiB) return $"Only {Amount.MiB(Left(quota.MemoryMiB, has?.MemoryMiB))} of memory is left.";
        if (plan.CpuMillis > (has?.CpuMillis ?? 0) && Left(quota.CpuMillis, has?.CpuMillis) < plan.CpuMillis) return $"Only {Amount.Cpu((int)Left(quota.CpuMillis, has?.CpuMillis))} is left.";
        if (plan.DiskMiB > (has?.DiskMiB ?? 0) && Left(quota.DiskMiB, has?.DiskMiB) < plan.DiskMiB) return $"Only {Amount.MiB(Left(quota.DiskMiB, has?.DiskMiB))} of disk is left.";
        return null;
    }

    /// <summary>The smallest plan that fits, or null.</summary>
    public static PlanView? Smallest(IEnumerable<PlanView> plans, QuotaView? quota, int minMemoryMiB, int ports = 0) =>
        plans.Where(plan => Reason(plan, quota, minMemoryMiB, has: null, ports) is null).MinBy(plan => plan.MemoryMiB);

    static long Left(QuotaLine line, int? back) => line.Limit < 0 ? int.MaxValue : (long)line.Limit - line.Used + (back ?? 0) is var left && left > 0 ? left : 0;
}
