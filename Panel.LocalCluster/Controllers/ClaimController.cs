using Microsoft.Extensions.Logging;
using Panel.Kube.Wire;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Controllers;

/// <summary>
/// Gives each PersistentVolumeClaim a directory, and takes it away with the claim once no pod uses it. A claim that grows needs nothing:
/// sizes are promises here, measured and not enforced.
/// </summary>
public sealed partial class ClaimController
{
    const string Protection = "kubernetes.io/pvc-protection", DyingPrefix = ".removed-";

    readonly Objects objects;
    readonly string dataDirectory;
    readonly EventRecorder events;
    readonly PassQueue queue;
    readonly ILogger logger;

    /// <summary>A controller that does nothing until <see cref="RunAsync"/>.</summary>
    public ClaimController(Objects objects, string dataDirectory, TimeProvider clock, ILogger<ClaimController> logger)
    {
        (this.objects, this.dataDirectory, this.logger) = (objects, dataDirectory, logger);
        events = new(objects, "persistentvolume-controller", clock, logger);
        queue = new(PassAsync, clock, logger);
    }

    /// <summary>Where the files of a claim lie: under its own uid, so that a claim of the same name made later never sees them.</summary>
    public static string DirectoryOf(string dataDirectory, PersistentVolumeClaim claim) =>
        Path.Combine(VolumesOf(dataDirectory), claim.Metadata.Namespace!, $"{claim.Metadata.Name}-{claim.Metadata.Uid![..8]}");

    /// <summary>Runs until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellation) =>
        ClusterLoops.TogetherAsync(cancellation, token => Task.Run(SweepRemoved, token), FollowClaimsAsync, FollowPodsAsync, queue.RunAsync);

    async Task FollowClaimsAsync(CancellationToken cancellation)
    {
        await foreach (var change in objects.WatchAsync<PersistentVolumeClaim>(cancellation))
        {
            if (change.Kind is not ChangeKind.Removed) queue.Add(new(change.Object.Metadata.Namespace!, change.Object.Metadata.Name!));
        }
    }

    async Task FollowPodsAsync(CancellationToken cancellation)
    {
        await foreach (var change in objects.WatchAsync<Pod>(cancellation))
        {
            if (change.Kind is not ChangeKind.Removed && !change.Object.IsOver()) continue;
            foreach (var claim in ClaimsOf(change.Object)) queue.Add(new(change.Object.Metadata.Namespace!, claim));
        }
    }

    async Task<TimeSpan?> PassAsync(ObjectName name, CancellationToken cancellation)
    {
        if (objects.Find<PersistentVolumeClaim>(name.Space, name.Name) is not { } claim) return null;
        if (claim.Metadata.DeletionTimestamp is null) await BindAsync(claim, cancellation);
        else if (!objects.List<Pod>(name.Space, pod => !pod.IsOver() && ClaimsOf(pod).Contains(name.Name)).Any()) await ReleaseAsync(claim, cancellation);
        return null;
    }

    async Task BindAsync(PersistentVolumeClaim claim, CancellationToken cancellation)
    {
        var (space, name) = (claim.Metadata.Namespace, claim.Metadata.Name!);
        Directory.CreateDirectory(DirectoryOf(dataDirectory, claim));
        if (claim.Metadata.Finalizers?.Contains(Protection) is not true || claim.Spec.VolumeName is null)
        {
            await objects.UpdateAsync<PersistentVolumeClaim>(space, name, current =>
            {
                current.Metadata.Finalizers = [.. (current.Metadata.Finalizers ?? []).Except([Protection]), Protection];
                current.Spec.VolumeName ??= $"pvc-{current.Metadata.Uid}";
            }, cancellation);
        }
        var size = claim.Spec.Resources?.Requests?.GetValueOrDefault("storage") ?? "0";
        if (claim.Status?.Phase is "Bound" && claim.Status.Capacity?.GetValueOrDefault("storage") == size) return;
        var grown = claim.Status?.Phase is "Bound";
        await objects.UpdateStatusAsync<PersistentVolumeClaim>(space, name, current =>
        {
            current.Status ??= new();
            (current.Status.Phase, current.Status.AccessModes) = ("Bound", current.Spec.AccessModes);
            current.Status.Capacity = new() { ["storage"] = size };
        }, cancellation);
        if (grown) await events.NormalAsync(claim, "FileSystemResizeSuccessful", $"The volume now has {size}", cancellation);
        else await events.NormalAsync(claim, "ProvisioningSucceeded", "A directory of this machine is bound to the claim", cancellation);
    }

    async Task ReleaseAsync(PersistentVolumeClaim claim, CancellationToken cancellation)
    {
        var directory = DirectoryOf(dataDirectory, claim);
        if (Directory.Exists(directory))
        {
            // out of the way in one step: a large volume takes long to remove, and a fall in between leaves nothing half there
            var dying = Path.Combine(VolumesOf(dataDirectory), DyingPrefix + claim.Metadata.Uid);
            Directory.Move(directory, dying);
            _ = Task.Run(() => Remove(dying), CancellationToken.None);
        }
        await objects.UpdateAsync<PersistentVolumeClaim>(claim.Metadata.Namespace, claim.Metadata.Name!, current => current.Metadata.Finalizers?.Remove(Protection), cancellation);
    }

    void SweepRemoved()
    {
        if (!Directory.Exists(VolumesOf(dataDirectory))) return;
        foreach (var dying in Directory.EnumerateDirectories(VolumesOf(dataDirectory), DyingPrefix + "*")) Remove(dying);
    }

    void Remove(string directory)
    {
        try
        {
            Directory.Delete(directory, recursive: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            LogNotRemoved(fault, directory);    // the next start tries again
        }
    }

    static IEnumerable<string> ClaimsOf(Pod pod) => (pod.Spec.Volumes ?? []).Select(volume => volume.PersistentVolumeClaim?.ClaimName).OfType<string>();

    static string VolumesOf(string dataDirectory) => Path.Combine(dataDirectory, "volumes");

    [LoggerMessage(Level = LogLevel.Warning, Message = "The files in {Directory} could not be removed")]
    partial void LogNotRemoved(Exception fault, string directory);
}
