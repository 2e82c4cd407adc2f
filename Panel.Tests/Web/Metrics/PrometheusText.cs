using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace Panel.Tests.Web.Metrics;

/// <summary>A strict reader of Prometheus' text format: whatever the format does not allow fails the test.</summary>
sealed partial class PrometheusText
{
    readonly Dictionary<string, double> samples = new(StringComparer.Ordinal);

    PrometheusText(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\r", text, StringComparison.Ordinal);
        var (helped, name) = ("", "");
        foreach (var line in text.Split('\n')[..^1])
        {
            if (Help().Match(line) is { Success: true } help)
            {
                helped = help.Groups[1].Value;
                Assert.DoesNotContain(helped, Kinds.Keys);
            }
            else if (Kind().Match(line) is { Success: true } kind)
            {
                name = kind.Groups[1].Value;
                Assert.Equal(helped, name);
                Kinds.Add(name, kind.Groups[2].Value);
            }
            else
            {
                Take(line, name);
            }
        }
        foreach (var histogram in Kinds.Where(kind => kind.Value == "histogram").Select(kind => kind.Key)) RequireOrder(histogram);
    }

    /// <summary>The kind of each metric.</summary>
    public Dictionary<string, string> Kinds { get; } = new(StringComparer.Ordinal);

    /// <summary>Reads a text.</summary>
    public static PrometheusText Parse(string text) => new(text);

    /// <summary>The value of a sample, by its name and labels as they are written; null where there is none.</summary>
    public double? Find(string sample) => samples.TryGetValue(sample, out var value) ? value : null;

    /// <summary>The sum of all samples of a metric.</summary>
    public double Sum(string metric) => samples.Where(sample => sample.Key.Split('{')[0] == metric).Sum(sample => sample.Value);

    /// <summary>How many samples there are of a metric.</summary>
    public int Count(string metric) => samples.Keys.Count(sample => sample.Split('{')[0] == metric);

    void Take(string line, string metric)
    {
        var sample = Sample().Match(line);
        Assert.True(sample.Success, line);
        var kind = Kinds[metric];
        var own = sample.Groups["name"].Value;
        Assert.Contains(own, kind == "histogram" ? [$"{metric}_bucket", $"{metric}_sum", $"{metric}_count"] : new[] { metric });
        if (kind == "counter") Assert.EndsWith("_total", own, StringComparison.Ordinal);
        var labels = sample.Groups["label"].Captures.Select(label => label.Value).ToList();
        Assert.Equal(labels.Count, labels.Distinct().Count());
        var value = double.Parse(sample.Groups["value"].Value, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (kind != "gauge") Assert.True(value >= 0, line);
        Assert.True(samples.TryAdd(line[..line.LastIndexOf(' ')], value), $"twice: {line}");
    }

    // buckets only grow, and the last is the count
    void RequireOrder(string histogram)
    {
        foreach (var series in samples.Where(sample => sample.Key.StartsWith($"{histogram}_bucket", StringComparison.Ordinal)).GroupBy(sample => Bound().Replace(sample.Key, "")))
        {
            var buckets = series.Select(sample => (Bound: double.Parse(Bound().Match(sample.Key).Groups[1].Value.Replace("+Inf", "Infinity", StringComparison.Ordinal), CultureInfo.InvariantCulture), sample.Value)).ToList();
            Assert.Equal(buckets.OrderBy(bucket => bucket.Bound), buckets);
            Assert.Equal(buckets.OrderBy(bucket => bucket.Value), buckets);
            Assert.Equal(double.PositiveInfinity, buckets[^1].Bound);
            Assert.Equal(samples[series.Key.Replace("_bucket", "_count", StringComparison.Ordinal).Replace("{}", "", StringComparison.Ordinal)], buckets[^1].Value);
        }
    }

    [GeneratedRegex("""^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (?:[^\\]|\\\\|\\n)+$""")]
    private static partial Regex Help();

    [GeneratedRegex("^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)$")]
    private static partial Regex Kind();

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(?<label>[a-zA-Z_][a-zA-Z0-9_]*)="(?:[^"\\\n]|\\\\|\\"|\\n)*"(?:,(?<label>[a-zA-Z_][a-zA-Z0-9_]*)="(?:[^"\\\n]|\\\\|\\"|\\n)*")*\})? (?<value>[-+]?(?:\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|Inf)|NaN)$""")]
    private static partial Regex Sample();

    [GeneratedRegex(""",?le="([^"]+)"(?=\})""")]
    private static partial Regex Bound();
}
