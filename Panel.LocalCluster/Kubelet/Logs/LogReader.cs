namespace Panel.LocalCluster.Kubelet.Logs;

/// <summary>One line of a log file, or a part of one.</summary>
readonly ref struct LogEntry(ReadOnlySpan<byte> stamp, ReadOnlySpan<byte> text, bool stderr, bool partial)
{
    public ReadOnlySpan<byte> Stamp { get; } = stamp;
    public ReadOnlySpan<byte> Text { get; } = text;
    public bool Stderr { get; } = stderr;

    /// <summary>The line goes on in the next entry of the same stream.</summary>
    public bool Partial { get; } = partial;

    const int StreamAt = LogStamp.Length + 1, FlagAt = StreamAt + 7, TextAt = FlagAt + 2;

    /// <summary>Reads a line without its end; what a crash tore is refused.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, out LogEntry entry)
    {
        entry = default;
        if (line.Length < TextAt || line[FlagAt] is not ((byte)'F' or (byte)'P')) return false;
        entry = new(line[..LogStamp.Length], line[TextAt..], line.Slice(StreamAt, 6).SequenceEqual("stderr"u8), line[FlagAt] == 'P');
        return true;
    }

    /// <summary>Whether the line that starts here is a whole one or the last part of one.</summary>
    public static bool EndsLine(ReadOnlySpan<byte> lineStart) => lineStart.Length > FlagAt && lineStart[FlagAt] == 'F';
}

/// <summary>Takes one entry.</summary>
/// <returns>Whether to go on.</returns>
delegate bool LogEntryHandler(in LogEntry entry);

/// <summary>A place in a log.</summary>
readonly record struct LogPlace(int Generation, long Offset);

/// <summary>Reads the files of one container run, across rotations, and goes on while it runs if asked.</summary>
/// <param name="directory">Where the files lie.</param>
/// <param name="live">The log while it is written; null when the run is over.</param>
sealed class LogReader(string directory, ContainerLog? live)
{
    const int BlockBytes = 64 << 10;

    /// <summary>Where the log begins: old files may be gone.</summary>
    public LogPlace Start => new(Oldest(0) ?? 1, 0);

    /// <summary>Where it ends now.</summary>
    public LogPlace End
    {
        get
        {
            var newest = Newest;
            return new(newest, Open(newest) is { } file ? Close(file) : 0);
            static long Close(FileStream file)
            {
                using (file) return file.Length;
            }
        }
    }

    int Newest => live?.Generation ?? ContainerLog.Generations(directory).DefaultIfEmpty(1).Max();

    /// <summary>Where the last lines begin.</summary>
    public LogPlace FindTail(long lines)
    {
        if (lines <= 0) return End;
        long seen = 0;
        for (var generation = Newest; generation >= 1; generation--)
        {
            using var file = Open(generation);
            if (file is null) break;
            if (LogTail.Find(file, lines, ref seen) is { } offset) return new(generation, offset);
        }
        return Start;
    }

    /// <summary>Hands every entry from a place on to the handler.</summary>
    /// <param name="from">Where to begin.</param>
    /// <param name="follow">Go on until the run ends.</param>
    /// <param name="handle">Called for each; false ends the reading.</param>
    /// <param name="flush">Called after each block: the place to wait for a slow receiver. The log never waits for it.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task ReadAsync(LogPlace from, bool follow, LogEntryHandler handle, Func<CancellationToken, ValueTask> flush, CancellationToken cancellation)
    {
        var (generation, offset) = from;
        var block = new byte[BlockBytes];
        while (true)
        {
            // taken before reading: what happens during it is then seen in the next round
            var changed = live?.Changed;
            var ended = live?.Ended ?? true;
            var newest = Newest;
            using (var file = Open(generation))
            {
                while (file is not null)
                {
                    file.Seek(offset, SeekOrigin.Begin);
                    var read = await file.ReadAtLeastAsync(block, block.Length, throwOnEndOfStream: false, cancellation);
                    var used = Handle(block.AsSpan(0, read), handle, out var stop);
                    offset += used;
                    if (used > 0) await flush(cancellation);
                    if (stop) return;
                    if (read < block.Length || used == 0) break;
                }
            }
            if (generation < newest)
            {
                (generation, offset) = (Oldest(generation) ?? newest, 0);
                continue;
            }
            if (!follow || ended) return;
            await changed!.WaitAsync(cancellation);
        }
    }

    static int Handle(ReadOnlySpan<byte> block, LogEntryHandler handle, out bool stop)
    {
        var used = 0;
        stop = false;
        while (!stop && block[used..].IndexOf((byte)'\n') is >= 0 and var length)
        {
            if (LogEntry.TryParse(block.Slice(used, length), out var entry)) stop = !handle(entry);
            used += length + 1;
        }
        return used;
    }

    int? Oldest(int after) => ContainerLog.Generations(directory).Where(generation => generation > after).Select(generation => (int?)generation).Min();

    FileStream? Open(int generation)
    {
        try
        {
            return new(ContainerLog.PathOf(directory, generation), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, useAsync: true);
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
