using Microsoft.Extensions.Logging;
using Panel.Contracts.Servers;
using Panel.Core.Errors;
using Panel.Core.Templates;

namespace Panel.Core.Servers;

/// <summary>
/// One pass over one server: makes the cluster as the row says. Idempotent: it may be repeated at any time, and ends what a pass before it
/// left undone. What it cannot do yet comes with the next pass, which the watch wakes.
/// </summary>
public sealed partial class ServerPass(
    ServerRows rows, ServerTemplates templates, IServerCluster cluster, GameSteps game, ObservedServers observed, ServerMemory memory, ILogger<ServerPass> log)
{
    /// <summary>Brings the cluster a step nearer to what is wanted of the server.</summary>
    /// <exception cref="ClusterUnavailableException">The cluster cannot be reached or refuses; the pass has to be repeated.</exception>
    public async Task RunAsync(ServerId id, CancellationToken cancellation)
    {
        if (await rows.FindAsync(id, cancellation) is not { } row)
        {
            memory.Forget(id);
            return;
        }
        var (server, owner) = row;
        if (server.Hold == Hold.Deleting)
        {
            await DeleteAsync(server, cancellation);
        }
        else if (templates.Find(server, owner) is { } made)
        {
            if (await game.Crashes.RunAsync(server, observed.Find(id)?.Pod, cancellation)) return;
            await RunAsync(server, made.Template, made.Spec, observed.Find(id), cancellation);
            await game.Stopping.RunAsync(server, made.Template, observed.Find(id)?.Pod, cancellation);
        }
        else
        {
            LogNoTemplate(server.ObjectName, server.Template);
        }
    }

    Task RunAsync(Server server, Template template, ServerSpec spec, ServerSeen? seen, CancellationToken cancellation) => server switch
    {
        // an install that has begun runs to its end, for half of one is of no use to anybody; another one waits
        { Suspension: not Suspension.None, Hold: Hold.Installing } when seen?.Install?.Attempt != server.InstallAttempt => StopAsync(server, seen, cancellation),
        { Hold: Hold.Installing } => InstallAsync(server, template, spec, seen, cancellation),
        { Hold: not Hold.None } => StopAsync(server, seen, cancellation),
        { Suspension: not Suspension.None } => RestAsync(server, spec, seen, cancellation),
        { Intent: RunIntent.Running } => StartAsync(server, template, spec, seen, cancellation),
        _ => RestAsync(server, spec, seen, cancellation),
    };

    async Task StartAsync(Server server, Template template, ServerSpec spec, ServerSeen? seen, CancellationToken cancellation)
    {
        await cluster.ApplyAsync(spec, cancellation);
        if (server.PreparedStarts < server.Starts)
        {
            await game.Config.PrepareAsync(server, template, cancellation);
            await rows.PreparedAsync(server, cancellation);
        }
        await cluster.ScaleAsync(server.ObjectName, 1, cancellation);
        // the pod of an older start goes; its StatefulSet makes one of this start in its place
        if (seen?.Pod is { } pod && pod.Starts < server.Starts) await EndAsync(server, pod, cancellation);
    }

    async Task RestAsync(Server server, ServerSpec spec, ServerSeen? seen, CancellationToken cancellation)
    {
        await cluster.ApplyAsync(spec, cancellation);
        await cluster.ScaleAsync(server.ObjectName, 0, cancellation);
        await EndKilledAsync(server, seen, cancellation);
    }

    async Task StopAsync(Server server, ServerSeen? seen, CancellationToken cancellation)
    {
        if (seen is { Replicas: > 0 }) await cluster.ScaleAsync(server.ObjectName, 0, cancellation);
        await EndKilledAsync(server, seen, cancellation);
    }

    /// <summary>Scaled down, a pod ends by itself with its time to save; a killed one has none.</summary>
    Task EndKilledAsync(Server server, ServerSeen? seen, CancellationToken cancellation) =>
        seen?.Pod is { } pod && pod.Starts <= server.KilledThrough ? EndAsync(server, pod, cancellation) : Task.CompletedTask;

    async Task EndAsync(Server server, PodSeen pod, CancellationToken cancellation)
    {
        var now = pod.Starts <= server.KilledThrough;
        if (now || !pod.Deleting) await cluster.EndPodAsync(server.ObjectName, pod.Uid, now, cancellation);
    }

    async Task InstallAsync(Server server, Template template, ServerSpec spec, ServerSeen? seen, CancellationToken cancellation)
    {
        if (seen?.Pod is not null || seen is { Replicas: > 0 })
        {
            await StopAsync(server, seen, cancellation); // no program writes while the script does
            return;
        }
        if (template.Install is null)
        {
            await cluster.ApplyAsync(spec, cancellation);
            await cluster.ScaleAsync(server.ObjectName, 0, cancellation);
            await game.Config.WipeAsync(server, cancellation);
            await rows.InstalledAsync(server, fault: null, cancellation);
            return;
        }
        if (seen?.Install is not { } install || install.Attempt != server.InstallAttempt || install.State == InstallState.Running)
        {
            await cluster.InstallAsync(spec, cancellation);
            return;
        }
        await rows.InstalledAsync(server, install.State == InstallState.Succeeded ? null : install.Message ?? "The script ended with an error.", cancellation);
    }

    async Task DeleteAsync(Server server, CancellationToken cancellation)
    {
        if (!await cluster.DeleteAsync(server.ObjectName, cancellation))
        {
            rows.LookAgainSoon(server);
            return;
        }
        await rows.RemovedAsync(server, cancellation);
        memory.Forget(server.Id);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The server {Server} is left as it is: its template {Template} is gone")]
    partial void LogNoTemplate(string server, string template);
}
