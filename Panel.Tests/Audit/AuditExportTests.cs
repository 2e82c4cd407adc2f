using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Panel.Core.Audit;
using Panel.Core.Errors;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Audit;

public sealed class AuditExportTests : IAsyncLifetime
{
    CoreHost host = null!;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => host = await CoreHost.OnSqliteAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    async Task<string> ExportAsync(AuditFormat format, string? search = null)
    {
        using var target = new MemoryStream();
        var admin = await host.AccountAsync($"boss{format}{search?.Length}", isAdmin: true);
        await host.Get<AuditExport>().RunAsync(admin, new() { Search = search }, format, target, Stop);
        return Encoding.UTF8.GetString(target.ToArray());
    }

    async Task AddAsync(int count, string subject)
    {
        await using var db = host.Open();
        db.Audit.AddRange(Enumerable.Range(0, count).Select(n => new AuditRecord { At = TimeProvider.System.GetUtcNow(), ActorName = "ann@example.org", Action = "server.create", Subject = subject, Detail = $"{n}", Changes = """{"name":{"was":null,"is":"é"}}""" }));
        await db.SaveChangesAsync(Stop);
    }

    [Theory]
    [InlineData("=HYPERLINK(\"http://evil\")")]
    [InlineData("+1+cmd|' /C calc'!A0")]
    [InlineData("-2+3")]
    [InlineData("@SUM(A1)")]
    [InlineData("\t=1")]
    [InlineData("\r=1")]
    public async Task Text_that_a_spreadsheet_would_run_is_written_as_text(string subject)
    {
        await AddAsync(1, subject);
        Assert.Contains($",\"'{subject.Replace("\"", "\"\"", StringComparison.Ordinal)}\",", await ExportAsync(AuditFormat.Csv), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Csv_has_every_record_on_a_line_and_keeps_quotes_and_commas()
    {
        await AddAsync(1201, "a \"b\", c");
        var lines = (await ExportAsync(AuditFormat.Csv, "a \"b\"")).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(1202, lines.Length);
        Assert.EndsWith("id,at,actor,impersonator,address,action,server,subject,detail,changes", lines[0], StringComparison.Ordinal);
        Assert.Contains("\"a \"\"b\"\", c\"", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_is_one_array_of_all_records_with_what_changed()
    {
        await AddAsync(1201, "x");
        using var json = JsonDocument.Parse(await ExportAsync(AuditFormat.Json, "server.create"));
        Assert.Equal(1201, json.RootElement.GetArrayLength());
        Assert.Equal("é", json.RootElement[0].GetProperty("changes").GetProperty("name").GetProperty("is").GetString());
    }

    [Fact]
    public async Task Export_is_noted_with_its_filter_and_refused_to_others()
    {
        await ExportAsync(AuditFormat.Json, "word");
        await using var db = host.Open();
        Assert.Equal("JSON, search word", (await db.Audit.SingleAsync(record => record.Action == "audit.export", Stop)).Detail);
        var ann = await host.AccountAsync();
        await Assert.ThrowsAsync<ForbiddenException>(() => host.Get<AuditExport>().RunAsync(ann, new(), AuditFormat.Csv, Stream.Null, Stop));
    }
}

public sealed class AuditSignInsTests
{
    [Fact]
    public async Task Failures_are_bounded_for_one_address_and_for_all_and_the_rest_is_counted()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var host = await CoreHost.OnSqliteAsync();
        var clock = new Hand();
        var signIns = new AuditSignIns(host.Get<IDbContextFactory<Core.PanelDb>>(), new(clock), clock);
        for (var n = 0; n < 100; n++) await signIns.FailedAsync(null, "192.0.2.1", "wrong", stop);
        await using var db = host.Open();
        Assert.Equal(AuditSignIns.MostOfOne, await db.Audit.CountAsync(stop));
        for (var n = 0; n < 200; n++) await signIns.FailedAsync(null, $"198.51.100.{n}", "wrong", stop);
        Assert.Equal(AuditSignIns.MostOfAll, await db.Audit.CountAsync(stop));
        clock.Now += TimeSpan.FromMinutes(1);
        await signIns.FailedAsync(null, "192.0.2.1", "wrong", stop);
        Assert.Contains("145 more failures", (await db.Audit.OrderBy(record => record.Id).LastAsync(stop)).Detail, StringComparison.Ordinal);
    }

    sealed class Hand : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
