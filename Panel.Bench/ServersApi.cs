using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Panel.Contracts.Accounts;
using Panel.Core.Accounts.Keys;
using Panel.Core.Servers;
using Panel.Tests.Support;

namespace Panel.Bench;

/// <summary>The list of 50 servers as programs ask for it, by a key and by an access token, beside an app that does nothing but send the same bytes.</summary>
static class ServersApi
{
    const int Servers = 50, Keys = 20, WarmUp = 5;

    public static async Task<Row[]> MeasureAsync(CancellationToken cancellation)
    {
        await using var panel = new BenchPanel().With("Panel:Ports:First", "20000").With("Panel:Ports:Last", "24999");
        var keys = new List<string>();
        await panel.SeedAsync(async (services, actor) =>
        {
            for (var i = 0; i < Servers; i++) await services.GetRequiredService<CreateServer>().RunAsync(actor, new() { Name = $"Bench {i:0000}", Template = "demo", Plan = "tiny", Start = false }, cancellation);
            for (var i = 0; i < Keys; i++) keys.Add((await services.GetRequiredService<CreateKey>().RunAsync(actor, new() { Name = $"bench {i}" }, cancellation)).Text);
        }, cancellation);
        await panel.StartAsync(cancellation);
        await ClusterProbe.UntilAsync(panel, "apis/apps/v1/statefulsets", Servers, _ => true, cancellation);
        var page = new Uri(panel.Process.Address, "api/v1/servers");
        using var http = new HttpClient();
        var token = await TokenAsync(http, panel, cancellation);
        var (body, tag) = await ListAsync(http, page, keys[0], cancellation);
        List<double> first = [];
        foreach (var key in keys) first.Add(await BenchDatabase.TimeAsync(() => ListAsync(http, page, key, cancellation)));
        await Load.RunAsync(page, cancellation, WarmUp, Bearer(keys[0]));
        var byKey = await Load.RunAsync(page, cancellation, headers: Bearer(keys[0]));
        var byToken = await Load.RunAsync(page, cancellation, headers: Bearer(token));
        var unchanged = await Load.RunAsync(page, cancellation, headers: [Bearer(keys[0]), $"If-None-Match: {tag}"]);
        var bare = await BareAsync(body, cancellation);
        return
        [
            new($"`GET /api/v1/servers` of {Servers} servers by a key, {Load.Words}", "≥ 5,000 requests/s, p99 ≤ 50 ms", Text(byKey), $"a bare web app that sends the same {body.Length / 1000.0:0.0} kB: {Text(bare)}"),
            new("`GET /api/v1/servers` by an access token", "the same", Text(byToken), "the same"),
            new("`GET /api/v1/servers` with the tag of the list one has, answered by 304", "–", Text(unchanged), "the same"),
            new("`GET /api/v1/servers` with nothing kept, read from the database", "–", $"p50 {first.Percentile(0.5).Ms()}, worst {first.Max().Ms()} of {Keys} keys, one after the other", "–"),
        ];
    }

    static string Text(Load load) =>
        string.Create(CultureInfo.InvariantCulture, $"{load.PerSecond:N0} requests/s, p50 {load.P50:0.0} ms, p99 {load.P99:0.0} ms; wrk itself took {load.Share * 100:0} % of the cores");

    static string Bearer(string proof) => $"Authorization: Bearer {proof}";

    static async Task<string> TokenAsync(HttpClient http, BenchPanel panel, CancellationToken cancellation)
    {
        using var answer = await http.PostAsJsonAsync(new Uri(panel.Process.Address, "api/v1/auth/token"), new TokenRequest { Email = BenchPanel.Email, Password = BenchPanel.Password }, cancellation);
        return (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<TokenPair>(cancellation))!.AccessToken;
    }

    static async Task<(byte[] Body, string Tag)> ListAsync(HttpClient http, Uri page, string key, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, page) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", key) } };
        using var answer = await http.SendAsync(request, cancellation);
        return (await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(cancellation), answer.Headers.ETag?.ToString() ?? "");
    }

    static async Task<Load> BareAsync(byte[] body, CancellationToken cancellation)
    {
        var address = $"http://127.0.0.1:{FreePort.Next()}/";
        using var folder = new TempFolder();
        var file = folder["body"];
        await File.WriteAllBytesAsync(file, body, cancellation);
        using var app = Process.Start(new ProcessStartInfo("dotnet", [typeof(ServersApi).Assembly.Location, BareWeb.Argument, address, file]) { RedirectStandardOutput = true })!;
        try
        {
            await FirstPage.AwaitAsync(new(address), cancellation);
            await Load.RunAsync(new(address), cancellation, WarmUp);
            return await Load.RunAsync(new(address), cancellation);
        }
        finally
        {
            app.Kill();
            await app.WaitForExitAsync(CancellationToken.None);
        }
    }
}
