using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Panel.Web.Metrics;

/// <summary>What one instrument measured, by labels. Sets of labels beyond <see cref="MostSets"/> are counted as one, whose labels say "other".</summary>
sealed class Series(Instrument instrument)
{
    /// <summary>How many sets of labels are kept apart.</summary>
    public const int MostSets = 200;

    readonly ConcurrentDictionary<string, Sample> samples = new(StringComparer.Ordinal);
    readonly double[] bounds = [.. (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries ?? []];

    string Kind => instrument switch
    {
        Counter<long> or Counter<double> or ObservableCounter<double> or ObservableCounter<long> => "counter",
        Histogram<double> => "histogram",
        _ => "gauge",
    };

    /// <summary>Takes a measurement.</summary>
    public void Take(double value, ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        var sample = Find(labels);
        lock (sample)
        {
            switch (instrument)
            {
                case Counter<long> or Counter<double> or UpDownCounter<long> or UpDownCounter<double>: sample.Sum += value; break;
                case Histogram<double>: sample.Add(value, bounds); break;
                default: sample.Sum = value; break;
            }
        }
    }

    /// <summary>Forgets what was measured: it is not true any more.</summary>
    public void Clear() => samples.Clear();

    /// <summary>Writes it, heads first.</summary>
    public void Write(StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"# HELP {instrument.Name} {Help(instrument.Description ?? "")}\n# TYPE {instrument.Name} {Kind}\n");
        foreach (var (labels, sample) in samples.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            lock (sample)
            {
                if (instrument is Histogram<double>) WriteHistogram(text, labels, sample);
                else Line(text, "", labels, sample.Sum);
            }
        }
    }

    void WriteHistogram(StringBuilder text, string labels, Sample sample)
    {
        var before = labels.Length == 0 ? "" : labels + ",";
        long below = 0;
        for (var place = 0; place <= bounds.Length; place++)
        {
            below += sample.Buckets![place];
            Line(text, "_bucket", $"{before}le=\"{(place < bounds.Length ? bounds[place].ToString("R", CultureInfo.InvariantCulture) : "+Inf")}\"", below);
        }
        Line(text, "_sum", labels, sample.Sum);
        Line(text, "_count", labels, below);
    }

    void Line(StringBuilder text, string ending, string labels, double value)
    {
        text.Append(instrument.Name).Append(ending);
        if (labels.Length > 0) text.Append('{').Append(labels).Append('}');
        text.Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }

    Sample Find(ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        var key = Labels(labels, null);
        if (samples.TryGetValue(key, out var known)) return known;
        return samples.GetOrAdd(samples.Count < MostSets ? key : Labels(labels, "other"), _ => new(bounds.Length + 1));
    }

    static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> labels, string? instead)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in labels)
        {
            if (text.Length > 0) text.Append(',');
            text.Append(name).Append("=\"").Append(Value(instead ?? Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")).Append('"');
        }
        return text.ToString();
    }

    static string Help(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    static string Value(string text) => Help(text).Replace("\"", "\\\"", StringComparison.Ordinal);

    sealed class Sample(int buckets)
    {
        public double Sum { get; set; }

        public long[]? Buckets { get; private set; }

        public void Add(double value, double[] bounds)
        {
            Buckets ??= new long[buckets];
            var place = Array.BinarySearch(bounds, value);
            Buckets[place < 0 ? ~place : place]++;   // a bound belongs to what is below it
            Sum += value;
        }
    }
}
