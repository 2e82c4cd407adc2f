using Panel.Contracts.Servers;
using Panel.Core.Reconciling;
using Panel.Core.Replicas;

namespace Panel.Core.Files.Jobs;

/// <summary>Jobs on files: lists of them are read anew, and what others want of a job is seen to at once.</summary>
sealed class JobNotices(JobRows rows, FileJobs jobs) : NoticeTopic("jobs")
{
    public override Pending<string> Untold => rows.Untold;

    public override Task HearAsync(IReadOnlyCollection<string> keys, CancellationToken cancellation)
    {
        foreach (var key in keys)
        {
            if (Guid.TryParseExact(key, "N", out var value)) jobs.Heard(new ServerId(value));
        }
        return Task.CompletedTask;
    }

    public override Task MissedAsync(CancellationToken cancellation)
    {
        jobs.Heard(null);
        return Task.CompletedTask;
    }
}
