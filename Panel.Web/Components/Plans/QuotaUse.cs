using System.Globalization;
using Panel.Contracts.Plans;
using Panel.Web.Components.Kit;

namespace Panel.Web.Components.Plans;

/// <summary>One line of a quota as it is shown.</summary>
/// <param name="Label">What is limited.</param>
/// <param name="Text">What is taken of how much.</param>
/// <param name="Share">What is taken, in percent, at most 100.</param>
/// <param name="Over">Whether it is more than is allowed, because the limit was lowered.</param>
/// <param name="Adds">What a plan would add, with its sign; null for nothing.</param>
public sealed record QuotaUse(string Label, string Text, int Share, bool Over, string? Adds)
{
    /// <summary>The meter's colour.</summary>
    public string Tone => Over || Share >= 95 ? "bad" : Share >= 80 ? "warn" : "";

    /// <summary>The lines that are limited at all.</summary>
    /// <param name="quota">The quota.</param>
    /// <param name="plan">The plan that is chosen, or null.</param>
    /// <param name="has">The plan that is given back for it, or null for a new server.</param>
    /// <param name="ports">How many ports a new server takes.</param>
    public static IReadOnlyList<QuotaUse> Of(QuotaView quota, PlanView? plan = null, PlanView? has = null, int ports = 0)
    {
        var makes = plan is not null && has is null;
        (string Label, QuotaLine Line, Func<int, string> Words, int Adds)[] all =
        [
            ("Servers", quota.Servers, Number, makes ? 1 : 0),
            ("Memory", quota.MemoryMiB, mib => Amount.MiB(mib), (plan?.MemoryMiB - (has?.MemoryMiB ?? 0)) ?? 0),
            ("CPU", quota.CpuMillis, Amount.Cpu, (plan?.CpuMillis - (has?.CpuMillis ?? 0)) ?? 0),
            ("Disk", quota.DiskMiB, mib => Amount.MiB(mib), (plan?.DiskMiB - (has?.DiskMiB ?? 0)) ?? 0),
            ("Ports", quota.Ports, Number, makes ? ports : 0),
        ];
        return [.. all.Where(one => one.Line.Limit >= 0).Select(one => new QuotaUse(
            one.Label,
            $"{one.Words(one.Line.Used)} / {one.Words(one.Line.Limit)}",
            one.Line.Limit == 0 ? 100 : (int)Math.Clamp(one.Line.Used * 100L / one.Line.Limit, 0, 100),
            one.Line.Used > one.Line.Limit,
            one.Adds == 0 ? null : $"{(one.Adds > 0 ? "+" : "−")}{one.Words(Math.Abs(one.Adds))}"))];
    }

    static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
