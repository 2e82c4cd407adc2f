using Panel.Contracts.Console;

namespace Panel.Core.Console;

/// <summary>How far a log was taken: when its last line was written, and how many of its lines are of that very tick.</summary>
internal sealed class LogPlace(DateTimeOffset at, int same)
{
    int taken;

    /// <summary>When its last line was written.</summary>
    public DateTimeOffset At => at;

    /// <summary>How many lines are of that tick.</summary>
    public int Same => same;

    /// <summary>How far the lines reach that come from one source; null where none does.</summary>
    public static LogPlace? Of(IEnumerable<ConsoleLine> lines, ConsoleSource source)
    {
        DateTimeOffset? newest = null;
        var same = 0;
        foreach (var line in lines)
        {
            if (line.Source != source || line.At < newest) continue;
            same = line.At == newest ? same + 1 : 1;
            newest = line.At;
        }
        return newest is { } at ? new(at, same) : null;
    }

    /// <summary>Whether the next line of the log, read again from its beginning, was not taken yet.</summary>
    public bool IsNew(DateTimeOffset written) => written > at || (written == at && taken++ >= same);
}
