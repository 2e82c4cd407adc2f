using System.Security.Cryptography;
using System.Text;
using Panel.Contracts.Files;
using Panel.Core.Errors;
using Panel.Core.Files;
using Panel.Core.Servers;
using Panel.Kube.Client;
using Panel.Kube.Servers;
using Panel.Tests.Kube.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Conformance;

[Trait("Lane", "cluster")]
public sealed class FilesTests(ConformanceSpace conformance) : IClassFixture<ConformanceSpace>
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    IServerFiles Files => conformance.Space.Files;

    [Fact]
    public async Task Every_operation_does_what_it_says_whatever_names_are_like()
    {
        var name = (await conformance.MakeAsync(TestSpecs.Echo)).ObjectName;
        var odd = ServerPath.Root.Child("-rf $(x) 'q' 🎮\n");
        await Files.CreateFolderAsync(name, odd, Stop);
        await Assert.ThrowsAsync<ConflictException>(() => Files.CreateFolderAsync(name, odd, Stop));
        await WriteAsync(name, odd.Child("a b"), "one");
        Assert.Equal([("a b", FileKind.File, 3L)], (await Files.ListAsync(name, odd, Stop)).Entries.Select(entry => (entry.Name, entry.Kind, entry.Bytes)));

        var read = await Files.ReadAsync(name, odd.Child("a b"), 100, Stop);
        Assert.Equal("one", Encoding.UTF8.GetString(read.Content));
        await WriteAsync(name, odd.Child("a b"), "two", read.Version);
        await Assert.ThrowsAsync<ConflictException>(() => WriteAsync(name, odd.Child("a b"), "three", read.Version));

        await Files.MoveAsync(name, odd.Child("a b"), ServerPath.Parse("/new/place"), Stop);
        await Assert.ThrowsAsync<NotFoundException>(() => Files.ReadAsync(name, odd.Child("a b"), 100, Stop));
        Assert.Equal("two", Encoding.UTF8.GetString((await Files.ReadAsync(name, ServerPath.Parse("/new/place"), 100, Stop)).Content));
        await Files.DeleteAsync(name, [odd, ServerPath.Parse("/new"), ServerPath.Parse("/not/there")], Stop);
        Assert.Empty((await Files.ListAsync(name, ServerPath.Root, Stop)).Entries);
    }

    [Fact]
    public async Task Large_file_goes_up_and_down_unchanged_and_a_broken_upload_changes_nothing()
    {
        var name = (await conformance.MakeAsync(TestSpecs.Echo)).ObjectName;
        var (bytes, file) = (RandomNumberGenerator.GetBytes(8 << 20), ServerPath.Parse("/deep/world.bin"));
        var version = await Files.WriteAsync(name, file, new MemoryStream(bytes), bytes.Length, null, null, Stop);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), version.Value);
        await Assert.ThrowsAsync<InvalidFieldException>(() => Files.WriteAsync(name, file, new MemoryStream("short"u8.ToArray()), 500_000, null, null, Stop));
        using var back = new MemoryStream();
        var told = 0L;
        await Files.DownloadAsync(name, file, size => told = size, back, Stop);
        Assert.Equal(bytes.Length, told);
        Assert.True(back.ToArray().AsSpan().SequenceEqual(bytes));
        await Assert.ThrowsAsync<InvalidFieldException>(() => Files.ReadAsync(name, file, 4 << 20, Stop));
    }

    [Fact]
    public async Task Files_are_the_same_while_the_server_runs_and_links_lead_nowhere()
    {
        var spec = await conformance.RunAsync("ln -s /etc /data/out; ln -s /etc/passwd /data/file; echo made; exec sleep 1000");
        await Lines.UntilAsync(conformance.Space, spec.ObjectName, line => line == "made");
        foreach (var path in (string[])["/out/passwd", "/file"])
        {
            await Assert.ThrowsAsync<ConflictException>(() => Files.ReadAsync(spec.ObjectName, ServerPath.Parse(path), 100, Stop));
            await Assert.ThrowsAsync<ConflictException>(() => WriteAsync(spec.ObjectName, ServerPath.Parse(path), "x"));
        }
        await WriteAsync(spec.ObjectName, ServerPath.Parse("/mine"), "x");
        Assert.Equal([("file", FileKind.Link), ("mine", FileKind.File), ("out", FileKind.Link)],
            (await Files.ListAsync(spec.ObjectName, ServerPath.Root, Stop)).Entries.Select(entry => (entry.Name, entry.Kind)).OrderBy(entry => entry.Name, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Pod_of_files_that_goes_away_is_made_anew()
    {
        var name = (await conformance.MakeAsync(TestSpecs.Echo)).ObjectName;
        await WriteAsync(name, ServerPath.Parse("/x"), "kept");
        await conformance.Space.Client.DeleteAsync(Kinds.Pods, conformance.Space.Space, ServerObjects.FilesPod(name), new() { GracePeriodSeconds = 0 }, Stop);
        Assert.Equal("kept", Encoding.UTF8.GetString((await Files.ReadAsync(name, ServerPath.Parse("/x"), 100, Stop)).Content));
    }

    async Task<FileVersion> WriteAsync(string name, ServerPath path, string text, FileVersion? expected = null)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return await Files.WriteAsync(name, path, new MemoryStream(bytes), bytes.Length, expected, null, Stop);
    }
}
