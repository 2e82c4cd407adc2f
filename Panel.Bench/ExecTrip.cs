using System.Diagnostics;
using Panel.Kube.Client;

namespace Panel.Bench;

/// <summary>A program that does nothing, run in a pod: from the request to its exit code.</summary>
static class ExecTrip
{
    const int Runs = 300, PeerRuns = 30, Warm = 10;
    const string Name = "bench-exec";

    public static async Task<Row[]> MeasureAsync(CancellationToken cancellation)
    {
        await using var cluster = new LoneCluster();
        await cluster.StartAsync(cancellation);
        await cluster.Client.CreateAsync(Kinds.Pods, LoneCluster.Space, BenchObjects.Idle(Name), cancellation);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        while ((await cluster.Client.FindAsync(Kinds.Pods, LoneCluster.Space, Name, limit.Token))?.Status?.Phase != "Running") await Task.Delay(50, limit.Token);

        var (samples, peer, own, alone) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var i = -Warm; i < Runs; i++)
        {
            var time = await OnceAsync(cluster, cancellation);
            if (i >= 0) samples.Add(time);
        }
        using var kubectl = new Kubectl(cluster.Kubeconfig);
        for (var i = 0; Kubectl.Exists && i < PeerRuns; i++)
        {
            peer.Add(await kubectl.TimeAsync(cancellation, "exec", "-n", LoneCluster.Space, Name, "-c", "game", "--", "true"));
            own.Add(await kubectl.TimeAsync(cancellation, "version", "--client"));
        }
        for (var i = 0; i < PeerRuns; i++) alone.Add(await AloneAsync(cancellation));
        var beside = peer.Count == 0 ? Kubectl.Missing : $"`kubectl exec`: p50 {peer.Percentile(0.5).Ms()}, p99 {peer.Percentile(0.99).Ms()} of {PeerRuns}, of which its own start is {own.Percentile(0.5).Ms()}";
        return [new("Exec of a program that does nothing, to its exit code", "faster than kubectl", $"p50 {samples.Percentile(0.5).Ms()}, p99 {samples.Percentile(0.99).Ms()} of {Runs}", $"{beside}; the program without a cluster: p50 {alone.Percentile(0.5).Ms()}")];
    }

    static async Task<double> OnceAsync(LoneCluster cluster, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        await using var socket = await ChannelSocket.ExecAsync(cluster.Client, LoneCluster.Space, Name, "game", ["true"], cancellation);
        var code = await socket.ExitAsync(cancellation);
        return code == 0 ? Stopwatch.GetElapsedTime(began).TotalMilliseconds : throw new InvalidOperationException($"The program ended with {code}: {socket.Errors}");
    }

    static async Task<double> AloneAsync(CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        using var program = Process.Start(new ProcessStartInfo("true"))!;
        await program.WaitForExitAsync(cancellation);
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }
}
