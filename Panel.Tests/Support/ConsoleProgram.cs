using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Panel.Tests.Support;

/// <summary>A console program in a folder of its own: its lines are kept, lines can be typed, and it ends with the test.</summary>
public sealed class ConsoleProgram : IAsyncDisposable
{
    readonly Process process;
    readonly Lock gate = new();
    readonly List<string> lines = [];

    ConsoleProgram(Process process) => this.process = process;

    /// <summary>What it printed so far.</summary>
    public string Output
    {
        get { lock (gate) return string.Join('\n', lines); }
    }

    /// <summary>Its process number.</summary>
    public int Id => process.Id;

    /// <summary>Starts it.</summary>
    /// <param name="folder">Its working directory.</param>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">What is set beside the test's own environment.</param>
    public static ConsoleProgram Start(string folder, string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (key, value) in environment ?? new Dictionary<string, string>()) start.Environment[key] = value;
        var running = new ConsoleProgram(new() { StartInfo = start });
        running.process.OutputDataReceived += running.Keep;
        running.process.ErrorDataReceived += running.Keep;
        running.process.Start();
        running.process.BeginOutputReadLine();
        running.process.BeginErrorReadLine();
        return running;
    }

    /// <summary>One of Panel's own games (<c>demo</c>, <c>minecraft</c>).</summary>
    public static ConsoleProgram StartGame(string folder, string game, IReadOnlyDictionary<string, string> environment) =>
        Start(folder, "dotnet", [Path.Combine(AppContext.BaseDirectory, "Panel.Games.dll"), game], environment);

    /// <summary>Types a line.</summary>
    public async Task TypeAsync(string line)
    {
        await process.StandardInput.WriteLineAsync(line);
        await process.StandardInput.FlushAsync();
    }

    /// <summary>Waits until a line matches.</summary>
    public async Task<Match> LineAsync(string pattern, TimeSpan? limit = null)
    {
        Match? found = null;
        try
        {
            await Deadline.UntilAsync($"a line like {pattern}", () =>
            {
                found = Regex.Match(Output, pattern, RegexOptions.Multiline);
                if (!found.Success && process.HasExited)
                {
                    process.WaitForExit();
                    found = Regex.Match(Output, pattern, RegexOptions.Multiline);
                    if (!found.Success) throw new InvalidOperationException($"It ended with {process.ExitCode}.");
                }
                return found.Success;
            }, limit);
        }
        catch (Exception missing) when (missing is TimeoutException or InvalidOperationException)
        {
            throw new TimeoutException($"{missing.Message}\n{Output}", missing);
        }
        return found!;
    }

    /// <summary>Waits until it ends by itself.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> ExitAsync(TimeSpan? limit = null)
    {
        await process.WaitForExitAsync().Within("the program ends", limit);
        return process.ExitCode;
    }

    /// <summary>Sends a signal, such as TERM.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{process.Id}"]);
        kill.WaitForExit();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null) return;
        lock (gate) lines.Add(line.Data);
    }
}
