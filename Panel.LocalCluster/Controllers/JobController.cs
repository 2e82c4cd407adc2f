using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Panel.Kube.Wire;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Controllers;

/// <summary>
/// Runs the pods of Jobs until enough of them succeed or too many fail, and removes a Job its time to live after that.
/// Pod names follow from the Job and a number, so that a pass that is done twice makes no pod twice.
/// </summary>
/// <remarks>https://kubernetes.io/docs/concepts/workloads/controllers/job/</remarks>
public sealed class JobController
{
    static readonly TimeSpan FirstBackoff = TimeSpan.FromSeconds(10), LongestBackoff = TimeSpan.FromMinutes(6);

    readonly Objects objects;
    readonly EventRecorder events;
    readonly TimeProvider clock;
    readonly PassQueue queue;

    /// <summary>A controller that does nothing until <see cref="RunAsync"/>.</summary>
    public JobController(Objects objects, TimeProvider clock, ILogger<JobController> logger)
    {
        (this.objects, this.clock) = (objects, clock);
        events = new(objects, "job-controller", clock, logger);
        queue = new(PassAsync, clock, logger);
    }

    /// <summary>Runs until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellation) => ClusterLoops.TogetherAsync(cancellation, FollowJobsAsync, FollowPodsAsync, queue.RunAsync);

    async Task FollowJobsAsync(CancellationToken cancellation)
    {
        await foreach (var change in objects.WatchAsync<Job>(cancellation))
        {
            if (change.Kind is not ChangeKind.Removed) queue.Add(new(change.Object.Metadata.Namespace!, change.Object.Metadata.Name!));
        }
    }

    async Task FollowPodsAsync(CancellationToken cancellation)
    {
        await foreach (var change in objects.WatchAsync<Pod>(cancellation))
        {
            if (OwnedPods.Controller(change.Object, "Job") is { } owner) queue.Add(owner);
        }
    }

    async Task<TimeSpan?> PassAsync(ObjectName name, CancellationToken cancellation)
    {
        if (objects.Find<Job>(name.Space, name.Name) is not { Metadata.DeletionTimestamp: null } job) return null;
        var pods = FindPods(job);
        if (Finished(job) is { } over) return await FinishAsync(job, over, pods, cancellation);

        var started = job.Status?.StartTime ?? clock.GetUtcNow();
        var (succeeded, failed) = (pods.Values.Count(pod => pod.Status?.Phase is "Succeeded"), pods.Values.Count(pod => pod.Status?.Phase is "Failed"));
        var active = pods.Values.Where(pod => !pod.IsOver() && !pod.IsTerminating()).ToList();
        var retries = failed + active.Sum(pod => pod.Status?.ContainerStatuses?.Sum(container => container.RestartCount) ?? 0);
        var wanted = job.Spec.Completions ?? 1;
        var deadline = job.Spec.ActiveDeadlineSeconds is { } seconds ? started.AddSeconds(seconds) - clock.GetUtcNow() : (TimeSpan?)null;

        var end = (succeeded >= wanted, retries > (job.Spec.BackoffLimit ?? 6), deadline <= TimeSpan.Zero) switch
        {
            (true, _, _) => new Condition { Type = "Complete", Status = "True", Reason = "CompletionsReached", Message = "Reached expected number of succeeded pods" },
            (_, true, _) => new Condition { Type = "Failed", Status = "True", Reason = "BackoffLimitExceeded", Message = "Job has reached the specified backoff limit" },
            (_, _, true) => new Condition { Type = "Failed", Status = "True", Reason = "DeadlineExceeded", Message = "Job was active longer than specified deadline" },
            _ => null,
        };
        TimeSpan? again = deadline;
        if (end is null)
        {
            var missing = Math.Min(job.Spec.Parallelism ?? 1, wanted - succeeded) - active.Count;
            if (missing > 0 && Backoff(pods.Values, failed) is { } wait && wait > TimeSpan.Zero) again = Shorter(again, wait);
            else await CreateAsync(job, pods, missing, cancellation);
        }
        await ReportAsync(job, started, end, succeeded, failed, cancellation);
        if (end is not null) await TellAsync(job, end, cancellation);
        return end is null ? again : TimeSpan.Zero;
    }

    async Task<TimeSpan?> FinishAsync(Job job, Condition over, SortedDictionary<int, Pod> pods, CancellationToken cancellation)
    {
        foreach (var pod in pods.Values.Where(pod => !pod.IsOver() && !pod.IsTerminating())) await DeletePodAsync(pod, cancellation);
        if (job.Spec.TtlSecondsAfterFinished is not { } ttl) return null;
        var left = (over.LastTransitionTime ?? clock.GetUtcNow()).AddSeconds(ttl) - clock.GetUtcNow();
        if (left > TimeSpan.Zero) return left;
        await objects.DeleteAsync<Job>(job.Metadata.Namespace, job.Metadata.Name!, new() { PropagationPolicy = "Background", Preconditions = new() { Uid = job.Metadata.Uid } }, cancellation);
        return null;
    }

    SortedDictionary<int, Pod> FindPods(Job job)
    {
        var found = new SortedDictionary<int, Pod>();
        // pods are numbered from 0; one that somebody removed leaves a gap no wider than what may run at once
        for (var (i, gap) = (0, 0); gap <= (job.Spec.Parallelism ?? 1); i++)
        {
            if (objects.Find<Pod>(job.Metadata.Namespace, PodName(job, i)) is { } pod && pod.IsControlledBy(job)) (found[i], gap) = (pod, 0);
            else gap++;
        }
        return found;
    }

    TimeSpan? Backoff(IEnumerable<Pod> pods, int failed)
    {
        if (failed == 0) return null;
        var last = pods.Where(pod => pod.Status?.Phase is "Failed").Max(EndedAt);
        var wait = Math.Min(LongestBackoff.TotalSeconds, FirstBackoff.TotalSeconds * Math.Pow(2, failed - 1));
        return last?.AddSeconds(wait) - clock.GetUtcNow();
    }

    static DateTimeOffset? EndedAt(Pod pod) =>
        pod.Status?.ContainerStatuses?.Max(container => container.State?.Terminated?.FinishedAt) ?? pod.Metadata.CreationTimestamp;

    static TimeSpan Shorter(TimeSpan? one, TimeSpan other) => one is { } known && known < other ? known : other;

    async Task CreateAsync(Job job, SortedDictionary<int, Pod> pods, int missing, CancellationToken cancellation)
    {
        for (var i = 0; missing > 0; i++)
        {
            if (pods.ContainsKey(i)) continue;
            missing--;
            var pod = NewPod(job, i);
            try
            {
                await objects.CreateAsync(pod, cancellation);
            }
            catch (StatusException refusal) when (refusal.Code is not 409)
            {
                await events.WarningAsync(job, "FailedCreate", $"Error creating: {refusal.Message}", cancellation);
                throw;
            }
            await events.NormalAsync(job, "SuccessfulCreate", $"Created pod: {pod.Metadata.Name}", cancellation);
        }
    }

    async Task DeletePodAsync(Pod pod, CancellationToken cancellation)
    {
        try
        {
            await objects.DeleteAsync<Pod>(pod.Metadata.Namespace, pod.Metadata.Name!, new() { Preconditions = new() { Uid = pod.Metadata.Uid } }, cancellation);
        }
        catch (StatusException refusal) when (refusal.Code is 404 or 409)
        {
            return;     // gone already
        }
    }

    Task ReportAsync(Job job, DateTimeOffset started, Condition? end, int succeeded, int failed, CancellationToken cancellation)
    {
        var active = FindPods(job).Values.Where(pod => !pod.IsOver() && !pod.IsTerminating()).ToList();
        return objects.UpdateStatusAsync<Job>(job.Metadata.Namespace, job.Metadata.Name!, current =>
        {
            var status = current.Status ??= new();
            status.StartTime ??= started;
            (status.Active, status.Ready) = (end is null ? active.Count : 0, end is null ? active.Count(OwnedPods.IsReady) : 0);
            (status.Succeeded, status.Failed) = (succeeded, failed);
            if (end is null) return;
            end.LastTransitionTime = end.LastProbeTime = clock.GetUtcNow();
            if (end.Type is "Complete") status.CompletionTime = end.LastTransitionTime;
            status.Conditions = [.. status.Conditions ?? [], end];
        }, cancellation);
    }

    Task TellAsync(Job job, Condition end, CancellationToken cancellation) => end.Type is "Complete"
        ? events.NormalAsync(job, "Completed", "Job completed", cancellation)
        : events.WarningAsync(job, end.Reason!, end.Message!, cancellation);

    static Condition? Finished(Job job) => job.Status?.Conditions?.Find(condition => condition is { Type: "Complete" or "Failed", Status: "True" });

    static Pod NewPod(Job job, int number)
    {
        var template = job.Spec.Template;
        return new()
        {
            Metadata = new()
            {
                Namespace = job.Metadata.Namespace,
                Name = PodName(job, number),
                Annotations = template.Metadata.Annotations,
                Labels = new(template.Metadata.Labels ?? [])
                {
                    ["job-name"] = job.Metadata.Name!,
                    ["batch.kubernetes.io/job-name"] = job.Metadata.Name!,
                    ["controller-uid"] = job.Metadata.Uid!,
                    ["batch.kubernetes.io/controller-uid"] = job.Metadata.Uid!,
                },
                OwnerReferences = [OwnedPods.Reference(job, "batch/v1", "Job")],
            },
            Spec = template.Spec,
        };
    }

    static string PodName(Job job, int number)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{job.Metadata.Uid}/{number}")))[..5];
        var name = job.Metadata.Name!;
        return $"{(name.Length > 57 ? name[..57] : name)}-{hash}";
    }
}
