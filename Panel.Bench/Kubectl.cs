using System.Diagnostics;
using Panel.Tests.Support;

namespace Panel.Bench;

/// <summary>kubectl, to compare with: that of <c>PANEL_TEST_KUBECTL</c>, the one in the path, or the one that <c>./test</c> has put in its cache.</summary>
/// <param name="kubeconfig">Whom it asks.</param>
sealed class Kubectl(string kubeconfig) : IDisposable
{
    readonly TempFolder home = new();

    static string? Program { get; } = Find();

    /// <summary>Whether there is one.</summary>
    public static bool Exists => Program is not null;

    /// <summary>In the table, where there is none.</summary>
    public const string Missing = "kubectl is not installed";

    /// <summary>Runs it and reads what it prints to the end.</summary>
    /// <returns>The time from its start to its end.</returns>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public async Task<double> TimeAsync(CancellationToken cancellation, params string[] arguments)
    {
        var began = Stopwatch.StartNew();
        using var process = Start(arguments);
        var complaints = process.StandardError.ReadToEndAsync(cancellation);
        await process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, cancellation);
        await process.WaitForExitAsync(cancellation);
        if (process.ExitCode != 0) throw new InvalidOperationException($"kubectl {string.Join(' ', arguments)}: {await complaints}");
        return began.Elapsed.TotalMilliseconds;
    }

    /// <summary>Runs it until it has printed a line with a text.</summary>
    /// <returns>When that was, as a timestamp.</returns>
    /// <param name="text">What the last line holds.</param>
    /// <param name="first">Is told when the first line has come.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="arguments">What it is asked for.</param>
    /// <exception cref="InvalidOperationException">It ended before.</exception>
    public async Task<long> UntilAsync(string text, Action first, CancellationToken cancellation, params string[] arguments)
    {
        using var process = Start(arguments);
        try
        {
            while (await process.StandardOutput.ReadLineAsync(cancellation) is { } line)
            {
                first();
                if (line.Contains(text, StringComparison.Ordinal)) return Stopwatch.GetTimestamp();
            }
            throw new InvalidOperationException($"kubectl {string.Join(' ', arguments)} ended: {await process.StandardError.ReadToEndAsync(cancellation)}");
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    public void Dispose() => home.Dispose();

    /// <summary>Starts it for something that lasts; whoever does ends it.</summary>
    /// <param name="kubeconfig">Whom it asks.</param>
    /// <param name="arguments">What it is asked for.</param>
    public static Process Follow(string kubeconfig, params string[] arguments) => Start(kubeconfig, Path.GetTempPath(), arguments);

    Process Start(string[] arguments) => Start(kubeconfig, home.Path, arguments);

    static Process Start(string kubeconfig, string home, string[] arguments) => Process.Start(new ProcessStartInfo(Program!, arguments)
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        Environment = { ["KUBECONFIG"] = kubeconfig, ["HOME"] = home },
    })!;

    static string? Find()
    {
        if (Environment.GetEnvironmentVariable("PANEL_TEST_KUBECTL") is { Length: > 0 } named) return named;
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } told ? told : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append(Path.Combine(cache, "panel-tests")).Select(folder => Path.Combine(folder, "kubectl")).FirstOrDefault(File.Exists);
    }
}
