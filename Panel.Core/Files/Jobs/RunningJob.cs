using Panel.Contracts.Files;

namespace Panel.Core.Files.Jobs;

/// <summary>A job that works, or did.</summary>
sealed class RunningJob(FileJob begun, Action changed, TimeProvider clock) : IDisposable
{
    static readonly TimeSpan pace = TimeSpan.FromMilliseconds(250), patience = TimeSpan.FromMinutes(15);

    readonly Lock gate = new();
    readonly CancellationTokenSource stop = new();
    FileJob row = begun;
    TaskCompletionSource<WhenExists>? question;
    long told;

    /// <summary>How it stands.</summary>
    public FileJob Row
    {
        get { lock (gate) return row; }
    }

    /// <summary>How it stood when that was last written to the database.</summary>
    public FileJob? Saved { get; set; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; private set; }

    /// <summary>Is cancelled when somebody ends it.</summary>
    public CancellationToken Stopping => stop.Token;

    /// <summary>Its work, from beginning to end.</summary>
    public Task Work { get; set; } = Task.CompletedTask;

    /// <summary>It has its turn.</summary>
    public void Begin() => Change(now => now with { State = FileJobState.Running });

    /// <summary>Tells how far it is.</summary>
    public void Report(long done, long? total)
    {
        lock (gate) row = row with { Done = done, Total = total };
        // it is told thousands of times a second
        var last = Volatile.Read(ref told);
        if (last != 0 && clock.GetElapsedTime(last) < pace) return;
        Volatile.Write(ref told, clock.GetTimestamp());
        changed();
    }

    /// <summary>It made a file of so many bytes.</summary>
    public void Made(ServerPath file, long bytes) => Change(now => now with { Place = file.Value, Bytes = bytes });

    /// <summary>Asks what becomes of what exists already.</summary>
    /// <exception cref="TimeoutException">Nobody answered.</exception>
    public async Task<WhenExists> AskAsync(IReadOnlyList<string> existing, CancellationToken cancellation)
    {
        var asked = new TaskCompletionSource<WhenExists>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate) question = asked;
        Change(now => now with { State = FileJobState.Asking, Existing = [.. existing.Take(FileJob.MaxExisting)], ExistingCount = existing.Count });
        var answer = await asked.Task.WaitAsync(patience, clock, cancellation);
        Change(now => now with { State = FileJobState.Running, Existing = [], ExistingCount = 0 });
        return answer;
    }

    /// <summary>Answers it; false when it does not ask.</summary>
    public bool Answer(WhenExists answer)
    {
        lock (gate)
        {
            if (question is null || !question.TrySetResult(answer)) return false;
            question = null;
            return true;
        }
    }

    /// <summary>Ends it.</summary>
    public void Stop() => stop.Cancel();

    /// <summary>It ended.</summary>
    public void End(FileJobState state, string text)
    {
        EndedAt = clock.GetUtcNow();
        Change(now => now with { State = state, Text = text, Existing = [], ExistingCount = 0 });
    }

    void Change(Func<FileJob, FileJob> change)
    {
        lock (gate) row = change(row);
        changed();
    }

    public void Dispose() => stop.Dispose();
}
