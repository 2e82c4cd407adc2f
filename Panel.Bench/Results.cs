using System.Globalization;
using System.Runtime.InteropServices;

namespace Panel.Bench;

/// <summary>The table in docs/performance.md, between its two marks.</summary>
static class Results
{
    const string Begin = "<!-- Panel.Bench writes from here -->", End = "<!-- to here -->", Head = "| claim | wanted | measured | beside it |", Rule = "| --- | --- | --- | --- |";

    static readonly string file = Path.Combine(SourceTree.Root, "docs", "performance.md");

    /// <summary>A row as the table has it.</summary>
    public static string Line(Row row) => $"| {row.Claim} | {row.Wanted} | {row.Measured} | {row.Beside} |";

    /// <summary>Puts rows in: those of claims that were not measured now stay, with the machine and the day of a run of all claims.</summary>
    public static async Task WriteAsync(IReadOnlyList<Row> rows, bool all, CancellationToken cancellation)
    {
        var text = await File.ReadAllTextAsync(file, cancellation);
        var (from, to) = (text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, text.IndexOf(End, StringComparison.Ordinal));
        if (from < Begin.Length || to < from) throw new InvalidOperationException($"{file} lacks the marks of the table.");
        var old = text[from..to].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var about = all || old.Length == 0 ? Machine() : old[0];
        List<string> lines = [.. all ? [] : old.Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(2)];
        foreach (var row in rows)
        {
            var place = lines.FindIndex(line => line.StartsWith($"| {row.Claim} |", StringComparison.Ordinal));
            if (place < 0) lines.Add(Line(row));
            else lines[place] = Line(row);
        }
        var table = string.Join('\n', [about, "", Head, Rule, .. lines]);
        await File.WriteAllTextAsync(file, $"{text[..from]}\n{table}\n{text[to..]}", cancellation);
    }

    /// <summary>The head of the table.</summary>
    public static string Heading => $"{Head}\n{Rule}";

    static string Machine()
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1e9;
        var load = File.ReadAllText("/proc/loadavg").Split(' ')[0];
        return string.Create(CultureInfo.InvariantCulture,
            $"{DateTime.UtcNow:yyyy-MM-dd}: {Environment.ProcessorCount} cores ({Processor()}), {memory:0} GB, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}, {SourceTree.Configuration} build; load at the end {load}.");
    }

    static string Processor() =>
        File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
}
