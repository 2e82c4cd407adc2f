using System.Diagnostics;
using System.Globalization;
using Panel.LocalCluster.Kubelet.Logs;
using Panel.LocalCluster.Kubelet.Sandbox;

namespace Panel.LocalCluster.Kubelet.Processes;

/// <summary>Names a shim for good: its number may be given to another process, number and start time together are not.</summary>
sealed record ProcessIdentity(int Pid, long Started, string BootId)
{
    public bool IsAlive => BootId == ProcFs.BootId && ProcFs.IsAlive(Pid, Started);
}

/// <summary>One run of a container: its shim, its program and all that they started.</summary>
sealed class ContainerProcess
{
    static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    readonly string directory;
    readonly ProcessTree tree;
    readonly ContainerOutput output;
    readonly TimeProvider clock;

    ContainerProcess(string directory, ProcessTree tree, ContainerLog log, ContainerOutput output, TimeProvider clock, Task gone)
    {
        (this.directory, this.tree, Log, this.output, this.clock) = (directory, tree, log, output, clock);
        Exited = WaitAsync(gone);
    }

    public ProcessIdentity Identity => tree.Shim;

    public ContainerLog Log { get; }

    public ProcessTree Tree => tree;

    /// <summary>The exit code (128 + the signal when one ended it), once every process is gone and the log is complete. Never completes for a run that was left.</summary>
    public Task<int> Exited { get; }

    /// <summary>Starts a program.</summary>
    /// <param name="launch">What to run.</param>
    /// <param name="stdin">Whether its input is a pipe; else it is empty.</param>
    /// <param name="directory">The run's own directory, which exists.</param>
    /// <param name="log">Takes what it writes.</param>
    /// <param name="name">For the reading thread.</param>
    /// <param name="clock">The time.</param>
    /// <exception cref="IOException">The pipes cannot be made or the shell cannot be started.</exception>
    public static ContainerProcess Start(HostLaunch launch, bool stdin, string directory, ContainerLog log, string name, TimeProvider clock)
    {
        foreach (var pipe in (string[])[Shim.Input, Shim.Output, Shim.Error]) Posix.MakeFifo(Path.Combine(directory, pipe));
        File.Delete(Path.Combine(directory, Shim.Exit));
        if (launch.ArgumentsFile is { } options) WriteSecret(Path.Combine(directory, Shim.Arguments), options);
        var start = new ProcessStartInfo("/usr/bin/setsid", [.. DefaultSignals.Before, "/bin/sh", .. Shim.ArgumentsFor(directory, launch.WorkingDirectory, stdin, launch.ArgumentsFile is not null, launch.Program)]);
        start.Environment.Clear();
        foreach (var (key, value) in launch.Environment) start.Environment[key] = value;
        // the reader first: what the program writes at once is then read at once
        var output = new ContainerOutput(Path.Combine(directory, Shim.Output), Path.Combine(directory, Shim.Error), log, name);
        try
        {
            var process = Process.Start(start) ?? throw new IOException("The shell cannot be started.");
            var started = ProcFs.Read(process.Id)?.Started ?? 0;
            var tree = new ProcessTree(new(process.Id, started, ProcFs.BootId), launch.ArgumentsFile is not null, launch.Environment[Shim.Marker]);
            return new(directory, tree, log, output, clock, WaitForChildAsync(process));
        }
        catch (System.ComponentModel.Win32Exception failed)
        {
            output.LeaveAsync();
            throw new IOException($"The shell cannot be started: {failed.Message}", failed);
        }
    }

    /// <summary>Takes over a run that an earlier kubelet started and whose shim is alive.</summary>
    public static ContainerProcess Adopt(ProcessIdentity shim, bool sandboxed, string marker, string directory, ContainerLog log, string name, TimeProvider clock)
    {
        var output = new ContainerOutput(Path.Combine(directory, Shim.Output), Path.Combine(directory, Shim.Error), log, name);
        return new(directory, new(shim, sandboxed, marker), log, output, clock, WaitForStrangerAsync(shim, clock));
    }

    /// <summary>The exit code that a shim left behind.</summary>
    public static int ReadExitCode(string directory)
    {
        var file = Path.Combine(directory, Shim.Exit);
        return File.Exists(file) && int.TryParse(File.ReadAllText(file).AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? code : 128 + Posix.SigKill;
    }

    /// <summary>Writes to the program's input; waits while it does not read.</summary>
    /// <exception cref="IOException">The program is over.</exception>
    public async Task WriteInputAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        using var pipe = Posix.OpenWriter(Path.Combine(directory, Shim.Input)) ?? throw new IOException("The container does not read its input.");
        while (!bytes.IsEmpty)
        {
            var written = Posix.Write(pipe, bytes.Span);
            if (written < 0) throw new IOException("The container does not read its input any more.");
            bytes = bytes[written..];
            if (written == 0) await Task.Delay(TimeSpan.FromMilliseconds(20), clock, cancellation);
        }
    }

    /// <summary>Waits until the program runs or all is over: while a sandbox is built, and once its program has ended, nobody is there to be asked. At most two seconds.</summary>
    public async Task SettleAsync(CancellationToken cancellation)
    {
        for (var waited = 0; waited < 100 && tree.FirstProgram is null && !Exited.IsCompleted && !cancellation.IsCancellationRequested; waited++)
            await Task.Delay(TimeSpan.FromMilliseconds(20), clock, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Asks the program to end.</summary>
    /// <param name="cancellation">Ends the waiting for somebody to ask.</param>
    public async Task TerminateAsync(CancellationToken cancellation)
    {
        await SettleAsync(cancellation);
        if (!Exited.IsCompleted) tree.Terminate();
    }

    /// <summary>Ends every process of the run at once.</summary>
    public async Task KillAsync()
    {
        while (!Exited.IsCompleted)
        {
            tree.Kill();
            try
            {
                await Exited.WaitAsync(TimeSpan.FromSeconds(2), clock);
            }
            catch (TimeoutException)
            {
                // the shim itself hangs, or a new child came in between: then it goes too
                tree.KillAll();
            }
        }
    }

    /// <summary>Lets the program run on without this kubelet.</summary>
    public Task LeaveAsync() => output.LeaveAsync();

    async Task<int> WaitAsync(Task gone)
    {
        await gone;
        tree.KillRest();
        await output.FinishAsync();
        return ReadExitCode(directory);
    }

    static async Task WaitForChildAsync(Process process)
    {
        using (process) await process.WaitForExitAsync();
    }

    // a process that is not our child tells nobody of its end
    static async Task WaitForStrangerAsync(ProcessIdentity shim, TimeProvider clock)
    {
        while (shim.IsAlive) await Task.Delay(Poll, clock);
    }

    static void WriteSecret(string path, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(path, options);
        writer.Write(text);
    }
}
