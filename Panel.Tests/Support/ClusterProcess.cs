using System.Diagnostics;
using System.Globalization;

namespace Panel.Tests.Support;

/// <summary>The cluster of one machine as a process of its own on a data directory of its own: to be killed and started again at the same address.</summary>
public sealed class ClusterProcess : IAsyncDisposable
{
    readonly TempFolder folder = new();
    readonly int port = FreePort.Next();
    readonly Lock gate = new();
    readonly List<string> output = [];
    Process? process;

    /// <summary>How clients find it.</summary>
    public string Kubeconfig => Path.Combine(folder.Path, "kubeconfig");

    /// <summary>What it printed so far, of all its lives.</summary>
    public string Output
    {
        get { lock (gate) return string.Join('\n', output); }
    }

    /// <summary>Starts it and waits until it answers.</summary>
    public async Task StartAsync()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Panel.LocalCluster.dll");
        var before = Answers();
        var started = process = Process.Start(new ProcessStartInfo("dotnet", [program, "--data", folder.Path, "--port", port.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.Path,
        })!;
        started.OutputDataReceived += Keep;
        started.ErrorDataReceived += Keep;
        started.BeginOutputReadLine();
        started.BeginErrorReadLine();
        await Deadline.UntilAsync("the cluster answers", () => started.HasExited
            ? throw new InvalidOperationException($"The cluster ended with {started.ExitCode}:\n{Output}")
            : Answers() > before, TimeSpan.FromSeconds(60));
    }

    /// <summary>SIGKILL: nothing is saved, nothing is told, and its pods run on.</summary>
    public async Task KillAsync()
    {
        if (process is not { } running) return;
        process = null;
        if (!running.HasExited) running.Kill();
        await running.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        running.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        await LeftProcesses.EndAsync(folder.Path);
        folder.Dispose();
    }

    int Answers()
    {
        lock (gate) return output.Count(line => line.StartsWith("The cluster answers at", StringComparison.Ordinal));
    }

    void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null) return;
        lock (gate) output.Add(line.Data);
    }
}
