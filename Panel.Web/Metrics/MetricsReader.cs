using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using Panel.Core.Metrics;

namespace Panel.Web.Metrics;

/// <summary>Keeps what the instruments measure, and tells it in Prometheus' text format.</summary>
/// <remarks>https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format</remarks>
public sealed class MetricsReader : IDisposable
{
    /// <summary>What the text is.</summary>
    public const string MediaType = "text/plain; version=0.0.4; charset=utf-8";

    readonly ConcurrentDictionary<string, Series> all = new(StringComparer.Ordinal);
    readonly MeterListener listener = new();
    readonly Lock gate = new();

    /// <summary>Listens from now on.</summary>
    public MetricsReader() : this(PanelMeter.Meter) => PanelMeter.Begin();

    internal MetricsReader(Meter meter)
    {
        listener.InstrumentPublished = (instrument, hears) =>
        {
            if (instrument.Meter == meter) hears.EnableMeasurementEvents(instrument, all[instrument.Name] = new(instrument));
        };
        listener.SetMeasurementEventCallback<long>((_, value, labels, series) => ((Series)series!).Take(value, labels));
        listener.SetMeasurementEventCallback<double>((_, value, labels, series) => ((Series)series!).Take(value, labels));
        listener.Start();
    }

    /// <summary>Everything, as it is now.</summary>
    public string Text()
    {
        lock (gate) listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (var (_, series) in all.OrderBy(pair => pair.Key, StringComparer.Ordinal)) series.Write(text);
        return text.ToString();
    }

    /// <summary>Forgets what one instrument measured.</summary>
    public void Forget(string instrument)
    {
        if (all.TryGetValue(instrument, out var series)) series.Clear();
    }

    /// <inheritdoc/>
    public void Dispose() => listener.Dispose();
}
