using System.Diagnostics;
using System.Text.Json.Nodes;
using Panel.Kube.Client;

namespace Panel.Bench;

/// <summary>5,000 pods listed and decoded by the panel's client.</summary>
static class PodList
{
    const int Pods = 5_000, Runs = 10, PeerRuns = 3;

    public static async Task<Row[]> MeasureAsync(CancellationToken cancellation)
    {
        await using var cluster = new LoneCluster();
        await cluster.StartAsync(cancellation);
        await FillAsync(cluster, Pods, cancellation);
        var (times, allocated) = (new List<double>(), new List<double>());
        for (var i = 0; i <= Runs; i++)
        {
            var (began, before) = (Stopwatch.GetTimestamp(), GC.GetTotalAllocatedBytes(precise: true));
            var count = await CountAsync(cluster, cancellation);
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            allocated.Add((GC.GetTotalAllocatedBytes(precise: true) - before) / 1e6);
            if (count != Pods) throw new InvalidOperationException($"{count} pods came instead of {Pods}.");
        }
        var (bytes, readOnly, treeTime, tree) = await PlainAsync(cluster, cancellation);
        var (kubectl, peer) = (new Kubectl(cluster.Kubeconfig), new List<double>());
        using (kubectl)
        {
            for (var i = 0; Kubectl.Exists && i < PeerRuns; i++) peer.Add(await kubectl.TimeAsync(cancellation, "get", "pods", "-n", LoneCluster.Space, "-o", "json"));
        }
        var warm = times.Skip(1);
        return
        [
            new("5,000 pods listed and decoded", "faster than kubectl", $"p50 {warm.Percentile(0.5).Ms()}, worst {warm.Max().Ms()} of {Runs}; the first time {times[0].Ms()}",
                $"`kubectl get pods -o json`: {(peer.Count > 0 ? $"p50 {peer.Percentile(0.5).Ms()}" : Kubectl.Missing)}; the same pages read and thrown away: {readOnly.Ms()}"),
            new("Bytes allocated for it", "≤ half of the official client's, which is not to be had here", $"{allocated.Skip(1).Percentile(0.5):0.0} MB for {bytes / 1e6:0.0} MB of JSON",
                $"the same pages read as text into a tree of JsonNode: {tree:0.0} MB, {treeTime.Ms()}"),
        ];
    }

    /// <summary>Makes pods that look as if they ran.</summary>
    public static Task FillAsync(LoneCluster cluster, int pods, CancellationToken cancellation) => LoneCluster.ForEachAsync(pods, async (i, token) =>
    {
        var pod = BenchObjects.Pod(i);
        await cluster.Client.CreateAsync(Kinds.Pods, LoneCluster.Space, pod, token);
        await cluster.Client.MergeAsync(Kinds.Pods, LoneCluster.Space, pod.Metadata.Name!, "status", BenchObjects.Running, token);
    }, cancellation);

    static async Task<int> CountAsync(LoneCluster cluster, CancellationToken cancellation)
    {
        var count = 0;
        await foreach (var page in cluster.Client.PagesAsync(Kinds.Pods, LoneCluster.Space, new(), cancellation)) count += page.Items.Count;
        return count;
    }

    static async Task<(long Bytes, double ReadOnly, double TreeTime, double TreeMegabytes)> PlainAsync(LoneCluster cluster, CancellationToken cancellation)
    {
        var (bytes, readOnly) = (0L, TimeSpan.Zero);
        var (began, before) = (Stopwatch.GetTimestamp(), GC.GetTotalAllocatedBytes(precise: true));
        var paths = new List<string>();
        for (string? next = ""; next is not null;)
        {
            paths.Add($"{Kinds.Pods.Path(LoneCluster.Space)}?limit={KubeClient.PageSize}{(next.Length == 0 ? "" : "&continue=" + Uri.EscapeDataString(next))}");
            using var text = new StreamReader(await cluster.Client.OpenAsync(paths[^1], cancellation));
            var page = JsonNode.Parse(await text.ReadToEndAsync(cancellation))!;
            _ = page["items"]!.AsArray().Sum(item => Walk(item));
            next = page["metadata"]?["continue"]?.GetValue<string>() is { Length: > 0 } more ? more : null;
        }
        var (tree, treeTime) = ((GC.GetTotalAllocatedBytes(precise: true) - before) / 1e6, Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        var (buffer, again) = (new byte[64 << 10], Stopwatch.GetTimestamp());
        foreach (var path in paths)
        {
            await using var body = await cluster.Client.OpenAsync(path, cancellation);
            for (int read; (read = await body.ReadAsync(buffer, cancellation)) > 0;) bytes += read;
        }
        readOnly = Stopwatch.GetElapsedTime(again);
        return (bytes, readOnly.TotalMilliseconds, treeTime, tree);
    }

    // a node is made when somebody looks at it
    static int Walk(JsonNode? node) => node switch
    {
        JsonObject item => 1 + item.Sum(field => Walk(field.Value)),
        JsonArray list => 1 + list.Sum(Walk),
        _ => 1,
    };
}
