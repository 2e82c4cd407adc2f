using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Panel.Contracts.Files;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Files.Archives;
using Panel.Core.Files.Jobs;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Files;

public sealed class ArchiveTests : IAsyncLifetime
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

    [Theory, InlineData("a.zip"), InlineData("a.tar.gz"), InlineData("a.tgz"), InlineData("a.tar.zst"), InlineData("a.tar")]
    public async Task What_is_packed_is_unpacked_byte_by_byte_and_stands_in_the_audit(string archive)
    {
        var node = await NodeAsync();
        var bytes = new byte[3_000_000];
        new Random(1).NextBytes(bytes.AsSpan(0, 1_000_000));
        (node.Files["/world/level.dat"], node.Files["/world/wörld 🎮/-rf"], node.Files["/other"]) = (bytes, [1, 2], [3]);
        await DoneAsync(await host.Get<MakeArchive>().RunAsync(ann, id, new() { Names = ["world"], Target = archive }, default));
        Assert.InRange(node.Files["/" + archive].Length, 900_000, archive == "a.tar" ? 3_100_000 : 1_200_000);
        await DoneAsync(await host.Get<ExtractArchive>().RunAsync(ann, id, new() { Path = archive, Folder = "/copy" }, default));
        Assert.Equal(bytes, node.Files["/copy/world/level.dat"]);
        Assert.Equal([1, 2], node.Files["/copy/world/wörld 🎮/-rf"]);
        Assert.False(node.Files.ContainsKey("/copy/other"));
        await using var db = host.Open();
        Assert.Equal(["file.archive", "file.extract"], db.Audit.Where(record => record.Action.StartsWith("file.")).OrderBy(record => record.Id).Select(record => record.Action));
    }

    [Theory, InlineData("a.zip"), InlineData("a.tar.gz"), InlineData("a.tar.zst"), InlineData("a.tar")]
    public async Task Look_into_an_archive_tells_what_is_at_its_top(string archive)
    {
        var node = await NodeAsync();
        (node.Files["/world/level.dat"], node.Files["/world/deep/r.mca"], node.Files["/other"]) = ([1], new byte[100_000], [3]);
        await DoneAsync(await host.Get<MakeArchive>().RunAsync(ann, id, new() { Names = ["world"], Target = archive }, default));
        var made = (await host.Get<FileJobs>().ListAsync(ann, id, default)).Single();
        Assert.Equal(("/" + archive, (long?)node.Files["/" + archive].Length), (made.Place, made.Bytes));
        var look = host.Get<LookIntoArchive>();
        Assert.Equal(("world", true, "world"), await look.RunAsync(ann, id, archive, default) is { } one ? (one.Folder, one.Whole, string.Join(' ', one.Names)) : default);
        await DoneAsync(await host.Get<MakeArchive>().RunAsync(ann, id, new() { Names = ["other", "world"], Target = "two-" + archive }, default));
        Assert.Equal((null, "other world"), await look.RunAsync(ann, id, "two-" + archive, default) is { } two ? (two.Folder, string.Join(' ', two.Names.Order())) : default);
        node.Files["/broken-" + archive] = [1, 2, 3];
        Assert.Null(await look.RunAsync(ann, id, "broken-" + archive, default));
        await host.Get<FileJobs>().ClearAsync(ann, id, default);
        Assert.Empty(await host.Get<FileJobs>().ListAsync(ann, id, default));
    }

    [Theory, InlineData(WhenExists.Replace, 2), InlineData(WhenExists.Keep, 1)]
    public async Task What_exists_already_is_asked_about(WhenExists answer, byte stays)
    {
        var node = await NodeAsync();
        (node.Files["/a.zip"], node.Files["/deep/x"]) = (Zip(("deep/x", [2]), ("y", [3])), [1]);
        var job = await host.Get<ExtractArchive>().RunAsync(ann, id, new() { Path = "/a.zip" }, default);
        await Deadline.UntilAsync("the question", async () => (await FindAsync(job.Id)).State is FileJobState.Asking);
        Assert.Equal(["deep/x"], (await FindAsync(job.Id)).Existing);
        Assert.Equal(1, (await FindAsync(job.Id)).ExistingCount);
        Assert.False(node.Files.ContainsKey("/y"));
        await Assert.ThrowsAsync<InvalidFieldException>(() => host.Get<FileJobs>().AnswerAsync(ann, id, job.Id, WhenExists.Ask, default));
        await host.Get<FileJobs>().AnswerAsync(ann, id, job.Id, answer, default);
        await DoneAsync(job);
        Assert.Equal([stays], node.Files["/deep/x"]);
        Assert.Equal([3], node.Files["/y"]);
        await Assert.ThrowsAsync<ConflictException>(() => host.Get<FileJobs>().AnswerAsync(ann, id, job.Id, answer, default));
    }

    [Fact]
    public async Task Cancelled_job_leaves_nothing_and_goes_from_the_list_when_it_is_cancelled_again()
    {
        var node = await NodeAsync();
        (node.Files["/a.zip"], node.Files["/x"]) = (Zip(("x", [2])), [1]);
        var job = await host.Get<ExtractArchive>().RunAsync(ann, id, new() { Path = "/a.zip" }, default);
        await Deadline.UntilAsync("the question", async () => (await FindAsync(job.Id)).State is FileJobState.Asking);
        await host.Get<FileJobs>().CancelAsync(ann, id, job.Id, default);
        await Deadline.UntilAsync("the end", async () => (await FindAsync(job.Id)).State is FileJobState.Cancelled);
        Assert.Equal([1], node.Files["/x"]);
        await host.Get<FileJobs>().CancelAsync(ann, id, job.Id, default);
        Assert.Empty(await host.Get<FileJobs>().ListAsync(ann, id, default));
        await Assert.ThrowsAsync<NotFoundException>(() => host.Get<FileJobs>().CancelAsync(ann, id, job.Id, default));
    }

    [Fact]
    public async Task Two_jobs_of_a_server_work_at_a_time_and_eight_may_be_there()
    {
        var node = await NodeAsync();
        (node.Files["/a.zip"], node.Files["/x"]) = (Zip(("x", [2])), [1]);
        for (var count = 0; count < 8; count++) await host.Get<ExtractArchive>().RunAsync(ann, id, new() { Path = "/a.zip" }, default);
        await Assert.ThrowsAsync<ConflictException>(() => host.Get<ExtractArchive>().RunAsync(ann, id, new() { Path = "/a.zip" }, default));
        await Deadline.UntilAsync("two questions", async () => (await host.Get<FileJobs>().ListAsync(ann, id, default)).Count(job => job.State is FileJobState.Asking) == 2);
        Assert.Equal(6, (await host.Get<FileJobs>().ListAsync(ann, id, default)).Count(job => job.State is FileJobState.Waiting));
        foreach (var job in await host.Get<FileJobs>().ListAsync(ann, id, default)) await host.Get<FileJobs>().CancelAsync(ann, id, job.Id, default);
        await Deadline.UntilAsync("the end of all", async () => (await host.Get<FileJobs>().ListAsync(ann, id, default)).All(job => job.Ended));
    }

    [Theory]
    [InlineData("../evil"), InlineData("a/../../evil"), InlineData("/etc/evil"), InlineData("..\\evil"), InlineData("C:\\evil"), InlineData("a\nb"), InlineData("a\0b"), InlineData("a/\u001b[2J"), InlineData(".panel/bin/x"), InlineData(".PANEL/x"), InlineData("./.panel/x")]
    public async Task Zip_with_a_name_that_leads_out_is_refused_whole(string name) => await RefusedAsync("a.zip", Zip(("good", [1]), (name, [2])));

    [Theory]
    [InlineData("../evil"), InlineData("a/../../evil"), InlineData("/etc/evil"), InlineData("a\nb"), InlineData(".panel/bin/x"), InlineData("./.panel/x")]
    public async Task Tar_with_a_name_that_leads_out_is_refused_whole(string name) =>
        await RefusedAsync("a.tar", Tar(Plain("good"), Plain(name)));

    [Fact]
    public async Task Names_that_are_too_long_or_too_deep_are_refused()
    {
        await RefusedAsync("a.zip", Zip((new string('x', 256), [1])));
        await RefusedAsync("a.zip", Zip((string.Concat(Enumerable.Repeat("d/", 101)) + "x", [1])));
        await RefusedAsync("a.zip", Zip((string.Concat(Enumerable.Repeat(new string('d', 200) + "/", 20)) + "x", [1])));
    }

    [Theory, InlineData("/etc/passwd"), InlineData("../out"), InlineData("a/../../out"), InlineData("..")]
    public async Task Link_that_leads_out_is_refused(string target)
    {
        await RefusedAsync("a.tar", Tar(new PaxTarEntry(TarEntryType.SymbolicLink, "link") { LinkName = target }));
        await RefusedAsync("a.zip", Zip(("link", Encoding.UTF8.GetBytes(target)), kind: 0xA1FF));
    }

    [Theory, InlineData(TarEntryType.HardLink), InlineData(TarEntryType.Fifo), InlineData(TarEntryType.CharacterDevice), InlineData(TarEntryType.BlockDevice)]
    public async Task Hard_link_device_or_pipe_is_refused(TarEntryType type)
    {
        var entry = new PaxTarEntry(type, "x");
        if (type is TarEntryType.HardLink) entry.LinkName = "good";
        await RefusedAsync("a.tar", Tar(Plain("good"), entry));
        await RefusedAsync("a.zip", Zip(("device", [1]), kind: 0x61FF));
    }

    [Fact]
    public async Task Bomb_is_refused_by_its_ratio_its_size_and_its_count()
    {
        // 1 GiB of nothing in a megabyte; it says so
        var large = new byte[1 << 20];
        await RefusedAsync("a.tar.gz", await GzipAsync(Tar(Enumerable.Range(0, 300).Select(number => Plain($"{number}", large)).ToArray())), "250 times");
        await RefusedAsync("a.gz", await GzipAsync(new byte[300 << 20]), "250 times");
        // more than the disk of 2 GiB has room for
        await RefusedAsync("a.tar", Tar(Claims(3L << 30)), "does not fit");
        await RefusedAsync("a.tar", Tar(Claims(long.MaxValue)));
        await RefusedAsync("a.zip", Zip([.. Enumerable.Range(0, 200_001).Select(number => ($"{number}", Array.Empty<byte>()))]), "200,000 entries");
    }

    [Fact]
    public async Task Header_that_would_fill_the_memory_is_refused()
    {
        // an extended header of 1.5 GiB, and a zip that is nothing but a directory
        await RefusedAsync("a.tar", Tar(Claims(3L << 29, 'x')));
        await RefusedAsync("a.tar", Tar(Claims(3L << 29, 'L')));
        await RefusedAsync("a.zip", Zip([.. Enumerable.Range(0, 90_000).Select(number => ($"{number}{new string('x', 200)}", Array.Empty<byte>()))]));
    }

    [Theory, InlineData("a.zip"), InlineData("a.tar"), InlineData("a.tar.gz"), InlineData("a.tar.zst"), InlineData("a.gz")]
    public async Task Damaged_archive_is_refused_and_leaves_nothing(string name)
    {
        var node = await NodeAsync();
        node.Files["/x"] = [.. Enumerable.Range(0, 100_000).Select(number => (byte)(number * number / 7))];
        await RefusedAsync(name, [.. "this is no archive, whatever its name says"u8, .. new byte[2000]]);
        if (name == "a.gz") return;
        await DoneAsync(await host.Get<MakeArchive>().RunAsync(ann, id, new() { Names = ["x"], Target = "/made" + name }, default));
        var good = node.Files["/made" + name];
        node.Files.Remove("/x");
        await RefusedAsync(name, good[..(good.Length / 2)]);
        if (name == "a.tar") return;    // has no sum of its contents
        var bad = good.ToArray();
        bad[bad.Length / 2] ^= 0x55;
        await RefusedAsync(name, bad);
    }

    [Fact]
    public async Task What_the_panel_does_not_pack_or_unpack_is_told_by_its_field()
    {
        await Assert.ThrowsAsync<InvalidFieldException>(() => host.Get<MakeArchive>().RunAsync(ann, id, new() { Names = ["a"], Target = "/a.rar" }, default));
        await Assert.ThrowsAsync<InvalidFieldException>(() => host.Get<MakeArchive>().RunAsync(ann, id, new() { Names = [], Target = "/a.zip" }, default));
        await Assert.ThrowsAsync<InvalidFieldException>(() => host.Get<MakeArchive>().RunAsync(ann, id, new() { Names = [".panel"], Target = "/a.zip" }, default));
        await Assert.ThrowsAsync<InvalidFieldException>(() => host.Get<MakeArchive>().RunAsync(ann, id, new() { Names = ["../a"], Target = "/a.zip" }, default));
        await Assert.ThrowsAsync<InvalidFieldException>(() => host.Get<ExtractArchive>().RunAsync(ann, id, new() { Path = "/a.rar" }, default));
        await Assert.ThrowsAsync<InvalidFieldException>(() => host.Get<ExtractArchive>().RunAsync(ann, id, new() { Path = "/a.zip", Folder = "/.panel/bin" }, default));
    }

    async Task RefusedAsync(string name, byte[] archive, string? why = null)
    {
        var node = await NodeAsync();
        node.Files["/" + name] = archive;
        var before = node.Files.Keys.ToList();
        var job = await host.Get<ExtractArchive>().RunAsync(ann, id, new() { Path = "/" + name }, default);
        await Deadline.UntilAsync("the end", async () => (await FindAsync(job.Id)).Ended);
        var end = await FindAsync(job.Id);
        Assert.Equal(FileJobState.Failed, end.State);
        Assert.DoesNotContain("not your fault", end.Text, StringComparison.Ordinal);
        if (why is not null) Assert.Contains(why, end.Text, StringComparison.Ordinal);
        Assert.Equal(before, node.Files.Keys);
        await host.Get<FileJobs>().CancelAsync(ann, id, job.Id, default);
    }

    async Task DoneAsync(FileJob job)
    {
        await Deadline.UntilAsync("the end of the job", async () => (await FindAsync(job.Id)).Ended);
        var end = await FindAsync(job.Id);
        Assert.True(end.State is FileJobState.Done, end.Text);
    }

    async Task<FileJob> FindAsync(Guid job) => (await host.Get<FileJobs>().ListAsync(ann, id, default)).Single(one => one.Id == job);

    async Task<MemoryCluster.Node> NodeAsync() => host.Cluster.Find((await host.RowAsync(id))!.ObjectName)!;

    static byte[] Zip(params (string Name, byte[] Content)[] entries) => Zip(entries, 0);

    static byte[] Zip((string Name, byte[] Content) entry, int kind) => Zip([entry], kind);

    static byte[] Zip((string Name, byte[] Content)[] entries, int kind)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                var entry = zip.CreateEntry(name);
                entry.ExternalAttributes = kind << 16;
                using var into = entry.Open();
                into.Write(content);
            }
        }
        return bytes.ToArray();
    }

    static PaxTarEntry Plain(string name, byte[]? content = null) => new(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content ?? [1]) };

    static byte[] Tar(params TarEntry[] entries)
    {
        using var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, leaveOpen: true))
        {
            foreach (var entry in entries) tar.WriteEntry(entry);
        }
        return bytes.ToArray();
    }

    // a header that says of what follows that it is so long
    static byte[] Tar(byte[] header) => [.. header, .. new byte[4 << 20]];

    static byte[] Claims(long size, char type = '0')
    {
        var header = new byte[512];
        "large"u8.CopyTo(header);
        "0000644\0"u8.CopyTo(header.AsSpan(100));
        "0000000\0"u8.CopyTo(header.AsSpan(108));
        "0000000\0"u8.CopyTo(header.AsSpan(116));
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(128), size);
        header[124] = 0x80;
        "00000000000\0"u8.CopyTo(header.AsSpan(136));
        "        "u8.CopyTo(header.AsSpan(148));
        header[156] = (byte)type;
        "ustar  \0"u8.CopyTo(header.AsSpan(257));
        var sum = header.Sum(value => value);
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(header, 148);
        return header;
    }

    static async Task<byte[]> GzipAsync(byte[] content)
    {
        using var bytes = new MemoryStream();
        await using (var gzip = new GZipStream(bytes, CompressionLevel.SmallestSize, leaveOpen: true)) await gzip.WriteAsync(content);
        return bytes.ToArray();
    }
}
