using Panel.Contracts.Console;

namespace Panel.Core.Console;

/// <summary>The lines that a console's ring gave up, packed in blocks, within bounds; whoever uses it sees to it that one does at a time.</summary>
/// <param name="maxLines">How many lines are kept, about: whole blocks go.</param>
/// <param name="maxBytes">How many bytes the blocks may take.</param>
/// <param name="openBytes">How many bytes the lines may take that are not packed yet.</param>
internal sealed class ConsoleArchive(int maxLines, int maxBytes, int openBytes)
{
    const int BlockLines = 512;

    readonly Queue<ConsoleBlock> blocks = new(), unpacked = new();
    readonly HashSet<ConsoleBlock> counted = []; // what is packed, and is in the sum
    List<ConsoleLine> open = [];
    int bytes, openCost, lines;

    /// <summary>The packed blocks, oldest first.</summary>
    public ConsoleBlock[] Blocks => [.. blocks];

    /// <summary>The lines behind them, which are not packed yet.</summary>
    public IReadOnlyList<ConsoleLine> Open => open;

    /// <summary>Begins with what was kept, packed already.</summary>
    public void Begin(IReadOnlyList<ConsoleBlock> kept)
    {
        if (maxLines == 0) return;
        foreach (var block in kept)
        {
            blocks.Enqueue(block);
            lines += block.Count;
            if (counted.Add(block)) bytes += block.Bytes;
        }
        Trim();
    }

    /// <summary>Takes the line that follows the last.</summary>
    public void Add(ConsoleLine line)
    {
        if (maxLines == 0) return;
        open.Add(line);
        lines++;
        openCost += ConsoleFeed.Cost(line.Text);
        if (open.Count >= BlockLines || openCost >= openBytes) Seal();
        Trim();
        if (lines <= maxLines) return;
        open.RemoveRange(0, lines - maxLines);
        lines = maxLines;
    }

    /// <summary>A block that is to be packed; null where there is none. Whoever takes it packs it, lets others have their turn meanwhile, and gives it to <see cref="Packed"/>.</summary>
    public ConsoleBlock? TakeUnpacked() => unpacked.TryDequeue(out var block) ? block : null;

    /// <summary>A block was packed: it counts from now on.</summary>
    public void Packed(ConsoleBlock block)
    {
        if (blocks.TryPeek(out var oldest) && block.First >= oldest.First && counted.Add(block)) bytes += block.Bytes; // else it was given up already
        Trim();
    }

    void Trim()
    {
        while (blocks.Count > 0 && (lines > maxLines || bytes > maxBytes))
        {
            var oldest = blocks.Dequeue();
            lines -= oldest.Count;
            if (counted.Remove(oldest)) bytes -= oldest.Bytes;
        }
    }

    void Seal()
    {
        var block = new ConsoleBlock(open);
        blocks.Enqueue(block);
        unpacked.Enqueue(block);
        (open, openCost) = ([], 0);
    }
}
