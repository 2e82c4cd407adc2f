using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Panel.Kube;
using Panel.Kube.Client;
using Panel.Kube.Wire;
using Panel.Tests.Support;

namespace Panel.Bench;

/// <summary>The local cluster as a process of its own without a panel, and the panel's client of it.</summary>
sealed class LoneCluster : IAsyncDisposable
{
    /// <summary>How many writes are under way at once.</summary>
    public const int Parallel = 16;

    /// <summary>The namespace that everything goes to unless another is named.</summary>
    public const string Space = "bench";

    readonly TempFolder folder = new();
    readonly KubeConnection connection;
    Process? process;

    public LoneCluster()
    {
        connection = new(Options.Create(new KubeOptions { Mode = ClusterMode.Kubernetes, Kubeconfig = Kubeconfig, RequestSeconds = 120 }), TimeProvider.System, NullLogger<KubeConnection>.Instance);
        Client = new(connection);
    }

    /// <summary>How clients find it.</summary>
    public string Kubeconfig => Path.Combine(folder.Path, "kubeconfig");

    /// <summary>The panel's client.</summary>
    public KubeClient Client { get; }

    /// <summary>What it took of the processors so far: says what work costs on a machine that is busy with other things too.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            process!.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Starts it, waits until it answers, and makes the namespaces.</summary>
    public async Task StartAsync(CancellationToken cancellation, params string[] more)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Panel.LocalCluster.dll");
        process = Process.Start(new ProcessStartInfo("dotnet", [program, "--data", folder.Path, "--port", FreePort.Next().ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = folder.Path,
        })!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        var answers = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // read to its end: what it says later must not fill the pipe
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data?.StartsWith("The cluster answers at", StringComparison.Ordinal) == true) answers.TrySetResult();
            if (line.Data is null) answers.TrySetException(new InvalidOperationException("The cluster ended."));
        };
        process.BeginOutputReadLine();
        await answers.Task.WaitAsync(limit.Token);
        foreach (var space in more.Append(Space)) await Client.CreateAsync(Kinds.Namespaces, null, new Namespace { Metadata = new() { Name = space } }, limit.Token);
    }

    /// <summary>Does something for each number, <see cref="Parallel"/> at a time.</summary>
    public static Task ForEachAsync(int count, Func<int, CancellationToken, Task> work, CancellationToken cancellation) =>
        System.Threading.Tasks.Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellation }, async (i, token) => await work(i, token));

    public async ValueTask DisposeAsync()
    {
        connection.Dispose();
        if (process is not null)
        {
            if (!process.HasExited) process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
        await LeftProcesses.EndAsync(folder.Path);
        folder.Dispose();
    }
}
