using System.Diagnostics;
using Panel.Contracts.Console;

namespace Panel.Core.Console;

/// <summary>All that is kept of a console at one moment. It does not change, so that whoever reads it holds nobody up.</summary>
/// <param name="blocks">Packed lines, oldest first.</param>
/// <param name="recent">The lines that follow them.</param>
/// <param name="next">The number that the next line gets.</param>
internal sealed class ConsoleHistory(IReadOnlyList<ConsoleBlock> blocks, IReadOnlyList<ConsoleLine> recent, long next)
{
    /// <summary>How many matches a search names.</summary>
    const int MostNamed = 10_000;

    /// <summary>The number of the oldest line.</summary>
    public long First => blocks.Count > 0 ? blocks[0].First : recent.Count > 0 ? recent[0].Number : next;

    /// <summary>The number that the next line gets.</summary>
    public long Next => next;

    /// <summary>All lines, oldest first; a block is unpacked when its turn comes.</summary>
    public IEnumerable<ConsoleLine> All()
    {
        foreach (var block in blocks)
        {
            foreach (var line in block.Lines()) yield return line;
        }
        foreach (var line in recent) yield return line;
    }

    /// <summary>The lines of a range of numbers, as far as they are kept.</summary>
    public List<ConsoleLine> Range(long from, long before)
    {
        var lines = new List<ConsoleLine>();
        foreach (var block in blocks)
        {
            if (block.Next > from && block.First < before) lines.AddRange(block.Lines().Where(line => line.Number >= from && line.Number < before));
        }
        lines.AddRange(recent.Where(line => line.Number >= from && line.Number < before));
        return lines;
    }

    /// <summary>The newest lines below a number, or the oldest from one on.</summary>
    public ConsolePage Page(ConsolePageRequest request)
    {
        var count = request.Count;
        var lines = request.From is { } from
            ? Range(Math.Max(from, First), Math.Max(from, First) + count)
            : Range(Math.Min(request.Before ?? next, next) - count, request.Before ?? next);
        return new(lines, First, next);
    }

    /// <summary>The number of a line by when it was written: the first of that millisecond, else the first that is later; null where none is.</summary>
    public long? At(long unixMilliseconds)
    {
        long? later = null;
        foreach (var line in All()) // the panel's own lines stand between those of a log that was read later: times do not only grow
        {
            var at = line.At.ToUnixTimeMilliseconds();
            if (at == unixMilliseconds) return line.Number;
            if (at > unixMilliseconds) later ??= line.Number;
        }
        return later;
    }

    /// <summary>Looks for a text, in the newest lines first, until the time is over.</summary>
    /// <param name="request">What to look for.</param>
    /// <param name="limit">How long it may take.</param>
    public ConsoleMatches Search(ConsoleSearchRequest request, TimeSpan limit)
    {
        var began = Stopwatch.GetTimestamp();
        var (found, first) = (new List<long>(), recent.Count > 0 ? recent[0].Number : next);
        for (var i = recent.Count - 1; i >= 0; i--)
        {
            if (AnsiText.Strip(recent[i].Text).Contains(request.Text, StringComparison.OrdinalIgnoreCase)) found.Add(recent[i].Number);
        }
        for (var i = blocks.Count - 1; i >= 0 && Stopwatch.GetElapsedTime(began) < limit; i--)
        {
            blocks[i].Find(request.Text, found);
            first = blocks[i].First;
        }
        var named = found.Count > MostNamed ? found.GetRange(0, MostNamed) : found;
        return new(named, found.Count, Lines([.. named.Take(request.Lines)]), first, next, first == First);
    }

    List<ConsoleLine> Lines(HashSet<long> numbers)
    {
        if (numbers.Count == 0) return [];
        var lines = new List<ConsoleLine>(numbers.Count);
        foreach (var block in blocks)
        {
            if (Enumerable.Range(0, block.Count).Any(i => numbers.Contains(block.First + i))) lines.AddRange(block.Lines().Where(line => numbers.Contains(line.Number)));
        }
        lines.AddRange(recent.Where(line => numbers.Contains(line.Number)));
        return lines;
    }
}
