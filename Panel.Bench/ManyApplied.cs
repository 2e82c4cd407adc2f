using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Panel.Kube.Client;
using Panel.Kube.Wire;
using Panel.Tests.Support;

namespace Panel.Bench;

/// <summary>1,000 servers that rest, applied: a StatefulSet, a volume claim and a Service each.</summary>
static class ManyApplied
{
    const int Servers = 1_000, ObjectsEach = 3;
    const string Theirs = "bench-kubectl";

    public static async Task<Row[]> MeasureAsync(CancellationToken cancellation)
    {
        await using var cluster = new LoneCluster();
        await cluster.StartAsync(cancellation, Theirs);
        var servers = Enumerable.Range(0, Servers).Select(BenchObjects.Server).ToArray();
        using var files = new TempFolder();
        for (var i = 0; i < Servers; i++) await File.WriteAllTextAsync(Path.Combine(files.Path, BenchObjects.Name(i) + ".json"), List(servers[i]), cancellation);

        var (began, used) = (Stopwatch.GetTimestamp(), cluster.ProcessorTime);
        await LoneCluster.ForEachAsync(Servers, (i, token) => ApplyAsync(cluster, servers[i], token), cancellation);
        var (ours, cost) = (Stopwatch.GetElapsedTime(began), cluster.ProcessorTime - used);
        began = Stopwatch.GetTimestamp();
        for (var i = 0; i < Servers / 10; i++) await ApplyAsync(cluster, servers[i], cancellation);
        var again = Stopwatch.GetElapsedTime(began);

        using var kubectl = new Kubectl(cluster.Kubeconfig);
        used = cluster.ProcessorTime;
        var theirs = Kubectl.Exists ? Text(await kubectl.TimeAsync(cancellation, "apply", "--server-side", "-n", Theirs, "-f", files.Path)) : Kubectl.Missing;
        var theirCost = cluster.ProcessorTime - used;
        var made = 0;
        await foreach (var page in cluster.Client.PagesAsync(Kinds.StatefulSets, LoneCluster.Space, new(), cancellation)) made += page.Items.Count;
        if (made != Servers) throw new InvalidOperationException($"{made} sets are there instead of {Servers}.");
        return
        [
            new("1,000 servers applied (StatefulSet, claim, Service each)", "faster than kubectl", $"{Text(ours.TotalMilliseconds)}, {LoneCluster.Parallel} servers at a time; {Each(cost)} of the cluster's processor time an object",
                $"`kubectl apply --server-side` of the same files: {theirs}, {Each(theirCost)}; one after the other, unchanged: {(again / (Servers / 10 * ObjectsEach)).TotalMilliseconds.Ms()} an object"),
        ];
    }

    static async Task ApplyAsync(LoneCluster cluster, (StatefulSet Set, PersistentVolumeClaim Claim, Service Service) server, CancellationToken cancellation)
    {
        await cluster.Client.ApplyAsync(Kinds.Claims, LoneCluster.Space, server.Claim, cancellation);
        await cluster.Client.ApplyAsync(Kinds.Services, LoneCluster.Space, server.Service, cancellation);
        await cluster.Client.ApplyAsync(Kinds.StatefulSets, LoneCluster.Space, server.Set, cancellation);
    }

    static string List((StatefulSet Set, PersistentVolumeClaim Claim, Service Service) server) =>
        $$"""{"apiVersion":"v1","kind":"List","items":[{{Json(Kinds.Claims, server.Claim)}},{{Json(Kinds.Services, server.Service)}},{{Json(Kinds.StatefulSets, server.Set)}}]}""";

    static string Json<T>(Kind<T> kind, T item) where T : KubeObject
    {
        (item.ApiVersion, item.Kind) = (kind.ApiVersion, kind.Name);
        return JsonSerializer.Serialize(item, kind.Item);
    }

    static string Each(TimeSpan cost) => (cost.TotalMilliseconds / (Servers * ObjectsEach)).Ms();

    static string Text(double milliseconds) => string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1000:0.0} s ({Servers * ObjectsEach / milliseconds * 1000:0} objects/s)");
}
