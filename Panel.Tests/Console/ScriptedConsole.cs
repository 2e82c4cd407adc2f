using System.Runtime.CompilerServices;
using Panel.Core.Console;
using Panel.Core.Errors;

namespace Panel.Tests.Console;

/// <summary>
/// A second source of consoles: keeps the log of one program as a cluster does, gives it to whoever follows, and breaks or ends streams
/// when it is told to.
/// </summary>
public sealed class ScriptedConsole : IConsoleSource
{
    readonly Lock gate = new();
    readonly List<SourceLine> log = [], installLog = [], before = [];
    TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int broken, ended, streams;
    bool installEnded;
    DateTimeOffset at = DateTimeOffset.UtcNow;

    /// <summary>When the last line was written.</summary>
    public DateTimeOffset LastAt
    {
        get { lock (gate) return at; }
    }

    /// <summary>Lines that were typed.</summary>
    public List<string> Typed { get; } = [];

    /// <summary>How many streams were opened.</summary>
    public int Streams => Volatile.Read(ref streams);

    /// <summary>Whether nothing can be opened now.</summary>
    public bool Down { get; set; }

    /// <summary>Whether what is typed comes back, as from a game.</summary>
    public bool Echoes { get; set; }

    /// <summary>The program writes lines: each a tick after the one before, or all at the same tick.</summary>
    public void Write(bool sameTick, params string[] lines) => Change(() =>
    {
        if (sameTick) at = at.AddTicks(1);
        log.AddRange(lines.Select(line => new SourceLine(sameTick ? at : at = at.AddTicks(1), line)));
    });

    /// <summary>The program writes lines.</summary>
    public void Write(params string[] lines) => Write(sameTick: false, lines);

    /// <summary>The install writes lines.</summary>
    public void WriteInstall(params string[] lines) => Change(() => installLog.AddRange(lines.Select(line => new SourceLine(at = at.AddTicks(1), line))));

    /// <summary>The install's log has its end: whoever reads it gets all of it, and no more.</summary>
    public void EndInstall() => Change(() => installEnded = true);

    /// <summary>Every stream breaks.</summary>
    public void Break() => Change(() => broken++);

    /// <summary>Every stream ends, as with its program.</summary>
    public void End() => Change(() => ended++);

    /// <summary>The program starts again, with a log of its own.</summary>
    public void Restart() => Change(() =>
    {
        before.Clear();
        before.AddRange(log);
        log.Clear();
        ended++;
    });

    /// <summary>The cluster throws the oldest lines of the log away.</summary>
    public void Rotate(int lines) => Change(() => log.RemoveRange(0, lines));

    public IAsyncEnumerable<IReadOnlyList<SourceLine>> FollowAsync(string objectName, DateTimeOffset? after, CancellationToken cancellation) => ReadAsync(log, after, cancellation);

    public IAsyncEnumerable<IReadOnlyList<SourceLine>> FollowInstallAsync(string objectName, int attempt, CancellationToken cancellation) => ReadAsync(installLog, null, cancellation);

    public async IAsyncEnumerable<IReadOnlyList<SourceLine>> ReadPreviousAsync(string objectName, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.Yield();
        SourceLine[] lines;
        lock (gate) lines = [.. before];
        if (lines.Length > 0) yield return lines;
    }

    public Task WriteLineAsync(string objectName, string line, CancellationToken cancellation)
    {
        Typed.Add(line);
        if (Echoes) Write($"you typed {line}");
        return Task.CompletedTask;
    }

    async IAsyncEnumerable<IReadOnlyList<SourceLine>> ReadAsync(List<SourceLine> lines, DateTimeOffset? after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        Interlocked.Increment(ref streams);
        if (Down) throw new ClusterUnavailableException("The cluster does not answer.");
        var (next, brokenBefore, endedBefore) = (0, 0, 0);
        lock (gate) (brokenBefore, endedBefore) = (broken, ended);
        while (true)
        {
            Task wait;
            List<SourceLine> batch;
            bool isBroken, isEnded;
            lock (gate)
            {
                wait = changed.Task;
                batch = [.. lines.Skip(Math.Min(next, lines.Count)).Where(line => after is null || line.At > after)];
                next = lines.Count;
                (isBroken, isEnded) = (broken > brokenBefore, ended > endedBefore || (installEnded && lines == installLog));
            }
            if (isBroken) throw new IOException("The connection was reset.");
            if (batch.Count > 0) yield return batch;
            if (isEnded) yield break;
            await wait.WaitAsync(cancellation);
        }
    }

    void Change(Action change)
    {
        TaskCompletionSource told;
        lock (gate)
        {
            change();
            (told, changed) = (changed, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        told.TrySetResult();
    }
}
