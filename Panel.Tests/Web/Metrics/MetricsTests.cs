using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Accounts;
using Panel.Core.Servers;
using Panel.Tests.Support;
using Panel.Web.Metrics;
using Xunit;

namespace Panel.Tests.Web.Metrics;

/// <summary>What Prometheus reads, and who else may.</summary>
public sealed class MetricsTests
{
    const string Token = "a-token-of-24-characters";

    [Fact]
    public async Task Metrics_tell_what_was_done_in_Prometheus_own_format()
    {
        await using var app = new PanelApp();
        using var http = new HttpClient { BaseAddress = app.Listen() };
        var before = await ReadAsync(http);
        var account = (await app.Services.GetRequiredService<AccountQueries>().ListAsync(new("", "test", PanelPermissions.All, null), CancellationToken.None)).Single();
        var admin = new Core.Access.Actor(account.Id, account.Email, PanelPermissions.All, null);
        var id = await app.Services.GetRequiredService<CreateServer>().RunAsync(admin, new() { Name = "Measured", Template = "demo", Plan = "tiny", Start = false }, CancellationToken.None);
        PrometheusText now = before;
        await Deadline.UntilAsync("passes and requests are counted", async () =>
        {
            now = await ReadAsync(http);
            return now.Find("panel_pass_duration_seconds_count") > 0 && now.Sum("panel_cluster_requests_total") > before.Sum("panel_cluster_requests_total")
                && now.Find("panel_cluster_requests_total{verb=\"watch\",code=\"200\"}") > 0 && now.Sum("panel_active_servers") == 1;
        }, TimeSpan.FromSeconds(60));
        Assert.True(now.Find("panel_server_creations_total") > before.Find("panel_server_creations_total"));
        Assert.Equal(Enum.GetValues<ServerPhase>().Length, now.Count("panel_active_servers"));
        Assert.True(now.Find("process_resident_memory_bytes") > 20e6);
        Assert.True(now.Find("process_cpu_seconds_total") > 0);
        Assert.Equal(1, now.Sum("panel_build_info"));
        Assert.NotNull(now.Find("panel_open_consoles"));
        Assert.NotNull(now.Find("panel_circuits"));
        Assert.Equal("histogram", now.Kinds["panel_pass_duration_seconds"]);
        Assert.Contains("panel_watch_restarts_total", now.Kinds.Keys);
        Assert.Contains("panel_pass_failures_total", now.Kinds.Keys);
        await app.Services.GetRequiredService<DeleteServer>().RunAsync(admin, id, "Measured", CancellationToken.None);
        await Deadline.UntilAsync("the removal is counted", async () => (await ReadAsync(http)).Find("panel_server_deletions_total") > before.Find("panel_server_deletions_total"), TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Promtool_finds_nothing_wrong()
    {
        var promtool = Environment.GetEnvironmentVariable("PANEL_TEST_PROMTOOL") ?? "/usr/bin/promtool";
        Assert.SkipUnless(File.Exists(promtool), "No promtool here; PANEL_TEST_PROMTOOL may name one.");
        using var reader = new MetricsReader();
        Core.Metrics.PanelMeter.Pass(TimeSpan.FromSeconds(0.3), "cluster");
        Core.Metrics.PanelMeter.ClusterRequest("get", 200);
        Core.Metrics.PanelMeter.Servers(new Dictionary<ServerPhase, int>());
        using var check = Process.Start(new ProcessStartInfo(promtool, ["check", "metrics"]) { RedirectStandardInput = true, RedirectStandardError = true, RedirectStandardOutput = true })!;
        await check.StandardInput.WriteAsync(reader.Text());
        check.StandardInput.Close();
        var said = await check.StandardError.ReadToEndAsync().Within("promtool") + await check.StandardOutput.ReadToEndAsync();
        await check.WaitForExitAsync().Within("promtool's end");
        Assert.True(check.ExitCode == 0, said);
    }

    [Fact]
    public async Task Stranger_gets_401_and_learns_nothing()
    {
        await using var app = new PanelApp().With("Panel:Metrics:Token", Token);
        using var http = app.CreateClient();   // comes from no address of this machine
        foreach (var sent in (string?[])[null, "Bearer", $"Bearer {Token}x", $"Basic {Token}"])
        {
            using var answer = await AskAsync(http, sent);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
            Assert.DoesNotContain("panel_", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
        using var known = await AskAsync(http, $"Bearer {Token}");
        Assert.Equal(HttpStatusCode.OK, known.StatusCode);
        Assert.Equal("text/plain", known.Content.Headers.ContentType!.MediaType);
        Assert.Equal("0.0.4", known.Content.Headers.ContentType.Parameters.Single(parameter => parameter.Name == "version").Value);
    }

    [Fact]
    public async Task Empty_token_opens_nothing_and_everybody_reads_only_where_that_is_set()
    {
        await using var closed = new PanelApp();
        using var stranger = closed.CreateClient();
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(stranger, "Bearer ")).StatusCode);
        await using var open = new PanelApp().With("Panel:Metrics:Anonymous", "true");
        using var anybody = open.CreateClient();
        PrometheusText.Parse(await anybody.GetStringAsync(new Uri("metrics", UriKind.Relative)));
    }

    [Fact]
    public async Task Stranger_behind_a_proxy_of_this_machine_gets_401()
    {
        await using var app = new PanelApp();
        using var http = new HttpClient { BaseAddress = app.Listen() };
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(http, null)).StatusCode);
        http.DefaultRequestHeaders.Add("X-Forwarded-For", "192.0.2.7");
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(http, null)).StatusCode);
    }

    [Fact]
    public void Labels_are_escaped_and_too_many_are_counted_as_one()
    {
        using var meter = new Meter("Test");
        using var reader = new MetricsReader(meter);
        var counter = meter.CreateCounter<long>("many_total", null, "Back\\slash and\nline.");
        for (var number = 0; number < 1000; number++) counter.Add(1, new KeyValuePair<string, object?>("which", $"\"{number}\"\n\\"));
        var text = PrometheusText.Parse(reader.Text());
        Assert.Equal(1, text.Find("""many_total{which="\"7\"\n\\"}"""));
        Assert.Equal(1000, text.Sum("many_total"));
        Assert.Equal(800, text.Find("""many_total{which="other"}"""));
        Assert.Equal(201, text.Count("many_total"));
        Assert.Contains(@"# HELP many_total Back\\slash and\nline.", reader.Text(), StringComparison.Ordinal);
    }

    static async Task<PrometheusText> ReadAsync(HttpClient http) => PrometheusText.Parse(await http.GetStringAsync(new Uri("metrics", UriKind.Relative)).Within("the metrics"));

    static Task<HttpResponseMessage> AskAsync(HttpClient http, string? authorization)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri("metrics", UriKind.Relative));
        if (authorization is not null) request.Headers.TryAddWithoutValidation("Authorization", authorization);
        return http.SendAsync(request).Within("the metrics");
    }
}
