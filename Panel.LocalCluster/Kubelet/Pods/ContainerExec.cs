using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Panel.LocalCluster.Kubelet.Processes;
using Panel.LocalCluster.Kubelet.Sandbox;

namespace Panel.LocalCluster.Kubelet.Pods;

/// <summary>The container is not running, or the command cannot be started in it.</summary>
sealed class ExecException(string message) : Exception(message);

/// <summary>A command that runs beside a container's program.</summary>
sealed class ContainerExec : IDisposable
{
    const int Rounds = 50;

    readonly Process process;
    readonly ProcessIdentity leader;

    ContainerExec(Process process) =>
        (this.process, leader) = (process, new(process.Id, ProcFs.Read(process.Id)?.Started ?? long.MaxValue, ProcFs.BootId));

    public Stream Input => process.StandardInput.BaseStream;
    public Stream Output => process.StandardOutput.BaseStream;
    public Stream Error => process.StandardError.BaseStream;

    /// <summary>Starts a command; its three streams are pipes.</summary>
    /// <exception cref="ExecException">It cannot be started.</exception>
    public static ContainerExec Start(HostLaunch launch)
    {
        // a session of its own: by that everything it starts is found again, also what has lost its parent
        var start = new ProcessStartInfo("/usr/bin/setsid", [.. DefaultSignals.Before, .. launch.Program])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = launch.WorkingDirectory,
        };
        start.Environment.Clear();
        foreach (var (key, value) in launch.Environment) start.Environment[key] = value;
        try
        {
            return new(Process.Start(start) ?? throw new ExecException("The command cannot be started."));
        }
        catch (Win32Exception failed)
        {
            throw new ExecException($"exec: \"{launch.Program[0]}\": {failed.Message}");
        }
    }

    /// <summary>Ends the command's input, even when what was written did not get through.</summary>
    public void CloseInput()
    {
        try
        {
            process.StandardInput.BaseStream.Dispose();
        }
        catch (IOException closed)
        {
            // the command was faster
            _ = closed;
        }
    }

    /// <summary>Waits for the command's end.</summary>
    public async Task<int> WaitAsync(CancellationToken cancellation)
    {
        await process.WaitForExitAsync(cancellation);
        return process.ExitCode;
    }

    /// <summary>Runs a command to its end without input, as hooks and probes do.</summary>
    /// <returns>The exit code and what it wrote, at most 10 KiB.</returns>
    /// <exception cref="OperationCanceledException">It took too long and was ended.</exception>
    public static async Task<(int ExitCode, string Said)> RunAsync(HostLaunch launch, CancellationToken cancellation)
    {
        using var exec = Start(launch);
        exec.Input.Close();
        var said = new StringBuilder();
        try
        {
            await Task.WhenAll(ReadAsync(exec.Output, said, cancellation), ReadAsync(exec.Error, said, cancellation), exec.WaitAsync(cancellation)).WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            exec.Kill();
            throw;
        }
        lock (said) return (exec.process.ExitCode, said.ToString().Trim());
    }

    /// <summary>Ends the command and what it started, also when the command itself has ended before.</summary>
    public void Kill()
    {
        // new ones may be born while the old are being ended
        for (var round = 0; round < Rounds; round++)
        {
            var table = ProcessTable.Read();
            // it makes its session as its first step: until then it has none to be found by
            var left = table.FindTree(leader).Keys.Union(leader.IsAlive ? table.FindDescendants(leader.Pid).Where(row => !row.Dead).Select(row => row.Pid) : []).ToList();
            if (left.Count == 0) return;
            foreach (var pid in left) Posix.Signal(pid, Posix.SigKill);
        }
    }

    public void Dispose()
    {
        if (!process.HasExited) Kill();
        process.Dispose();
    }

    static async Task ReadAsync(Stream stream, StringBuilder said, CancellationToken cancellation)
    {
        const int Limit = 10 << 10;
        var buffer = new byte[4096];
        while (await stream.ReadAsync(buffer, cancellation) is > 0 and var read)
        {
            lock (said)
            {
                if (said.Length < Limit) said.Append(Encoding.UTF8.GetString(buffer, 0, read));
            }
        }
    }
}
