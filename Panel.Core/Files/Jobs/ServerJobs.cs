using System.Runtime.CompilerServices;
using Panel.Contracts.Files;
using Panel.Core.Errors;

namespace Panel.Core.Files.Jobs;

/// <summary>The jobs on the files of one server: a few at a time, a few more that wait, and the last that ended.</summary>
sealed class ServerJobs(TimeProvider clock) : IDisposable
{
    const int AtOnce = 2, MostOpen = 8, MostKept = 20;
    static readonly TimeSpan kept = TimeSpan.FromHours(1), pace = TimeSpan.FromMilliseconds(200);

    readonly Lock gate = new();
    readonly List<RunningJob> jobs = [];
    readonly CancellationTokenSource leaving = new();
    TaskCompletionSource change = NewSignal();
    (Task Change, long At, Task<IReadOnlyList<FileJob>> Rows)? reading;

    /// <summary>Lets so many work at a time.</summary>
    public SemaphoreSlim Turns { get; } = new(AtOnce);

    /// <summary>Those that are there, the newest first.</summary>
    public IReadOnlyList<FileJob> Rows()
    {
        lock (gate)
        {
            Forget();
            return [.. jobs.Select(job => job.Row).Reverse()];
        }
    }

    /// <summary>All, to end them.</summary>
    public IReadOnlyList<RunningJob> All()
    {
        lock (gate) return [.. jobs];
    }

    /// <summary>Adds one.</summary>
    /// <exception cref="ConflictException">Too many are there that have not ended.</exception>
    public RunningJob Add(FileJob begun)
    {
        var job = new RunningJob(begun, Changed, clock);
        lock (gate)
        {
            Forget();
            if (jobs.Count(one => !one.Row.Ended) >= MostOpen)
            {
                job.Dispose();
                throw new ConflictException($"{MostOpen} jobs are at work on this server's files already. Wait until one has ended.");
            }
            jobs.Add(job);
        }
        Changed();
        return job;
    }

    /// <summary>Finds one; null when this process has none of that name.</summary>
    public RunningJob? Find(Guid id)
    {
        lock (gate) return jobs.Find(job => job.Row.Id == id);
    }

    /// <summary>Takes one out that ended.</summary>
    public void Remove(RunningJob job)
    {
        lock (gate) jobs.Remove(job);
        job.Dispose();
        Changed();
    }

    /// <summary>What is read, again after each change, until cancelled.</summary>
    /// <param name="look">After how long it is read again without a change while some have not ended: of a process that is gone nobody tells.</param>
    /// <param name="read">Reads it, once for all who follow.</param>
    /// <param name="cancellation">Ends the following.</param>
    public async IAsyncEnumerable<IReadOnlyList<FileJob>> FollowAsync(TimeSpan look, Func<CancellationToken, Task<IReadOnlyList<FileJob>>> read, [EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            Task next;
            lock (gate) next = change.Task;
            var rows = await ReadAsync(next, look, read).WaitAsync(cancellation);
            yield return rows;
            if (rows.All(job => job.Ended)) await next.WaitAsync(cancellation);
            else await next.WaitAsync(look, clock, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.Delay(pace, clock, cancellation);
        }
    }

    // a change is read once, however many look; what failed, or is old, is read again. Nobody's leaving ends what others wait for
    Task<IReadOnlyList<FileJob>> ReadAsync(Task next, TimeSpan look, Func<CancellationToken, Task<IReadOnlyList<FileJob>>> read)
    {
        lock (gate)
        {
            if (reading is { } last && last.Change == next && !last.Rows.IsFaulted && !last.Rows.IsCanceled && clock.GetElapsedTime(last.At) < look / 2) return last.Rows;
            var rows = Task.Run(() => read(leaving.Token), CancellationToken.None);
            reading = (next, clock.GetTimestamp(), rows);
            return rows;
        }
    }

    void Forget()
    {
        var now = clock.GetUtcNow();
        var ended = jobs.Count(job => job.EndedAt is not null);
        foreach (var job in jobs.Where(job => job.EndedAt is not null).ToList())
        {
            if (now - job.EndedAt < kept && ended <= MostKept) continue;
            jobs.Remove(job);
            job.Dispose();
            ended--;
        }
    }

    /// <summary>Something about them is another than it was.</summary>
    public void Changed()
    {
        TaskCompletionSource old;
        lock (gate) (old, change) = (change, NewSignal());
        old.SetResult();
    }

    static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Dispose()
    {
        leaving.Cancel();
        leaving.Dispose();
        Turns.Dispose();
    }
}
