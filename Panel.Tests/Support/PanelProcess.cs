using System.Diagnostics;

namespace Panel.Tests.Support;

/// <summary>The built panel as a process of its own on a data directory of its own: to be killed and started again at the same address.</summary>
public sealed partial class PanelProcess : IAsyncDisposable
{
    readonly TempFolder folder = new();
    readonly Lock gate = new();
    readonly List<string> output = [];
    Process? process;

    public PanelProcess()
    {
        var (first, last) = FreePort.NextRange();
        With("Panel:Ports:First", $"{first}").With("Panel:Ports:Last", $"{last}");
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; } = new($"http://127.0.0.1:{FreePort.Next()}/");

    /// <summary>Where it keeps everything.</summary>
    public string DataDirectory => folder.Path;

    /// <summary>Its settings, beside the data directory.</summary>
    public Dictionary<string, string> Settings { get; } = [];

    /// <summary>Its process, for measurements.</summary>
    public int Id => process?.Id ?? throw new InvalidOperationException("The panel is not running.");

    /// <summary>What it printed so far, of all its lives.</summary>
    public string Output
    {
        get { lock (gate) return string.Join('\n', output); }
    }

    /// <summary>How many lines it printed so far.</summary>
    public int OutputCount
    {
        get { lock (gate) return output.Count; }
    }

    /// <summary>What it printed after so many lines.</summary>
    public IReadOnlyList<string> OutputFrom(int count)
    {
        lock (gate) return output[count..];
    }

    /// <summary>Sets a setting (<c>Panel:LocalCluster:OnShutdown</c>) for the next start.</summary>
    public PanelProcess With(string key, string value)
    {
        Settings[key] = value;
        return this;
    }

    /// <summary>Starts it and waits for nothing.</summary>
    /// <param name="command">A program and its arguments that start the panel in another way than as the built program; the panel's own arguments are added.</param>
    public Process Launch(params string[] command)
    {
        if (command.Length == 0) command = ["dotnet", Path.Combine(AppContext.BaseDirectory, "Panel.Web.dll"), "--contentRoot", AppContext.BaseDirectory];
        var started = process = Process.Start(Info(command[0], [.. command[1..], "--urls", Address.ToString()]))!;
        started.OutputDataReceived += Keep;
        started.ErrorDataReceived += Keep;
        started.BeginOutputReadLine();
        started.BeginErrorReadLine();
        return started;
    }

    ProcessStartInfo Info(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.Path,
            Environment = { ["ASPNETCORE_ENVIRONMENT"] = "Development", ["Panel__DataDirectory"] = folder.Path },
        };
        foreach (var (key, value) in Settings) start.Environment[key.Replace(":", "__")] = value;
        return start;
    }

    /// <summary>SIGKILL: nothing is saved, nothing is told.</summary>
    public async Task KillAsync() => await EndAsync(running => running.Kill());

    /// <summary>SIGTERM, and waits until it has ended.</summary>
    public async Task StopAsync() => await EndAsync(running =>
    {
        using var kill = Process.Start("kill", ["-TERM", $"{running.Id}"]);
        kill.WaitForExit();
    });

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        await LeftProcesses.EndAsync(folder.Path);
        folder.Dispose();
    }

    async Task EndAsync(Action<Process> end)
    {
        if (process is not { } running) return;
        if (!running.HasExited) end(running);
        await running.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(90)); // one that does not end in time is still there to be killed
        process = null;
        running.Dispose();
    }

    void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null) return;
        lock (gate) output.Add(line.Data);
    }
}
