using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Panel.Bench;

/// <summary>What a run of wrk says.</summary>
/// <param name="PerSecond">Requests a second.</param>
/// <param name="P50">In milliseconds.</param>
/// <param name="P99">In milliseconds.</param>
/// <param name="Share">How much of all cores wrk itself took, from 0 to 1.</param>
sealed partial record Load(double PerSecond, double P50, double P99, double Share)
{
    const int Connections = 32, Seconds = 10;

    /// <summary>What is done, in words.</summary>
    public static string Words { get; } = $"{Connections} connections, one request at a time on each, {Seconds} s";

    /// <summary>Asks for a page on a few connections as fast as it is answered, by wrk (Debian's package of that name). It sends no request before the answer to the one before.</summary>
    /// <exception cref="InvalidOperationException">wrk is not there, or an answer was not what it should be.</exception>
    public static async Task<Load> RunAsync(Uri page, CancellationToken cancellation, int seconds = Seconds, params string[] headers)
    {
        string[] arguments = ["-t1", $"-c{Connections}", $"-d{seconds}s", "--latency", .. headers.SelectMany(header => new[] { "-H", header }), page.ToString()];
        var before = OfChildren();
        using var wrk = Start(arguments);
        var text = await wrk.StandardOutput.ReadToEndAsync(cancellation);
        await wrk.WaitForExitAsync(cancellation);
        if (wrk.ExitCode != 0 || text.Contains("Non-2xx", StringComparison.Ordinal) || text.Contains("Socket errors", StringComparison.Ordinal)) throw new InvalidOperationException($"wrk says:\n{text}");
        return new(double.Parse(Requests().Match(text).Groups[1].Value, CultureInfo.InvariantCulture), Milliseconds(text, "50%"), Milliseconds(text, "99%"), (OfChildren() - before) / (seconds * Environment.ProcessorCount));
    }

    static Process Start(string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo("wrk", arguments) { RedirectStandardOutput = true })!;
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new InvalidOperationException("wrk is not installed: apt-get install wrk.", missing);
        }
    }

    // what processes that have ended took, in seconds; the system counts in hundredths
    static double OfChildren()
    {
        var stat = File.ReadAllText("/proc/self/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (long.Parse(fields[13], CultureInfo.InvariantCulture) + long.Parse(fields[14], CultureInfo.InvariantCulture)) / 100.0;
    }

    static double Milliseconds(string text, string share)
    {
        var line = Regex.Match(text, $@"^\s*{share}\s+([\d.]+)(us|ms|s)\s*$", RegexOptions.Multiline);
        return double.Parse(line.Groups[1].Value, CultureInfo.InvariantCulture) * line.Groups[2].Value switch { "us" => 0.001, "ms" => 1, _ => 1000 };
    }

    [GeneratedRegex(@"^Requests/sec:\s+([\d.]+)", RegexOptions.Multiline)]
    private static partial Regex Requests();
}
