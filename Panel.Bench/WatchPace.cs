using System.Diagnostics;
using System.Globalization;
using System.Text;
using Panel.Kube.Client;

namespace Panel.Bench;

/// <summary>A burst of changes, told by a watch: while it lasts, and as fast as the client can decode it.</summary>
static class WatchPace
{
    // the last pod changes last, and tells each watcher that it has seen everything
    const int Pods = 201, Changes = 5_000, Repeats = 10;

    public static async Task<Row[]> MeasureAsync(CancellationToken cancellation)
    {
        await using var cluster = new LoneCluster();
        await cluster.StartAsync(cancellation);
        await PodList.FillAsync(cluster, Pods, cancellation);
        using var kubectl = new Kubectl(cluster.Kubeconfig);
        var peer = await WatchByKubectlAsync(cluster, kubectl, cancellation);
        var path = $"{Kinds.Pods.Path(LoneCluster.Space)}?watch=1&timeoutSeconds=300&resourceVersion={await VersionAsync(cluster, cancellation)}";
        await using var stream = await cluster.Client.OpenAsync(path, cancellation);
        await using var other = await cluster.Client.OpenAsync(path, cancellation);
        var (reading, keeping) = (ReadAsync(stream, cancellation), KeepAsync(other, cancellation));

        var began = Stopwatch.GetTimestamp();
        await LoneCluster.ForEachAsync(Changes - 1, (i, token) => ChangeAsync(cluster, i % (Pods - 1), i, token), cancellation);
        await ChangeAsync(cluster, Pods - 1, Changes, cancellation);
        var written = Stopwatch.GetTimestamp();
        var told = await reading;
        var beside = peer is null ? Kubectl.Missing : $"`kubectl get pods -w -o name` {After(await peer)}";

        var raw = await keeping;
        var (times, allocated) = (new List<double>(), 0L);
        for (var i = 0; i < Repeats; i++)
        {
            var (start, before) = (Stopwatch.GetTimestamp(), GC.GetTotalAllocatedBytes(precise: true));
            await ReadAsync(new MemoryStream(raw), cancellation);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        }
        return
        [
            new("5,000 changes of pods told by a watch while they are made", "at the API server's pace", $"{Pace(Stopwatch.GetElapsedTime(began, told).TotalMilliseconds)}; the last {After(told)}",
                $"written in that time: {Pace(Stopwatch.GetElapsedTime(began, written).TotalMilliseconds)}; the last by {beside}"),
            new("The same watch events decoded, from memory", "–", string.Create(CultureInfo.InvariantCulture, $"{Pace(times.Percentile(0.5))}, {allocated / 1e3 / Changes:0.0} kB allocated for each"),
                string.Create(CultureInfo.InvariantCulture, $"the stream: {raw.Length / 1e3 / Changes:0.0} kB for each")),
        ];

        // a watcher may be told before the one who wrote has its answer
        string After(long at) => at <= written ? "before its write was answered" : $"{Stopwatch.GetElapsedTime(written, at).TotalMilliseconds.Ms()} after its write was answered";
    }

    /// <summary>Starts kubectl's watch and waits until it tells something.</summary>
    /// <returns>What tells when its last line came; null without kubectl.</returns>
    static async Task<Task<long>?> WatchByKubectlAsync(LoneCluster cluster, Kubectl kubectl, CancellationToken cancellation)
    {
        if (!Kubectl.Exists) return null;
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var last = kubectl.UntilAsync(Name(Pods - 1), () => first.TrySetResult(), cancellation, "get", "pods", "-n", LoneCluster.Space, "--watch-only", "-o", "name");
        for (var poke = 0; !first.Task.IsCompleted; poke++)
        {
            if (last.IsFaulted) await last;
            await ChangeAsync(cluster, 0, -poke, cancellation);
            await Task.WhenAny(first.Task, Task.Delay(200, cancellation));
        }
        return last;
    }

    static Task ChangeAsync(LoneCluster cluster, int pod, int number, CancellationToken cancellation)
    {
        var change = string.Create(CultureInfo.InvariantCulture, $$$$"""{"metadata":{"annotations":{"bench/change":"{{{{number}}}}"}}}""");
        return cluster.Client.MergeAsync(Kinds.Pods, LoneCluster.Space, Name(pod), null, Encoding.UTF8.GetBytes(change), cancellation);
    }

    static string Name(int pod) => BenchObjects.Name(pod) + "-0";

    static async Task<string> VersionAsync(LoneCluster cluster, CancellationToken cancellation)
    {
        string? version = null;
        await foreach (var page in cluster.Client.PagesAsync(Kinds.Pods, LoneCluster.Space, new(), cancellation)) version = page.Metadata.ResourceVersion;
        return version!;
    }

    /// <returns>When the last came.</returns>
    static async Task<long> ReadAsync(Stream stream, CancellationToken cancellation)
    {
        var seen = 0;
        await foreach (var (type, item) in WatchEvents.ReadAsync(stream, Kinds.Pods.Item, cancellation))
        {
            if (type == WatchEventType.Modified) seen++;
            if (item.Metadata.Name == Name(Pods - 1)) return seen == Changes ? Stopwatch.GetTimestamp() : throw new InvalidOperationException($"{seen} events came instead of {Changes}.");
        }
        throw new InvalidOperationException($"The watch ended after {seen} events of {Changes}.");
    }

    static async Task<byte[]> KeepAsync(Stream stream, CancellationToken cancellation)
    {
        var (kept, buffer, lines) = (new MemoryStream(), new byte[64 << 10], 0);
        while (lines < Changes)
        {
            var read = await stream.ReadAsync(buffer, cancellation);
            if (read == 0) throw new InvalidOperationException($"The watch ended after {lines} lines.");
            kept.Write(buffer, 0, read);
            lines += buffer.AsSpan(0, read).Count((byte)'\n');
        }
        return kept.ToArray();
    }

    static string Pace(double milliseconds) => string.Create(CultureInfo.InvariantCulture, $"{Changes / milliseconds * 1000:#,0} events/s");
}
