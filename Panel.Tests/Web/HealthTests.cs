using System.Net;
using System.Text.Json.Nodes;
using Panel.Tests.Support;
using Panel.Web.Hosting;
using Xunit;

namespace Panel.Tests.Web;

/// <summary>What those are told who look after the panel: kubelets, load balancers, container health checks.</summary>
public sealed class HealthTests(PanelApp app) : IClassFixture<PanelApp>
{
    [Theory]
    [InlineData("/healthz", "{}")]
    [InlineData("/readyz", """{"database":{"status":"healthy","message":null}}""")]
    public async Task Health_is_told_in_words(string path, string checks)
    {
        using var visitor = new Visitor(app);
        using var answer = await visitor.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        var told = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.Equal("healthy", $"{told["status"]}");
        Assert.Equal(checks, told["checks"]!.ToJsonString());
    }

    [Fact]
    public async Task Database_that_went_away_is_told_without_its_address()
    {
        await using var lost = new PanelApp();
        using var visitor = new Visitor(lost);
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/readyz")).StatusCode);
        // the file is a folder from now on
        foreach (var file in Directory.GetFiles(lost.DataDirectory, "panel.db*")) File.Delete(file);
        Directory.CreateDirectory(Path.Combine(lost.DataDirectory, "panel.db"));
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        using var answer = await visitor.GetAsync("/readyz");
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("""{"status":"unhealthy","checks":{"database":{"status":"unhealthy","message":"It does not answer; the panel's log says why."}}}""", text);
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/healthz")).StatusCode);
    }

    [Fact]
    public async Task Program_asks_another_panel_and_ends_with_what_it_heard()
    {
        await using var listening = new PanelApp();
        var address = listening.Listen();
        var said = new StringWriter();
        Assert.Equal(0, await HealthQuestion.AskAsync([], name => name == "ASPNETCORE_URLS" ? address.ToString() : null, said));
        Assert.Contains("/healthz: 200 {\"status\":\"healthy\"", said.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, await HealthQuestion.AskAsync([new Uri(address, "/readyz").ToString()], _ => null, TextWriter.Null));
        Assert.Equal(1, await HealthQuestion.AskAsync([new Uri(address, "/api/v1/servers").ToString()], _ => null, TextWriter.Null));
        Assert.Equal(1, await HealthQuestion.AskAsync(["http://127.0.0.1:1/healthz"], _ => null, TextWriter.Null));
        Assert.Equal(1, await HealthQuestion.AskAsync(["no address"], _ => null, TextWriter.Null));
    }
}
