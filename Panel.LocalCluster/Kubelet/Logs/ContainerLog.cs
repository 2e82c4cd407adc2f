using System.Globalization;

namespace Panel.LocalCluster.Kubelet.Logs;

/// <summary>
/// The log of one container run: files <c>00000001.log</c>, <c>00000002.log</c>, … in the format of the Container Runtime Interface
/// (<c>{time} stdout F {text}</c>; P marks a part of a longer line). A full file is left and the next begun; the oldest are removed.
/// </summary>
/// <remarks>One thread writes; any number of readers read the files and wait for <see cref="Changed"/>.</remarks>
sealed class ContainerLog : IDisposable
{
    readonly string directory;
    readonly long maxBytes;
    readonly int maxFiles;
    readonly TimeProvider clock;
    readonly Action<Exception> onFault;
    readonly Lock gate = new();
    byte[] buffer = new byte[64 << 10];
    int buffered;
    FileStream? file;
    DateTime last;
    bool faulty;
    TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ContainerLog(string directory, long maxBytes, int maxFiles, TimeProvider clock, Action<Exception> onFault)
    {
        (this.directory, this.maxBytes, this.maxFiles, this.clock, this.onFault) = (directory, maxBytes, maxFiles, clock, onFault);
        Directory.CreateDirectory(directory);
        Generation = Generations(directory).DefaultIfEmpty(1).Max();
    }

    /// <summary>Number of the file that is written now.</summary>
    public int Generation { get; private set; }

    /// <summary>Nothing more will come.</summary>
    public bool Ended { get; private set; }

    /// <summary>Completes at the next change after this was read: take it, read the file, then await it.</summary>
    public Task Changed
    {
        get { lock (gate) return changed.Task; }
    }

    /// <summary>Numbers of the files present.</summary>
    public static IEnumerable<int> Generations(string directory) =>
        Directory.EnumerateFiles(directory, "*.log").Select(path => int.Parse(Path.GetFileNameWithoutExtension(path), CultureInfo.InvariantCulture));

    public static string PathOf(string directory, int generation) => Path.Combine(directory, generation.ToString("D8", CultureInfo.InvariantCulture) + ".log");

    /// <summary>Adds one line or part; visible after <see cref="Flush"/>.</summary>
    public void Append(ReadOnlySpan<byte> text, bool stderr, bool partial)
    {
        // strictly rising, so that a reader can go on after the last stamp it has seen
        var now = clock.GetUtcNow().UtcDateTime;
        last = now > last ? now : last.AddTicks(1);
        var head = LogStamp.Length + 10;
        if (buffer.Length - buffered < head + text.Length + 1) Flush();
        var line = buffer.AsSpan(buffered);
        LogStamp.Write(last, line);
        (stderr ? partial ? " stderr P "u8 : " stderr F "u8 : partial ? " stdout P "u8 : " stdout F "u8).CopyTo(line[LogStamp.Length..]);
        text.CopyTo(line[head..]);
        line[head + text.Length] = (byte)'\n';
        buffered += head + text.Length + 1;
    }

    /// <summary>Makes what was appended visible. A full disk loses lines and is reported once; it does not stop the program.</summary>
    public void Flush()
    {
        if (buffered == 0) return;
        try
        {
            file ??= Open();
            file.Write(buffer, 0, buffered);
            if (file.Length >= maxBytes) Rotate();
            faulty = false;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Fail(fault);
        }
        buffered = 0;
        Announce();
    }

    /// <summary>Reports a fault, once until the next success.</summary>
    public void Fail(Exception fault)
    {
        if (!faulty) onFault(fault);
        faulty = true;
    }

    /// <summary>Writes the rest and tells the readers that this was all.</summary>
    public void End()
    {
        Flush();
        Ended = true;
        Announce();
        Dispose();
    }

    public void Dispose() => file?.Dispose();

    FileStream Open()
    {
        var stream = new FileStream(PathOf(directory, Generation), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        // a panel that was killed while it wrote may have left half a line
        if (stream.Length > 0)
        {
            stream.Seek(-1, SeekOrigin.End);
            if (stream.ReadByte() != '\n') stream.WriteByte((byte)'\n');
        }
        return stream;
    }

    void Rotate()
    {
        file!.Dispose();
        file = null;
        Generation++;
        foreach (var old in Generations(directory).Where(generation => generation <= Generation - maxFiles)) File.Delete(PathOf(directory, old));
    }

    void Announce()
    {
        TaskCompletionSource done;
        lock (gate) (done, changed) = (changed, new(TaskCreationOptions.RunContinuationsAsynchronously));
        done.SetResult();
    }
}
