using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Files;
using Panel.Contracts.Servers;
using Panel.Core.Errors;
using Panel.Core.Reconciling;

namespace Panel.Core.Files.Jobs;

/// <summary>
/// Jobs in the database, where every replica finds them: the one that works on a job writes there how it stands, and reads what others want of it.
/// A job whose process is not heard of any more has failed.
/// </summary>
public sealed class JobRows(IDbContextFactory<PanelDb> databases, TimeProvider clock) : IDisposable
{
    /// <summary>How long ended jobs are told of.</summary>
    internal static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    /// <summary>After how long without a word a process is taken to be gone.</summary>
    internal static readonly TimeSpan Silence = TimeSpan.FromSeconds(25);

    /// <summary>This process.</summary>
    internal Guid Self { get; } = Guid.NewGuid();

    /// <summary>Of which servers' jobs the other replicas were not told yet.</summary>
    internal Pending<string> Untold { get; } = new();

    /// <summary>Writes a job that this process begins, and forgets those that ended long ago.</summary>
    internal async Task AddAsync(ServerId id, FileJob job, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var old = now - Kept;
        await db.FileJobs.Where(kept => kept.SeenAt < old).ExecuteDeleteAsync(cancellation);
        db.FileJobs.Add(new() { Id = job.Id, ServerId = id, Worker = Self, Row = KeptJob.Text(job), SeenAt = now });
        await db.SaveChangesAsync(cancellation);
        Tell(id);
    }

    /// <summary>Writes how a job of this process stands, and reads what others want of it.</summary>
    internal async Task<(bool Stop, WhenExists? Answer)> SaveAsync(ServerId id, FileJob job, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (await db.FileJobs.FindAsync([job.Id], cancellation) is not { } kept) return (true, null);    // its server was removed
        var text = KeptJob.Text(job);
        var changed = kept.Row != text;
        (kept.Row, kept.Ended, kept.SeenAt) = (text, job.Ended, clock.GetUtcNow());
        // an answer is to one question
        var answer = kept.Answer;
        if (job.State is not FileJobState.Asking) kept.Answer = null;
        await db.SaveChangesAsync(cancellation);
        if (changed) Tell(id);
        return (kept.Stop, answer);
    }

    /// <summary>The jobs of a server that other processes work on, or did; and which of this process are still in the list.</summary>
    internal async Task<(IReadOnlyList<FileJob> Others, IReadOnlySet<Guid> Own)> ReadAsync(ServerId id, CancellationToken cancellation)
    {
        var old = clock.GetUtcNow() - Kept;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var rows = await db.FileJobs.AsNoTracking().Where(job => job.ServerId == id && job.SeenAt > old).ToListAsync(cancellation);
        return ([.. rows.Where(row => row.Worker != Self).Select(View)], rows.Where(row => row.Worker == Self).Select(row => row.Id).ToHashSet());
    }

    /// <summary>Cancels a job of another process; takes one that ended from the list.</summary>
    /// <exception cref="NotFoundException">There is no such job.</exception>
    internal async Task CancelAsync(ServerId id, Guid job, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var row = await FindAsync(db, id, job, cancellation);
        if (View(row).Ended) db.FileJobs.Remove(row);
        else row.Stop = true;
        await db.SaveChangesAsync(cancellation);
        Tell(id);
    }

    /// <summary>Answers what a job of another process asks; false when it does not, or has its answer.</summary>
    /// <exception cref="NotFoundException">There is no such job.</exception>
    internal async Task<bool> AnswerAsync(ServerId id, Guid job, WhenExists answer, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var row = await FindAsync(db, id, job, cancellation);
        if (View(row).State is not FileJobState.Asking || row.Answer is not null) return false;
        row.Answer = answer;
        await db.SaveChangesAsync(cancellation);
        return true;
    }

    /// <summary>Takes a job of this process from the list.</summary>
    internal async Task RemoveAsync(ServerId id, Guid job, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await db.FileJobs.Where(kept => kept.Id == job).ExecuteDeleteAsync(cancellation);
        Tell(id);
    }

    static async Task<KeptJob> FindAsync(PanelDb db, ServerId id, Guid job, CancellationToken cancellation) =>
        await db.FileJobs.SingleOrDefaultAsync(kept => kept.Id == job && kept.ServerId == id, cancellation) ?? throw new NotFoundException("Job");

    /// <summary>How a job stands; what nobody works on any more has failed.</summary>
    FileJob View(KeptJob kept)
    {
        var job = kept.View();
        if (job.Ended || clock.GetUtcNow() - kept.SeenAt < Silence) return job;
        return job with { State = FileJobState.Failed, Text = "The panel's process that worked on it ended. Nothing of it stayed; start it again.", Existing = [], ExistingCount = 0 };
    }

    void Tell(ServerId id) => Untold.Add(id.Value.ToString("N"));

    /// <inheritdoc/>
    public void Dispose() => Untold.Dispose();
}
