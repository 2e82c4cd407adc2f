using System.Security.Cryptography;
using Panel.Contracts.Files;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Files;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Files;

public sealed class FileVerbsTests : IAsyncLifetime
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
    public async Task Bits_are_changed_and_stand_in_the_audit()
    {
        await host.Get<ChangeMode>().RunAsync(ann, id, new() { Names = ["a", "b"], Mode = "640", Deep = true }, default);
        var (mode, deep) = host.Cluster.Modes["/b"];
        Assert.Equal((0b110_100_000, 0b111_101_000), ((int)mode, (int)deep!));
        await using var db = host.Open();
        Assert.Equal("0640 for a, b in /, with all they hold", db.Audit.Single(record => record.Action == "file.chmod").Detail);
    }

    [Theory, InlineData("4755"), InlineData("2755"), InlineData("1777"), InlineData("888"), InlineData("u+s"), InlineData(""), InlineData("07777"), InlineData("-755")]
    public async Task Bits_that_lend_rights_and_what_are_none_are_refused(string mode) =>
        await Assert.ThrowsAsync<InvalidFieldException>(() => host.Get<ChangeMode>().RunAsync(ann, id, new() { Names = ["a"], Mode = mode }, default));

    [Fact]
    public async Task Bits_of_what_the_panel_keeps_stay()
    {
        foreach (var name in (string[])[".panel", "..", "a/b", ""]) await Assert.ThrowsAsync<InvalidFieldException>(() => host.Get<ChangeMode>().RunAsync(ann, id, new() { Names = [name], Mode = "644" }, default));
    }

    [Fact]
    public async Task Sums_are_those_of_the_bytes()
    {
        var bytes = RandomNumberGenerator.GetBytes(1_000_000);
        await host.Get<WriteFile>().RunAsync(ann, id, "/a", bytes, null, default);
        var told = 0L;
        var sums = await host.Get<ChecksumFile>().RunAsync(ann, id, "/a", (done, total) => told = total, default);
        Assert.Equal(new(bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)), sums.Sha1, sums.Md5), sums);
        Assert.Equal((40, 32, 1_000_000L), (sums.Sha1.Length, sums.Md5.Length, told));
    }

    [Fact]
    public async Task Search_ends_at_its_limit_and_frees_its_place()
    {
        for (var number = 0; number < FileMatch.Most + 50; number++) host.Cluster.Find((await host.RowAsync(id))!.ObjectName)!.Files[$"/jar{number}"] = [];
        for (var again = 0; again < 5; again++) Assert.Equal(FileMatch.Most, await host.Get<SearchFiles>().RunAsync(ann, id, new() { Text = "jar" }, default).CountAsync());
        foreach (var text in (string[])["", "a\nb", new('x', 201)]) await Assert.ThrowsAsync<InvalidFieldException>(async () => await host.Get<SearchFiles>().RunAsync(ann, id, new() { Text = text }, default).CountAsync());
    }
}
