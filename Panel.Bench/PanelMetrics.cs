using System.Globalization;

namespace Panel.Bench;

/// <summary>What the panel tells of itself at <c>/metrics</c>. Its log has no requests: addresses may hold what nobody may read.</summary>
/// <param name="Watches">Watches that were opened so far.</param>
/// <param name="Requests">Other requests to the cluster so far.</param>
/// <param name="HeapMiB">Managed memory that is taken, what is not collected yet included.</param>
sealed record PanelMetrics(int Watches, int Requests, double HeapMiB)
{
    const string Asked = "panel_cluster_requests_total{", Heap = "panel_heap_bytes ";

    /// <summary>Asks for them.</summary>
    public static async Task<PanelMetrics> ReadAsync(BenchPanel panel, CancellationToken cancellation)
    {
        using var http = new HttpClient();
        var lines = (await http.GetStringAsync(new Uri(panel.Process.Address, "metrics"), cancellation)).Split('\n');
        var asked = lines.Where(line => line.StartsWith(Asked, StringComparison.Ordinal)).ToLookup(line => line.Contains("verb=\"watch\"", StringComparison.Ordinal), line => line);
        var heap = lines.First(line => line.StartsWith(Heap, StringComparison.Ordinal));
        var opened = asked[true].Where(line => line.Contains("code=\"200\"", StringComparison.Ordinal));
        return new((int)opened.Sum(Value), (int)asked[false].Sum(Value), Value(heap) / (1 << 20));
    }

    static double Value(string line) => double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
}
