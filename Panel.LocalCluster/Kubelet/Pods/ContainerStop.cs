using Microsoft.Extensions.Logging;
using Panel.Kube.Wire;
using Panel.LocalCluster.Kubelet.Probes;

namespace Panel.LocalCluster.Kubelet.Pods;

/// <summary>Ends containers as Kubernetes does: the hook, SIGTERM, and when the time is over SIGKILL.</summary>
static class ContainerStop
{
    // a hook that used up the grace period leaves the program this long to react to the signal
    static readonly TimeSpan AfterHook = TimeSpan.FromSeconds(2);

    // no timer takes much more
    const long LongestGrace = 30 * 24 * 60 * 60;

    /// <summary>How long a pod may take to end; a length that no timer takes is cut to a month.</summary>
    public static TimeSpan Grace(long? seconds) => TimeSpan.FromSeconds(Math.Clamp(seconds ?? 30, 0, LongestGrace));

    /// <param name="context">The kubelet.</param>
    /// <param name="pod">The pod.</param>
    /// <param name="unit">Its container.</param>
    /// <param name="why">The event's text.</param>
    /// <param name="deadline">Cancelled when the grace period is over; what it is asked for may come sooner than was planned.</param>
    public static async Task RunAsync(KubeletContext context, Pod pod, ContainerUnit unit, string why, CancellationToken deadline)
    {
        if (unit.Process is not { } process) return;
        context.Events.Normal(pod, "Killing", why);
        if (!deadline.IsCancellationRequested && unit.Spec.Lifecycle?.PreStop is { } hook)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline);
            var running = RunHookAsync(context, pod, unit, "PreStop", hook, either.Token);
            await Task.WhenAny(running, process.Exited);
            await either.CancelAsync();
            await running;
        }
        if (!process.Exited.IsCompleted && !deadline.IsCancellationRequested)
        {
            await process.TerminateAsync(deadline);
            await WaitAsync(process.Exited, deadline);
        }
        else if (!process.Exited.IsCompleted && pod.Metadata.DeletionGracePeriodSeconds is > 0)
        {
            using var last = new CancellationTokenSource(AfterHook, context.Clock);
            await process.TerminateAsync(last.Token);
            await WaitAsync(process.Exited, last.Token);
        }
        await process.KillAsync();
    }

    /// <summary>Runs a hook; one that fails is reported and changes nothing.</summary>
    /// <returns>Whether it succeeded.</returns>
    public static async Task<bool> RunHookAsync(KubeletContext context, Pod pod, ContainerUnit unit, string name, LifecycleHandler hook, CancellationToken cancellation)
    {
        try
        {
            var problem = await ProbeAction.RunAsync(hook.Exec, hook.TcpSocket, hook.HttpGet, unit, Timeout.InfiniteTimeSpan, context.Clock, cancellation);
            if (problem is null) return true;
            if (unit.Running) context.Events.Warning(pod, $"Failed{name}Hook", $"{name}Hook failed: {problem}");
            return false;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return false;
        }
        catch (InvalidOperationException failure)
        {
            // the hook's process went with the container's
            context.Logger.LogDebug(failure, "Hook {Hook} of {Pod} ended with its container", name, pod.Metadata.Name);
            return false;
        }
    }

    static async Task WaitAsync(Task exited, CancellationToken deadline)
    {
        // not on the caller of the cancellation: that is the loop that follows all pods
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (deadline.Register(over.SetResult)) await Task.WhenAny(exited, over.Task);
    }
}
