using System.Globalization;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Panel.Core.Servers;

/// <summary>
/// When a server's program ended by itself since somebody started it. The cluster tells of the last end alone, and how many there were: what happened while nobody
/// looked is taken to have happened at equal distances.
/// </summary>
/// <param name="Pod">The pod whose end was counted last.</param>
/// <param name="Run">Which of its runs.</param>
/// <param name="Ends">The times of the cluster, in UTC, oldest first.</param>
public sealed record CrashTally(string Pod, int Run, IReadOnlyList<DateTimeOffset> Ends)
{
    /// <summary>Counts what a pod tells; the same tally where that is no news. A clean end counts too: nobody asked for it.</summary>
    /// <param name="known">What was counted; null for nothing.</param>
    /// <param name="pod">The pod.</param>
    /// <param name="window">Ends that lie further back than this from the last one are forgotten.</param>
    internal static CrashTally? Count(CrashTally? known, PodSeen pod, TimeSpan window)
    {
        if (pod is not { LastExit: { } exit, EndedRun: { } run }) return known;
        var counted = known?.Pod == pod.Uid ? known.Run : -1;
        if (run <= counted) return known;
        var from = (known is { Ends: [.., var last] } && known.Pod == pod.Uid ? last : pod.CreatedAt) is { } at && at < exit.At ? at : exit.At;
        var (missed, newest) = (run - counted, Math.Min(run - counted, CrashOptions.Counted));
        var ends = Enumerable.Range(missed - newest + 1, newest).Select(number => from + ((exit.At - from) * ((double)number / missed)));
        return new(pod.Uid, run, [.. (known?.Ends ?? []).Concat(ends).Where(end => exit.At - end < window).TakeLast(CrashOptions.Counted)]);
    }
}

/// <summary>A tally as words with spaces between them: the pod, its run, and the times in milliseconds.</summary>
internal sealed class CrashTallyConverter() : ValueConverter<CrashTally, string>(tally => Write(tally), text => Read(text))
{
    static string Write(CrashTally tally) => string.Join(' ', tally.Ends.Select(end => end.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)).Prepend(tally.Run.ToString(CultureInfo.InvariantCulture)).Prepend(tally.Pod));

    static CrashTally Read(string text) => text.Split(' ') is [var pod, var run, .. var ends]
        ? new(pod, int.Parse(run, CultureInfo.InvariantCulture), [.. ends.Select(end => DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(end, CultureInfo.InvariantCulture)))])
        : new("", -1, []);
}
