using Panel.Contracts.Console;

namespace Panel.Core.Console;

/// <summary>The lines that a console's ring gave up, packed in blocks, within bounds; whoever uses it sees to it that one does at a time.</summary>
/// <param name="maxLines">How many lines are kept, about: whole blocks go.</param>
/// <param name="maxBytes">How many bytes the blocks may take.</param>
/// <param name="openBytes">How many bytes the lines may take that are not packed yet.</param>
internal sealed class ConsoleArchive(int maxLines, int maxBytes, int openBytes)
{
    const int BlockLines = 512;

    readonly Queue<ConsoleBlock> blocks = new();
    List<ConsoleLine> open = [];
    int bytes, openCost, lines;

    /// <summary>The packed blocks, oldest first.</summary>
    public ConsoleBlock[] Blocks => [.. blocks];

    /// <summary>The lines behind them, which are not packed yet.</summary>
    public IReadOnlyList<ConsoleLine> Open => open;

    /// <summary>Takes the line that follows the last.</summary>
    public void Add(ConsoleLine line)
    {
        if (maxLines == 0) return;
        open.Add(line);
        lines++;
        openCost += ConsoleFeed.Cost(line.Text);
        if (open.Count >= BlockLines || openCost >= openBytes) Seal();
        while (blocks.Count > 0 && (lines > maxLines || bytes > maxBytes))
        {
            var oldest = blocks.Dequeue();
            (lines, bytes) = (lines - oldest.Count, bytes - oldest.Bytes);
        }
        if (lines <= maxLines) return;
        open.RemoveRange(0, lines - maxLines);
        lines = maxLines;
    }

    void Seal()
    {
        var block = ConsoleBlock.Pack(open);
        blocks.Enqueue(block);
        bytes += block.Bytes;
        (open, openCost) = ([], 0);
    }
}
