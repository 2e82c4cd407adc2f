using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Panel.Contracts.Files;
using Panel.Core.Errors;
using Panel.Core.Files;
using Panel.Core.Files.Archives;
using Panel.Tests.Kube.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Conformance;

[Trait("Lane", "cluster")]
public sealed class ArchivesTests(ConformanceSpace conformance) : IClassFixture<ConformanceSpace>
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, InlineData("a.zip"), InlineData("a.tar.gz"), InlineData("a.tar.zst"), InlineData("a.tar")]
    public async Task Folder_of_a_game_is_packed_and_unpacked_through_its_pod(string archive)
    {
        var space = conformance.Space;
        var spec = await conformance.RunAsync("cd /data; mkdir -p w/deep w/empty; printf '#!' >w/run.sh; chmod +x w/run.sh; ln -s deep w/in; head -c 3000000 /dev/urandom >w/deep/big; for i in $(seq 300); do echo $i >w/f$i; done; ln w/run.sh w/hard; echo made; exec sleep 1000");
        await Lines.UntilAsync(space, spec.ObjectName, line => line == "made");
        var path = ServerPath.Parse(archive);
        var begin = Stopwatch.GetTimestamp();
        await PackAsync(space, spec.ObjectName, path);
        var packed = Stopwatch.GetElapsedTime(begin);
        begin = Stopwatch.GetTimestamp();
        await UnpackAsync(space, spec.ObjectName, path, "/copy", _ => throw new InvalidOperationException("Nothing was there."));
        TestContext.Current.TestOutputHelper?.WriteLine($"{archive}: 303 files packed in {packed.TotalMilliseconds:0} ms, unpacked in {Stopwatch.GetElapsedTime(begin).TotalMilliseconds:0} ms");

        var entries = (await space.Files.ListAsync(spec.ObjectName, ServerPath.Parse("/copy/w"), Stop)).Entries.ToDictionary(entry => entry.Name);
        Assert.Equal(305, entries.Count);
        Assert.Equal((FileKind.Link, FileKind.Folder, FileKind.File), (entries["in"].Kind, entries["empty"].Kind, entries["hard"].Kind));
        Assert.Equal((0b111_101_101, 0b110_100_100), (entries["run.sh"].Mode, entries["f7"].Mode));
        foreach (var name in (string[])["deep/big", "f300"]) Assert.Equal(await SumAsync(space, spec.ObjectName, $"/w/{name}"), await SumAsync(space, spec.ObjectName, $"/copy/w/{name}"));

        // again, over what is there
        await space.Files.WriteAsync(spec.ObjectName, ServerPath.Parse("/copy/w/f300"), new MemoryStream("mine"u8.ToArray()), 4, null, null, Stop);
        await UnpackAsync(space, spec.ObjectName, path, "/copy", existing => existing.Contains("w/f300") ? WhenExists.Keep : throw new InvalidOperationException());
        Assert.Equal("mine", await ReadAsync(space, spec.ObjectName, "/copy/w/f300"));
        await UnpackAsync(space, spec.ObjectName, path, "/copy", _ => WhenExists.Replace);
        Assert.Equal("300\n", await ReadAsync(space, spec.ObjectName, "/copy/w/f300"));
        Assert.Empty((await space.Files.ListAsync(spec.ObjectName, ServerPath.Parse("/.panel/work"), Stop)).Entries);
    }

    [Fact]
    public async Task What_is_cancelled_or_refused_leaves_nothing()
    {
        var space = conformance.Space;
        var spec = await conformance.MakeAsync("true");
        await space.Files.WriteAsync(spec.ObjectName, ServerPath.Parse("/w/a"), new MemoryStream("one"u8.ToArray()), 3, null, null, Stop);
        await PackAsync(space, spec.ObjectName, ServerPath.Parse("/a.zip"));
        await Assert.ThrowsAsync<ConflictException>(() => PackAsync(space, spec.ObjectName, ServerPath.Parse("/a.zip")));
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => space.Archives.StoreAsync(spec.ObjectName, ServerPath.Parse("/half"), replace: false, async to =>
        {
            await to.WriteAsync(new byte[3 << 20], stop.Token);
            await stop.CancelAsync();
            stop.Token.ThrowIfCancellationRequested();
        }, stop.Token));
        await Assert.ThrowsAsync<ConflictException>(() => UnpackAsync(space, spec.ObjectName, ServerPath.Parse("/a.zip"), "/", _ => throw new ConflictException("no")));
        await Assert.ThrowsAsync<NotFoundException>(() => space.Archives.OpenAsync(spec.ObjectName, ServerPath.Parse("/none.zip"), Stop));
        await Deadline.UntilAsync("nothing beside them", async () => (await space.Files.ListAsync(spec.ObjectName, ServerPath.Parse("/.panel/work"), Stop)).Entries.Count == 0);
        Assert.Equal(["w", "a.zip"], (await space.Files.ListAsync(spec.ObjectName, ServerPath.Root, Stop)).Entries.Select(entry => entry.Name));
        Assert.Equal("one", await ReadAsync(space, spec.ObjectName, "/w/a"));
    }

    static Task PackAsync(ClusterSpace space, string name, ServerPath archive) => space.Archives.StoreAsync(name, archive, replace: false, to =>
        space.Archives.BundleAsync(name, ServerPath.Root, ["w"], tar => ArchiveWriter.RunAsync(tar, to, ArchiveFormats.Find(archive.Name)!.Value.Format, _ => { }, Stop), Stop), Stop);

    static async Task UnpackAsync(ClusterSpace space, string name, ServerPath archive, string folder, Func<IReadOnlyList<string>, WhenExists> choose)
    {
        await using var file = await space.Archives.OpenAsync(name, archive, Stop);
        var allowance = new Allowance(1 << 30, 10_000, file.Length, 250, _ => { });
        await space.Archives.UnpackAsync(name, ServerPath.Parse(folder), into => new ArchiveReader(file, into, allowance, atRoot: false).RunAsync(ArchiveFormats.Find(archive.Name)!.Value.Format, Stop),
            existing => Task.FromResult(choose(existing)), Stop);
    }

    static async Task<string> ReadAsync(ClusterSpace space, string name, string path) => Encoding.UTF8.GetString((await space.Files.ReadAsync(name, ServerPath.Parse(path), 1 << 20, Stop)).Content);

    static async Task<string> SumAsync(ClusterSpace space, string name, string path)
    {
        using var bytes = new MemoryStream();
        await space.Files.DownloadAsync(name, ServerPath.Parse(path), _ => { }, bytes, Stop);
        return Convert.ToHexString(SHA256.HashData(bytes.ToArray()));
    }
}
