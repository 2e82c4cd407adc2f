using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Reflection;
using Panel.Contracts.Servers;

namespace Panel.Core.Metrics;

/// <summary>
/// All that is measured, in one place. The names are those that are exposed, units stand in them. A label takes few values that are known
/// beforehand: never an id, a name or an address.
/// </summary>
public static class PanelMeter
{
    /// <summary>The meter that all instruments belong to.</summary>
    public static Meter Meter { get; } = new("Panel");

    static readonly Counter<long> creations = Meter.CreateCounter<long>("panel_server_creations_total", null, "Servers that were made.");
    static readonly Counter<long> deletions = Meter.CreateCounter<long>("panel_server_deletions_total", null, "Servers of which the cluster has nothing left.");
    static readonly Gauge<long> servers = Meter.CreateGauge<long>("panel_active_servers", null, "Servers by what they are shown to do. Every replica tells all of them.");
    static readonly Histogram<double> passes = Meter.CreateHistogram("panel_pass_duration_seconds", null, "How long a pass over one server took.", null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120] });
    static readonly Counter<long> passFailures = Meter.CreateCounter<long>("panel_pass_failures_total", null, "Passes that failed and come again, by whether the cluster was away or something else was wrong.");
    static readonly Counter<long> requests = Meter.CreateCounter<long>("panel_cluster_requests_total", null, "Requests to the API server, by verb and by the code it answered; none where it did not.");
    static readonly Counter<long> watchRestarts = Meter.CreateCounter<long>("panel_watch_restarts_total", null, "Watches that ended before their time and began again, by kind.");
    static readonly UpDownCounter<long> consoles = Meter.CreateUpDownCounter<long>("panel_open_consoles", null, "Consoles that somebody reads along with.");
    static readonly UpDownCounter<long> circuits = Meter.CreateUpDownCounter<long>("panel_circuits", null, "Pages that are kept for browsers, also while a connection is lost.");

    static readonly Gauge<long> connected = Meter.CreateGauge<long>("panel_cluster_connected", null, "Whether the cluster answers and all of it is known: 1 or 0.");

    static PanelMeter()
    {
        var version = typeof(PanelMeter).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        Meter.CreateObservableGauge("panel_build_info", () => new Measurement<long>(1, new KeyValuePair<string, object?>("version", version), new("runtime", $"{Environment.Version}")), null, "Always 1; its labels tell the version.");
        Meter.CreateObservableGauge("process_resident_memory_bytes", () => Environment.WorkingSet, null, "Memory of the process that is in use.");
        Meter.CreateObservableGauge("process_start_time_seconds", () => Started(), null, "When the process started, in seconds since 1970.");
        Meter.CreateObservableCounter("process_cpu_seconds_total", () => Environment.CpuUsage.TotalTime.TotalSeconds, null, "Processor time that the process took.");
        Meter.CreateObservableGauge("panel_heap_bytes", () => GC.GetTotalMemory(forceFullCollection: false), null, "Managed memory that is taken.");
    }

    /// <summary>Tells zero of what counts without labels, so that a rate has a beginning.</summary>
    public static void Begin()
    {
        creations.Add(0);
        deletions.Add(0);
        consoles.Add(0);
        circuits.Add(0);
        ClusterConnected(false);
    }

    /// <summary>A server was made.</summary>
    public static void ServerMade() => creations.Add(1);

    /// <summary>A server is gone.</summary>
    public static void ServerRemoved() => deletions.Add(1);

    /// <summary>Tells how many servers are in each phase.</summary>
    public static void Servers(IReadOnlyDictionary<ServerPhase, int> counts)
    {
        foreach (var phase in Enum.GetValues<ServerPhase>()) servers.Record(counts.GetValueOrDefault(phase), Label("phase", phase.ToString().ToLowerInvariant()));
    }

    /// <summary>A pass ended.</summary>
    /// <param name="took">How long it took.</param>
    /// <param name="failure">Why it failed, in one word of a few; null when it went through.</param>
    public static void Pass(TimeSpan took, string? failure)
    {
        passes.Record(took.TotalSeconds);
        if (failure is not null) passFailures.Add(1, Label("reason", failure));
    }

    /// <summary>The API server was asked.</summary>
    /// <param name="verb">What was asked, as Kubernetes calls it.</param>
    /// <param name="code">What it answered; null where it did not.</param>
    public static void ClusterRequest(string verb, int? code) => requests.Add(1, Label("verb", verb), Label("code", code?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"));

    /// <summary>The cluster answers and all of it is known, or it is away.</summary>
    public static void ClusterConnected(bool answers) => connected.Record(answers ? 1 : 0);

    /// <summary>A watch ended before its time.</summary>
    /// <param name="kind">What is watched, in the plural.</param>
    public static void WatchRestarted(string kind) => watchRestarts.Add(1, Label("kind", kind));

    /// <summary>Somebody began to read a console along.</summary>
    public static void ConsoleOpened() => consoles.Add(1);

    /// <summary>Somebody stopped reading a console along.</summary>
    public static void ConsoleClosed() => consoles.Add(-1);

    /// <summary>A page is kept.</summary>
    public static void CircuitOpened() => circuits.Add(1);

    /// <summary>A page is no longer kept.</summary>
    public static void CircuitClosed() => circuits.Add(-1);

    static KeyValuePair<string, object?> Label(string name, string value) => new(name, value);

    static double Started()
    {
        using var own = Process.GetCurrentProcess();
        return new DateTimeOffset(own.StartTime).ToUnixTimeMilliseconds() / 1000.0;
    }
}
