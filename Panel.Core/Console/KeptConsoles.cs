using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Panel.Contracts.Console;
using Panel.Contracts.Servers;

namespace Panel.Core.Console;

/// <summary>Reads what is kept of consoles.</summary>
public sealed partial class KeptConsoles(IDbContextFactory<PanelDb> databases, TimeProvider clock, ILogger<KeptConsoles> log) : IDisposable
{
    /// <summary>Consoles that are read at once: a panel that starts has all of them to read.</summary>
    const int AtOnce = 4;

    /// <summary>Lines that are unpacked, for a page to begin with.</summary>
    const int Recent = 1500;

    const int Attempts = 20;

    static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    readonly SemaphoreSlim turns = new(AtOnce);

    /// <summary>Reads a server's; where the database is away it waits for it a while, and then goes on with nothing.</summary>
    internal async Task<KeptConsole> WaitForAsync(ServerId id, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await ReadAsync(id, cancellation);
            }
            catch (Exception failure) when (failure is not (OperationCanceledException or ObjectDisposedException))
            {
                LogUnread(failure, id);
                if (attempt == Attempts) return KeptConsole.Nothing;
            }
            await Task.Delay(Retry * (0.5 + Random.Shared.NextDouble()), clock, cancellation);
        }
    }

    /// <summary>Reads a server's.</summary>
    internal async Task<KeptConsole> ReadAsync(ServerId id, CancellationToken cancellation)
    {
        List<ConsoleChunk> chunks;
        await turns.WaitAsync(cancellation);
        try
        {
            await using var db = await databases.CreateDbContextAsync(cancellation);
            chunks = await db.ConsoleChunks.AsNoTracking().Where(chunk => chunk.ServerId == id).OrderBy(chunk => chunk.Sequence).ToListAsync(cancellation);
        }
        finally
        {
            turns.Release();
        }
        if (chunks.Count == 0) return KeptConsole.Nothing;
        var (blocks, mark, next) = (new List<ConsoleBlock>(), (ConsoleMark?)null, 1L);
        foreach (var chunk in chunks)
        {
            try
            {
                var (block, told) = ChunkContent.Read(chunk.Content, chunk.Lines, next);
                mark = told;
                blocks.Add(block);
                next = block.Next;
            }
            catch (InvalidDataException broken)
            {
                LogBroken(broken, id, chunk.Sequence);
            }
        }
        var older = blocks.Count;
        for (var lines = 0; older > 0 && (lines == 0 || lines + blocks[older - 1].Count <= Recent);) lines += blocks[--older].Count;
        List<ConsoleLine> recent = [.. blocks.Skip(older).SelectMany(block => Unpacked(id, block))];
        return new(blocks[..older], recent, mark ?? new(), new(chunks[^1].Sequence, chunks[^1].Lines, next));
    }

    IEnumerable<ConsoleLine> Unpacked(ServerId id, ConsoleBlock block)
    {
        try
        {
            return [.. block.Lines()];
        }
        catch (Exception damage) when (damage is InvalidDataException or InvalidOperationException or ArgumentException or IOException)
        {
            LogUnread(damage, id);
            return [];
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What is kept of the console of {Server} cannot be read now")]
    partial void LogUnread(Exception failure, ServerId server);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Chunk {Sequence} of what is kept of the console of {Server} is broken, and left out")]
    partial void LogBroken(Exception failure, ServerId server, long sequence);

    /// <inheritdoc/>
    public void Dispose() => turns.Dispose();
}
