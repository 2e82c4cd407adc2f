using System.Text.Json;
using System.Text.RegularExpressions;

namespace Panel.Bench;

/// <summary>Asks the panel's local cluster what it holds, through the kubeconfig in the data directory.</summary>
static partial class ClusterProbe
{
    /// <summary>Waits until so many objects of a kind are as they shall be.</summary>
    /// <param name="panel">Whose cluster.</param>
    /// <param name="resource">Group, version and kind in the plural, such as <c>apis/apps/v1/statefulsets</c>.</param>
    /// <param name="count">How many.</param>
    /// <param name="isSo">Whether one counts.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="patience">How long it may take; null for three minutes.</param>
    public static async Task UntilAsync(BenchPanel panel, string resource, int count, Func<JsonElement, bool> isSo, CancellationToken cancellation, TimeSpan? patience = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(patience ?? TimeSpan.FromMinutes(3));
        while (await CountAsync(panel, resource, isSo, limit.Token) < count) await Task.Delay(500, limit.Token);
    }

    static async Task<int> CountAsync(BenchPanel panel, string resource, Func<JsonElement, bool> isSo, CancellationToken cancellation)
    {
        var file = Path.Combine(panel.Process.DataDirectory, "cluster", "kubeconfig");
        if (!File.Exists(file)) return 0;
        var kubeconfig = await File.ReadAllTextAsync(file, cancellation);
        // its certificate is its own authority's, and this asks only for numbers
        using var anyCertificate = new HttpClientHandler { ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator };
        using var http = new HttpClient(anyCertificate) { BaseAddress = new(Server().Match(kubeconfig).Groups[1].Value) };
        http.DefaultRequestHeaders.Authorization = new("Bearer", Token().Match(kubeconfig).Groups[1].Value);
        using var answer = JsonDocument.Parse(await http.GetStreamAsync(new Uri(resource, UriKind.Relative), cancellation));
        return answer.RootElement.GetProperty("items").EnumerateArray().Count(isSo);
    }

    [GeneratedRegex(@"server:\s*(\S+)")]
    private static partial Regex Server();

    [GeneratedRegex(@"token:\s*""?([^""\s]+)")]
    private static partial Regex Token();
}
