using Microsoft.Extensions.Logging;
using Panel.Kube.Wire;
using Panel.LocalCluster.Kubelet.Pods;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Kubelet.Usage;

/// <summary>Measures how much the volumes that pods use hold, and writes it to the claims.</summary>
sealed class ClaimUsage(KubeletContext context, PodSupervisor pods)
{
    /// <summary>Bytes used, as a decimal number.</summary>
    public const string Annotation = "panel.dev/used-bytes";

    static readonly TimeSpan Pause = TimeSpan.FromSeconds(3), Between = TimeSpan.FromSeconds(30), BetweenNearLimit = TimeSpan.FromSeconds(6);
    const double NearLimit = 0.9;
    const int MostFiles = 200_000;

    readonly Dictionary<(string Space, string Name), (DateTimeOffset At, bool Near)> measured = [];

    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            var used = pods.Workers.SelectMany(ClaimsOf).ToHashSet();
            foreach (var gone in measured.Keys.Where(claim => !used.Contains(claim)).ToList()) measured.Remove(gone);
            foreach (var (space, name) in used.Where(IsDue))
            {
                measured[(space, name)] = (context.Now, false);
                try
                {
                    await MeasureAsync(space, name, cancellation);
                }
                catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or StatusException)
                {
                    context.Logger.LogDebug(failure, "The volume of {Namespace}/{Claim} could not be measured", space, name);
                }
            }
            await Task.Delay(Pause, context.Clock, cancellation);
        }
    }

    // who is near the limit deletes files and waits for the number to fall
    bool IsDue((string Space, string Name) claim) => !measured.TryGetValue(claim, out var last) || context.Now - last.At > (last.Near ? BetweenNearLimit : Between);

    async Task MeasureAsync(string space, string name, CancellationToken cancellation)
    {
        if (context.Objects.Find<PersistentVolumeClaim>(space, name) is not { } claim || claim.Metadata.DeletionTimestamp is not null) return;
        var directory = context.Paths.Claim(claim);
        if (!Directory.Exists(directory)) return;
        var bytes = Measure(directory, cancellation);
        measured[(space, name)] = (context.Now, Quantity.TryParse(claim.Status?.Capacity?.GetValueOrDefault("storage"), out var capacity) && bytes > (double)capacity * NearLimit);
        var used = bytes.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (claim.Metadata.Annotations?.GetValueOrDefault(Annotation) == used) return;
        await context.Objects.UpdateAsync<PersistentVolumeClaim>(space, name, stored => (stored.Metadata.Annotations ??= [])[Annotation] = used, cancellation);
    }

    // the first files of a volume with very many are enough: such a volume is large, and looking must not cost more than playing
    static long Measure(string directory, CancellationToken cancellation)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };
        long total = 0;
        foreach (var file in new DirectoryInfo(directory).EnumerateFiles("*", options).Take(MostFiles))
        {
            cancellation.ThrowIfCancellationRequested();
            total += file.Length;
        }
        return total;
    }

    static IEnumerable<(string Space, string Name)> ClaimsOf(PodWorker worker) =>
        (worker.Pod.Spec.Volumes ?? []).Select(volume => volume.PersistentVolumeClaim?.ClaimName).OfType<string>().Select(name => (worker.Pod.Metadata.Namespace!, name));
}
