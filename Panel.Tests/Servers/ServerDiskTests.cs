using Bunit;
using Panel.Contracts.Files;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Files;
using Panel.Core.Servers;
using Panel.Tests.Support;
using Panel.Web.Components.Servers;
using Xunit;

namespace Panel.Tests.Servers;

/// <summary>A server near its disk limit, at it, and above it. The tiny plan has 2,048 MiB.</summary>
public sealed class ServerDiskTests : IAsyncLifetime
{
    CoreHost host = null!;
    Actor ann = null!;
    ServerId id;

    public async ValueTask InitializeAsync()
    {
        host = await CoreHost.OnSqliteAsync();
        ann = await host.AccountAsync();
        id = await host.ServerAsync(ann, start: false);
        await host.DrainAsync();
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Full_disk_refuses_to_add_and_still_reads_and_deletes()
    {
        await WriteAsync("/a.txt", null);
        Use(2048);
        Assert.Contains("2048 of 2048 MiB", (await Assert.ThrowsAsync<ConflictException>(() => WriteAsync("/a.txt", null))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ConflictException>(() => host.Get<CreateFolder>().RunAsync(ann, id, "/b", default));
        await Assert.ThrowsAsync<ConflictException>(() => UploadAsync(1));
        await host.Get<ReadFile>().RunAsync(ann, id, "/a.txt", default);
        await host.Get<DeleteFiles>().RunAsync(ann, id, ["/a.txt"], forGood: true, default);
        Use(2000);
        await WriteAsync("/a.txt", null);
    }

    [Fact]
    public async Task Upload_that_does_not_fit_says_how_much_is_left()
    {
        Use(2047);
        Assert.Contains("1 MiB left", (await Assert.ThrowsAsync<ConflictException>(() => UploadAsync((1 << 20) + 1))).Message, StringComparison.Ordinal);
        await UploadAsync(1 << 20);
    }

    [Fact]
    public async Task Server_over_its_limit_does_not_start_and_says_why_until_the_plan_is_larger()
    {
        Use(2048);
        await host.Get<ChangePower>().RunAsync(ann, id, PowerAction.Start, default);   // full, and not over
        Use(2049);
        Assert.Contains("2049 MiB", (await Assert.ThrowsAsync<ConflictException>(() => host.Get<ChangePower>().RunAsync(ann, id, PowerAction.Restart, default))).Message, StringComparison.Ordinal);
        await host.Get<ChangePower>().RunAsync(ann, id, PowerAction.Stop, default);
        await host.DrainAsync();
        await host.UntilAsync(id, ServerPhase.Offline);
        Assert.Contains("2049 MiB", (await host.ShownAsync(id)).Reason, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ConflictException>(() => host.Get<ChangePower>().RunAsync(ann, id, PowerAction.Start, default));
        await host.Get<ChangePlan>().RunAsync(ann, id, new() { Plan = "small" }, default);
        await host.Get<ChangePower>().RunAsync(ann, id, PowerAction.Start, default);
        Assert.Null((await host.ShownAsync(id)).Reason);
    }

    [Fact]
    public async Task New_file_is_refused_where_one_was_made_meanwhile()
    {
        await WriteAsync("/a.txt", FileVersion.Absent);
        await Assert.ThrowsAsync<ConflictException>(() => WriteAsync("/a.txt", FileVersion.Absent));
    }

    [Theory]
    [InlineData(null, "", "")]
    [InlineData(1842, "", "")]
    [InlineData(1844, "warn", "nearly full")]
    [InlineData(2048, "warn", "nearly full")]
    [InlineData(2049, "bad", "over its limit")]
    public async Task Page_warns_from_ninety_percent_on(int? used, string look, string words)
    {
        if (used is { } now) Use(now);
        await using var page = new BunitContext();
        var row = await host.ShownAsync(id);
        var notice = page.Render<DiskNotice>(parameters => parameters.Add(part => part.Row, row)).FindAll(".notice");
        Assert.Equal(look.Length == 0 ? 0 : 1, notice.Count);
        if (look.Length == 0) return;
        Assert.Contains(look, notice[0].ClassList);
        Assert.Contains(words, notice[0].TextContent, StringComparison.Ordinal);
    }

    void Use(int diskMiB) => host.Get<ObservedServers>().SetUsage(id, new(null, null, diskMiB, DateTimeOffset.UtcNow));

    Task<FileVersion> WriteAsync(string path, FileVersion? expected) => host.Get<WriteFile>().RunAsync(ann, id, path, [1, 2], expected, default);

    async Task UploadAsync(int bytes)
    {
        using var content = new MemoryStream(new byte[bytes]);
        await host.Get<UploadFile>().RunAsync(ann, id, "/upload", content, bytes, default);
    }
}
