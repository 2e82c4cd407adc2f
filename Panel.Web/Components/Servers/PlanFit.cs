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
        if (plan.DiskMiB < has?.DiskMiB) return $"It has {Amount.MiB(has.DiskMiB - plan.DiskMiB)} less disk than the server, and a volume cannot shrink.";
        if (quota is null) return null;
        if (has is null && quota.Servers.Left < 1) return quota.Servers.Limit == 1 ? "Your quota is 1 server, and you have it." : $"Your quota is {quota.Servers.Limit} servers, and you have {quota.Servers.Used}.";
        if (has is null && quota.Ports.Left < ports) return $"It takes {ports} ports, and {quota.Ports.Left} of yours {(quota.Ports.Left == 1 ? "is" : "are")} left.";
        return Missing("memory", plan.MemoryMiB, quota.MemoryMiB, has?.MemoryMiB, mib => Amount.MiB(mib))
            ?? Missing("", plan.CpuMillis, quota.CpuMillis, has?.CpuMillis, millis => Amount.Cpu((int)millis))
            ?? Missing("disk", plan.DiskMiB, quota.DiskMiB, has?.DiskMiB, mib => Amount.MiB(mib));
    }

    // what does not grow is not asked for
    static string? Missing(string what, int asked, QuotaLine line, int? back, Func<long, string> words)
    {
        if (asked <= (back ?? 0) || Left(line, back) is var left && left >= asked) return null;
        return $"{words(asked - left)}{(what.Length == 0 ? "" : $" of {what}")} is missing: {(left == 0 ? "nothing" : words(left))} of the quota is free.";
    }

    /// <summary>The smallest plan that fits, or null.</summary>
    public static PlanView? Smallest(IEnumerable<PlanView> plans, QuotaView? quota, int minMemoryMiB, int ports = 0) =>
        plans.Where(plan => Reason(plan, quota, minMemoryMiB, has: null, ports) is null).MinBy(plan => plan.MemoryMiB);

    static long Left(QuotaLine line, int? back) => line.Limit < 0 ? int.MaxValue : (long)line.Limit - line.Used + (back ?? 0) is var left && left > 0 ? left : 0;
}
