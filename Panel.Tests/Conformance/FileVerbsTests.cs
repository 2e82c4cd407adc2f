using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Panel.Contracts.Files;
using Panel.Core.Errors;
using Panel.Core.Files;
using Panel.Core.Servers;
using Panel.Tests.Kube.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Conformance;

/// <summary>What else is done with files where they are: parts of them, permissions, searches, copies, the bin; and names and links that want to be something else.</summary>
[Trait("Lane", "cluster")]
public sealed class FileVerbsTests(ConformanceSpace conformance) : IClassFixture<ConformanceSpace>
{
    const string Sleep = "; echo made; exec sleep 1000";

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    ClusterSpace Space => conformance.Space;

    [Fact]
    public async Task Part_of_a_file_is_read_and_its_tag_tells_when_it_changed()
    {
        var name = (await conformance.MakeAsync("true")).ObjectName;
        await WriteAsync(name, "/x", "0123456789");
        async Task<(FileFacts Facts, string Text)> FetchAsync(ByteRange? range)
        {
            using var part = new MemoryStream();
            FileFacts? facts = null;
            await Space.Files.FetchAsync(name, ServerPath.Parse("/x"), told =>
            {
                facts = told;
                return range;
            }, part, Stop);
            return (facts!, Encoding.UTF8.GetString(part.ToArray()));
        }
        var (first, middle) = await FetchAsync(new(3, 4));
        Assert.Equal((10L, "3456"), (first.Bytes, middle));
        Assert.Equal("9", (await FetchAsync(new(9, 1))).Text);
        Assert.Equal("", (await FetchAsync(null)).Text);
        Assert.Equal(first, (await FetchAsync(null)).Facts);
        await WriteAsync(name, "/x", "9876543210");
        Assert.NotEqual(first.Tag, (await FetchAsync(null)).Facts.Tag);
    }

    [Fact]
    public async Task What_folders_hold_is_told_by_one_question()
    {
        var name = (await conformance.MakeAsync("true")).ObjectName;
        foreach (var path in (string[])["/d/e/f", "/-n \\0101 'q' é\n$(x)", "/x"]) await WriteAsync(name, path, "x");
        async Task<string[]> TreeAsync(bool deep, params string[] roots) =>
            [.. (await Space.Tools.TreeAsync(name, [.. roots.Select(path => ServerPath.Parse(path))], deep, Stop).ToListAsync(Stop)).Select(entry => $"{entry.Root} {entry.Kind} {string.Join('/', entry.Parts)}".TrimEnd()).Order(StringComparer.Ordinal)];
        Assert.Equal(["0 File", "2 Folder", "2 File e/f", "2 Folder e"], (await TreeAsync(true, "/-n \\0101 'q' é\n$(x)", "/none", "/d")).OrderBy(line => line[0]).ThenBy(line => line.Length));
        Assert.Equal(["0 Folder", "1 File"], await TreeAsync(false, "/d", "/x"));
        Assert.Empty(await TreeAsync(true, "/none/at/all"));
    }

    [Fact]
    public async Task Permissions_change_of_what_is_named_and_of_all_below_it()
    {
        var name = (await conformance.MakeAsync("true")).ObjectName;
        foreach (var path in (string[])["/d/e/f", "/d/g", "/-rf"]) await WriteAsync(name, path, "x");
        await Space.Tools.ChangeModeAsync(name, ServerPath.Root, ["-rf"], (UnixFileMode)0b111_101_000, null, Stop);
        await Space.Tools.ChangeModeAsync(name, ServerPath.Root, ["d"], (UnixFileMode)0b110_000_000, (UnixFileMode)0b111_000_000, Stop);
        Assert.Equal(0b111_101_000, (await LookAsync(name, "/-rf")).Mode);
        Assert.Equal((0b111_000_000, 0b111_000_000, 0b110_000_000, 0b110_000_000), ((await LookAsync(name, "/d")).Mode, (await LookAsync(name, "/d/e")).Mode, (await LookAsync(name, "/d/e/f")).Mode, (await LookAsync(name, "/d/g")).Mode));
        await Assert.ThrowsAsync<NotFoundException>(() => Space.Tools.ChangeModeAsync(name, ServerPath.Root, ["none"], (UnixFileMode)0b110_000_000, null, Stop));
    }

    [Fact]
    public async Task Names_and_lines_are_found()
    {
        var name = (await conformance.MakeAsync("true")).ObjectName;
        await WriteAsync(name, "/a/Server.cfg", "first\nPort = 7777\n");
        await WriteAsync(name, "/a/-e\n.cfg", "port=1");
        await WriteAsync(name, "/b.bin", "port\0");
        async Task<string[]> FoundAsync(FileSearchRequest request)
        {
            var found = new List<string>();
            await foreach (var match in Space.Tools.SearchAsync(name, ServerPath.Root, request, Stop)) found.Add($"{match.Path}:{match.Line}:{match.Text}");
            return [.. found.Order(StringComparer.Ordinal)];
        }
        Assert.Equal((string[])["/a/-e\n.cfg::", "/a/Server.cfg::"], await FoundAsync(new() { Text = "*.CFG" }));
        Assert.Empty(await FoundAsync(new() { Text = "*.CFG", MatchCase = true }));
        Assert.Equal((string[])["/a/-e\n.cfg:1:port=1", "/a/Server.cfg:2:Port = 7777"], await FoundAsync(new() { Text = "port", Contents = true }));
        Assert.Equal((string[])["/a/Server.cfg:2:Port = 7777"], await FoundAsync(new() { Text = "^Port *= *[0-9]{4}$", Contents = true, Regex = true, MatchCase = true }));
        await Assert.ThrowsAsync<InvalidFieldException>(() => FoundAsync(new() { Text = "a(", Contents = true, Regex = true }));
    }

    [Fact]
    public async Task Folder_is_copied_measured_packed_binned_and_brought_back_and_a_saves_history_is_kept()
    {
        var name = (await conformance.MakeAsync("true")).ObjectName;
        await WriteAsync(name, "/w/deep/level", "one");
        await Space.Files.CopyAsync(name, ServerPath.Parse("/w"), ServerPath.Parse("/copy"), Stop);
        await Assert.ThrowsAsync<ConflictException>(() => Space.Files.CopyAsync(name, ServerPath.Parse("/w"), ServerPath.Parse("/copy"), Stop));
        Assert.Equal("one", await ReadAsync(name, "/copy/deep/level"));
        Assert.True(await Space.Files.MeasureAsync(name, ServerPath.Parse("/w"), Stop) >= 3);

        using var packed = new MemoryStream();
        await Space.Files.PackAsync(name, ServerPath.Root, ["w"], () => { }, packed, Stop);
        packed.Position = 0;
        await using (var tar = new TarReader(new GZipStream(packed, CompressionMode.Decompress)))
        {
            var names = new List<string>();
            while (await tar.GetNextEntryAsync(cancellationToken: Stop) is { } entry) names.Add(entry.Name.TrimEnd('/'));
            Assert.Equal(["./w", "./w/deep", "./w/deep/level"], names);
        }

        var (bin, save) = (KeptId.New(DateTimeOffset.UnixEpoch), KeptId.New(DateTimeOffset.UnixEpoch));
        await Space.Files.DiscardAsync(name, [(bin, ServerPath.Parse("/w"))], Stop);
        await Assert.ThrowsAsync<NotFoundException>(() => ReadAsync(name, "/w/deep/level"));
        Assert.Equal("/w", Assert.Single(await Space.Files.BinAsync(name, Stop)).Path);
        Assert.Equal(ServerPath.Parse("/w"), await Space.Files.RestoreAsync(name, bin, Stop));
        Assert.Equal("one", await ReadAsync(name, "/w/deep/level"));

        await Space.Files.WriteAsync(name, ServerPath.Parse("/w/deep/level"), new MemoryStream("two"u8.ToArray()), 3, null, save, Stop);
        Assert.Equal(save.Value, Assert.Single(await Space.Files.SavesAsync(name, ServerPath.Parse("/w/deep/level"), Stop)).Id);
        Assert.Equal("one", Encoding.UTF8.GetString((await Space.Files.ReadSaveAsync(name, ServerPath.Parse("/w/deep/level"), save, 100, Stop)).Content));
    }

    [Theory]
    [InlineData("-rf"), InlineData("new\nline\n"), InlineData("🎮é"), InlineData("$(touch pwned)`x`;'\"*?&%#+\\"), InlineData("long"), InlineData("odd")]
    public async Task Name_is_only_a_name_for_every_verb(string called)
    {
        var item = called switch { "long" => new string('x', 255), "odd" => FileNames.Text([(byte)'c', 0xE9, (byte)' ', 0xFF]), _ => called };
        var name = (await conformance.MakeAsync("true")).ObjectName;
        var (folder, id) = (ServerPath.Root.Child(item), KeptId.New(DateTimeOffset.UnixEpoch));
        var file = folder.Child(item);
        await Space.Files.CreateFolderAsync(name, folder, Stop);
        await Space.Files.WriteAsync(name, file, new MemoryStream("one"u8.ToArray()), 3, FileVersion.Absent, null, Stop);
        Assert.Equal([item], (await Space.Files.ListAsync(name, folder, Stop)).Entries.Select(entry => entry.Name));
        Assert.Equal((item, 3L), await Space.Files.LookAsync(name, file, Stop) is var seen ? (seen.Name, seen.Bytes) : default);
        await Space.Tools.ChangeModeAsync(name, folder, [item], (UnixFileMode)0b110_000_000, null, Stop);
        using (var part = new MemoryStream())
        {
            await Space.Files.FetchAsync(name, file, _ => new(1, 2), part, Stop);
            Assert.Equal("ne"u8.ToArray(), part.ToArray());
        }
        await Space.Archives.BundleAsync(name, folder, [item], async tar =>
        {
            await using var entries = new TarReader(tar, leaveOpen: true);
            Assert.Equal(3, (await entries.GetNextEntryAsync(cancellationToken: Stop))!.Length);
            await tar.CopyToAsync(Stream.Null, Stop);
        }, Stop);
        await Space.Archives.StoreAsync(name, file, replace: true, async to => await to.WriteAsync("two!"u8.ToArray(), Stop), Stop);
        await Space.Files.CopyAsync(name, file, ServerPath.Parse("/plain"), Stop);
        Assert.Equal("two!", await ReadAsync(name, "/plain"));
        var uploads = Space.Get<IUploadParts>();
        await uploads.BeginAsync(name, id, file, isNew: false, "about"u8.ToArray(), Stop);
        await uploads.AppendAsync(name, id, 0, new MemoryStream("three"u8.ToArray()), 5, null, new(file, 5, null, null), Stop);
        await Space.Files.DiscardAsync(name, [(id, file)], Stop);
        Assert.Equal(file, await Space.Files.RestoreAsync(name, id, Stop));
        await Space.Files.MoveAsync(name, file, ServerPath.Parse("/moved"), Stop);
        Assert.Equal("three", await ReadAsync(name, "/moved"));
        await Space.Files.DeleteAsync(name, [folder, ServerPath.Parse("/plain"), ServerPath.Parse("/moved")], Stop);
        Assert.Empty((await Space.Files.ListAsync(name, ServerPath.Root, Stop)).Entries);
    }

    [Fact]
    public async Task Link_is_refused_by_every_verb_wherever_it_stands_in_a_path()
    {
        var spec = await conformance.RunAsync("cd /data; mkdir -p a/b in; echo kept >in/x; ln -s ../in a/link; ln -s /data/in out; ln -s /etc etc; ln -s in/x file" + Sleep);
        await Lines.UntilAsync(Space, spec.ObjectName, line => line == "made");
        var (name, files, mode) = (spec.ObjectName, Space.Files, (UnixFileMode)0b111_111_111);
        var uploads = Space.Get<IUploadParts>();
        static MemoryStream Content() => new("x"u8.ToArray());
        foreach (var at in (string[])["/out", "/a/link", "/etc", "/a/link/deeper"])
        {
            var (folder, inside, plain) = (ServerPath.Parse(at), ServerPath.Parse(at + "/x"), ServerPath.Parse("/a/b"));
            var id = KeptId.New(DateTimeOffset.UnixEpoch);
            Dictionary<string, Func<Task>> verbs = new()
            {
                ["list"] = () => files.ListAsync(name, folder, Stop),
                ["look"] = () => files.LookAsync(name, inside, Stop),
                ["read"] = () => files.ReadAsync(name, inside, 100, Stop),
                ["download"] = () => files.DownloadAsync(name, inside, _ => { }, Stream.Null, Stop),
                ["fetch"] = () => files.FetchAsync(name, inside, _ => new(0, 1), Stream.Null, Stop),
                ["pack"] = () => files.PackAsync(name, folder, [], () => { }, Stream.Null, Stop),
                ["bundle"] = () => Space.Archives.BundleAsync(name, folder, ["x"], tar => tar.CopyToAsync(Stream.Null, Stop), Stop),
                ["open"] = async () => await (await Space.Archives.OpenAsync(name, inside, Stop)).DisposeAsync(),
                ["write"] = () => files.WriteAsync(name, inside, Content(), 1, null, null, Stop),
                ["store"] = () => Space.Archives.StoreAsync(name, inside, replace: true, to => Content().CopyToAsync(to, Stop), Stop),
                ["unpack"] = () => Space.Archives.UnpackAsync(name, folder, into => into.FileAsync(EntryPath.Parse("x"), Content(), 1, mode, DateTimeOffset.UnixEpoch, Stop), _ => Task.FromResult(WhenExists.Replace), Stop),
                ["upload"] = () => uploads.BeginAsync(name, id, inside, isNew: false, [], Stop),
                ["folder"] = () => files.CreateFolderAsync(name, folder.Child("new"), Stop),
                ["move from"] = () => files.MoveAsync(name, inside, ServerPath.Parse("/stolen"), Stop),
                ["move to"] = () => files.MoveAsync(name, plain, folder.Child("new"), Stop),
                ["copy from"] = () => files.CopyAsync(name, inside, ServerPath.Parse("/stolen"), Stop),
                ["copy to"] = () => files.CopyAsync(name, plain, folder.Child("new"), Stop),
                ["measure"] = () => files.MeasureAsync(name, inside, Stop),
                ["chmod"] = () => Space.Tools.ChangeModeAsync(name, folder, ["x"], mode, null, Stop),
                ["chmod deep"] = () => Space.Tools.ChangeModeAsync(name, folder, ["x"], mode, mode, Stop),
                ["search"] = async () => { await foreach (var _ in Space.Tools.SearchAsync(name, folder, new() { Text = "*" }, Stop)) continue; },
                ["grep"] = async () => { await foreach (var _ in Space.Tools.SearchAsync(name, folder, new() { Text = "x", Contents = true }, Stop)) continue; },
                ["discard"] = () => files.DiscardAsync(name, [(id, inside)], Stop),
                ["delete"] = () => files.DeleteAsync(name, [inside], Stop),
            };
            foreach (var (verb, run) in verbs)
            {
                var refusal = await Record.ExceptionAsync(run);
                Assert.True(refusal is ConflictException, $"{verb} {at}: {refusal?.GetType().Name ?? "no refusal"} {refusal?.Message}");
            }
        }
        // the link itself is a thing of its own: never what it names
        await Assert.ThrowsAsync<ConflictException>(() => ReadAsync(name, "/file"));
        await Assert.ThrowsAsync<ConflictException>(() => WriteAsync(name, "/file", "x"));
        await Assert.ThrowsAsync<ConflictException>(() => Space.Tools.ChangeModeAsync(name, ServerPath.Root, ["file"], mode, null, Stop));
        await files.DeleteAsync(name, [ServerPath.Parse("/file"), ServerPath.Parse("/out"), ServerPath.Parse("/etc")], Stop);
        Assert.Equal("kept\n", await ReadAsync(name, "/in/x"));
        Assert.Equal(["a", "in"], (await files.ListAsync(name, ServerPath.Root, Stop)).Entries.Select(entry => entry.Name));
    }

    async Task WriteAsync(string name, string path, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        await Space.Files.WriteAsync(name, ServerPath.Parse(path), new MemoryStream(bytes), bytes.Length, null, null, Stop);
    }

    async Task<string> ReadAsync(string name, string path) => Encoding.UTF8.GetString((await Space.Files.ReadAsync(name, ServerPath.Parse(path), 1 << 20, Stop)).Content);

    Task<FileEntry> LookAsync(string name, string path) => Space.Files.LookAsync(name, ServerPath.Parse(path), Stop);
}
