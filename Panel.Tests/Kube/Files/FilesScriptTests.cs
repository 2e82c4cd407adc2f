using System.Text;
using Panel.Contracts.Files;
using Panel.Core.Files;
using Panel.Kube.Files;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Kube.Files;

/// <summary>The script that serves files, run as the pod runs it but without a pod: nothing may leave the root, whatever the volume holds.</summary>
public sealed class FilesScriptTests : IDisposable
{
    const string One = "00000000000001-00000001", Two = "00000000000002-00000002";
    const int NotFound = 10, Exists = 11, IsFolder = 12, NoFolder = 13, Link = 14, TooLarge = 15, Changed = 17, Short = 20, IntoItself = 21;

    readonly TempFolder folder = new();
    readonly string root, outside;

    public FilesScriptTests()
    {
        root = Directory.CreateDirectory(Path.Combine(folder.Path, "volume")).FullName;
        outside = Directory.CreateDirectory(Path.Combine(folder.Path, "outside")).FullName;
        File.WriteAllText(Path.Combine(outside, "secret"), "secret");
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_file_is_written_read_and_listed()
    {
        Assert.Equal(0, Write("/config", "server.properties", "port=1\n").Code);
        Assert.Equal("7\nport=1\n", Run("read", "/config", "server.properties", "100").Text);
        var entry = Assert.Single(Entries(Run("list", "/config", "100")));
        Assert.Equal(("server.properties", FileKind.File, 7L), (entry.Name, entry.Kind, entry.Bytes));
    }

    [Theory]
    [InlineData("with space"), InlineData("-rf"), InlineData("new\nline"), InlineData("ends\n"), InlineData("tab\ttab"), InlineData("emoji 🎮"), InlineData("$(touch pwned)"), InlineData("`id`;'\"*?")]
    public void A_name_is_only_a_name(string name)
    {
        Assert.Equal(0, Run("folder", "/", name).Code);
        Assert.Equal(0, Write("/" + name, name, "x").Code);
        Assert.Equal("1\nx", Run("read", "/" + name, name, "10").Text);
        Assert.Contains(Entries(Run("list", "/" + name, "100")), entry => entry.Name == name);
        Assert.Equal(0, Run("move", "/" + name, name, "/", "moved").Code);
        Assert.Equal(0, Run("delete", "/", name, "/", "moved").Code);
        Assert.Empty(Directory.EnumerateFileSystemEntries(root));
    }

    [Fact]
    public void A_link_is_refused_at_every_place_of_a_path_CVE_2024_27102()
    {
        Directory.CreateSymbolicLink(Path.Combine(root, "link"), outside);
        Directory.CreateDirectory(Path.Combine(root, "a"));
        Directory.CreateSymbolicLink(Path.Combine(root, "a", "link"), outside);
        File.CreateSymbolicLink(Path.Combine(root, "file"), Path.Combine(outside, "secret"));
        Write("/", "plain", "x");

        foreach (var path in (string[])["/link", "/a/link", "/link/deeper"])
        {
            Assert.Equal(Link, Run("list", path, "10").Code);
            Assert.Equal(Link, Run("read", path, "secret", "100").Code);
            Assert.Equal(Link, Write(path, "new", "x").Code);
            Assert.Equal(Link, Run("folder", path, "new").Code);
            Assert.Equal(Link, Run("move", path, "secret", "/", "stolen").Code);
            Assert.Equal(Link, Run("move", "/", "plain", path, "gone").Code);
            Assert.Equal(Link, Run("delete", path, "secret").Code);
            Assert.Equal(Link, Run("copy", path, "secret", "/", "stolen", "t").Code);
            Assert.Equal(Link, Run("copy", "/", "plain", path, "gone", "t").Code);
            Assert.Equal(Link, Run("measure", path, "secret").Code);
            Assert.Equal(Link, Run("./secret\0"u8.ToArray(), "pack", path, "9").Code);
            Assert.Equal(Link, Run("discard", One, path, "secret").Code);
        }
        Assert.Equal(Link, Run("read", "/", "file", "100").Code);
        Assert.Equal(Link, Write("/", "file", "overwritten").Code);
        Assert.Equal("secret", File.ReadAllText(Path.Combine(outside, "secret")));
        Assert.Equal(["secret"], Directory.EnumerateFileSystemEntries(outside).Select(Path.GetFileName));
    }

    [Fact]
    public void A_link_can_be_renamed_and_removed_without_touching_what_it_names()
    {
        Directory.CreateSymbolicLink(Path.Combine(root, "link"), outside);
        Assert.Equal(FileKind.Link, Assert.Single(Entries(Run("list", "/", "10"))).Kind);
        Assert.Equal(0, Run("move", "/", "link", "/", "renamed").Code);
        Assert.Equal(0, Run("delete", "/", "renamed").Code);
        Assert.Equal("secret", File.ReadAllText(Path.Combine(outside, "secret")));
    }

    [Fact]
    public void What_is_in_the_way_or_missing_is_told_apart()
    {
        Run("folder", "/", "world");
        Write("/", "level", "12345");
        Assert.Equal(NotFound, Run("read", "/", "none", "10").Code);
        Assert.Equal(NotFound, Run("list", "/none", "10").Code);
        Assert.Equal(NotFound, Run("move", "/", "none", "/", "other").Code);
        Assert.Equal(Exists, Run("folder", "/", "world").Code);
        Assert.Equal(Exists, Run("move", "/", "level", "/", "world").Code);
        Assert.Equal(IsFolder, Run("read", "/", "world", "10").Code);
        Assert.Equal(IsFolder, Write("/", "world", "x").Code);
        Assert.Equal(NoFolder, Run("list", "/level", "10").Code);
        Assert.Equal(TooLarge, Run("read", "/", "level", "4").Code);
        Assert.Equal(IntoItself, Run("move", "/", "world", "/world", "inner").Code);
        Assert.Equal(0, Run("delete", "/none", "none", "/", "level").Code);
        Assert.Equal(["world"], Directory.EnumerateFileSystemEntries(root).Select(Path.GetFileName));
    }

    [Fact]
    public void A_write_over_another_version_is_refused_and_leaves_it()
    {
        Write("/", "file", "mine");
        Assert.Equal(Changed, Write("/", "file", "late", expected: new string('0', 64)).Code);
        Assert.Equal("mine", File.ReadAllText(Path.Combine(root, "file")));
        var version = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("mine"u8));
        Assert.Equal(0, Write("/", "file", "next", expected: version).Code);
        Assert.Equal("next", File.ReadAllText(Path.Combine(root, "file")));
    }

    [Fact]
    public async Task A_new_file_never_replaces_what_is_there_however_many_make_it_at_once()
    {
        Write("/", "file", "mine");
        Assert.Equal(Exists, Write("/", "file", "late", expected: "absent").Code);
        File.CreateSymbolicLink(Path.Combine(root, "link"), "nowhere");
        Assert.Equal(Exists, Write("/", "link", "late", expected: "absent").Code);
        Assert.Equal("mine", File.ReadAllText(Path.Combine(root, "file")));

        var codes = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => Task.Run(() => Write("/", "new", $"{number}", expected: "absent").Code)));
        Assert.Equal([0, .. Enumerable.Repeat(Exists, 7)], codes.Order());
        Assert.Equal(["file", "link", "new"], Directory.EnumerateFileSystemEntries(root).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void An_upload_that_breaks_leaves_the_old_file_and_nothing_else()
    {
        Write("/", "file", "old");
        Assert.Equal(Short, Write("/", "file", "half", announced: 100).Code);
        Assert.Equal("old", File.ReadAllText(Path.Combine(root, "file")));
        Assert.Equal(["file"], Directory.EnumerateFileSystemEntries(root).Select(Path.GetFileName));
    }

    [Theory, InlineData("mkdir --", 0), InlineData("touch --", Exists)]
    public void Folder_that_another_run_makes_at_the_same_time_is_shared_and_a_file_is_in_the_way(string first, int code)
    {
        // this mkdir always comes second: what it is to make was made a moment before
        var programs = Directory.CreateDirectory(Path.Combine(folder.Path, "programs")).FullName;
        var late = Path.Combine(programs, "mkdir");
        File.WriteAllText(late, $"#!/bin/sh\nPATH=/usr/bin:/bin\nfor last; do :; done\n{first} \"$last\" 2>/dev/null\nexec mkdir \"$@\"\n");
        File.SetUnixFileMode(late, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var script = FilesScript.StartWith(programs, root, "write", "/a/b", "x", "3", "-", ".panel-1");
        script.Feed("one"u8);
        Assert.Equal(code, script.End());
        if (code == 0) Assert.Equal("one", File.ReadAllText(Path.Combine(root, "a", "b", "x")));
        else Assert.True(File.Exists(Path.Combine(root, "a")));
    }

    [Fact]
    public void A_write_keeps_the_mode_of_what_it_replaces()
    {
        Write("/", "start.sh", "old");
        File.SetUnixFileMode(Path.Combine(root, "start.sh"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Write("/", "start.sh", "new");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(root, "start.sh")));
    }

    [Theory]
    [InlineData("plain.txt"), InlineData("with space"), InlineData("-rf"), InlineData("ends\n"), InlineData("tab\ttab"), InlineData("emoji 🎮"), InlineData("$(touch pwned)")]
    public void What_is_deleted_lies_in_the_bin_and_comes_back(string name)
    {
        Run("folder", "/", "deep");
        Write("/deep", name, "content");
        Assert.Equal(0, Run("discard", One, "/deep", name, Two, "/deep", "gone already", Two, "/never", "there").Code);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(root, "deep")));
        var entry = Assert.Single(Bin());
        Assert.Equal((One, $"/deep/{name}", FileKind.File, 7L), (entry.Id, entry.Path, entry.Kind, entry.Bytes));
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1), entry.DeletedAt);

        // the folder it was in is made again
        Run("delete", "/", "deep");
        var restored = Run("restore", One);
        Assert.Equal((0, $"deep/{name}"), (restored.Code, restored.Text));
        Assert.Equal("7\ncontent", Run("read", "/deep", name, "10").Text);
        Assert.Empty(Bin());
        Assert.Equal(NotFound, Run("restore", One).Code);
    }

    [Fact]
    public void Nothing_is_overwritten_by_what_comes_back()
    {
        Write("/", "file", "old");
        Run("discard", One, "/", "file");
        Write("/", "file", "new");
        Assert.Equal(Exists, Run("restore", One).Code);
        Assert.Equal("3\nnew", Run("read", "/", "file", "10").Text);
        Assert.Single(Bin());
    }

    [Fact]
    public void Bin_that_a_program_tampered_with_leads_nowhere()
    {
        Write("/", "file", "x");
        Run("discard", One, "/", "file");
        var from = Path.Combine(root, ".panel", "bin", One, "from");
        foreach (var target in (string[])["../../outside/stolen", "/../outside/stolen", "..", "a/..", "."])
        {
            File.Delete(from);
            File.CreateSymbolicLink(from, target);
            Assert.NotEqual(0, Run("restore", One).Code);
        }
        Directory.CreateSymbolicLink(Path.Combine(root, "link"), outside);
        File.Delete(from);
        File.CreateSymbolicLink(from, "link/stolen");
        Assert.Equal(Link, Run("restore", One).Code);

        Directory.Delete(Path.Combine(root, ".panel"), recursive: true);
        Directory.CreateSymbolicLink(Path.Combine(root, ".panel"), outside);
        Write("/", "other", "x");
        Assert.Equal(Link, Run("discard", Two, "/", "other").Code);
        Assert.True(File.Exists(Path.Combine(root, "other")));
        Assert.Empty(Bin());
        Assert.Equal(0, Write("/", "other", "saved all the same", keep: Two).Code);
        Assert.Equal(["secret"], Directory.EnumerateFileSystemEntries(outside).Select(Path.GetFileName));
    }

    [Fact]
    public void Copy_is_whole_and_follows_no_link()
    {
        Directory.CreateDirectory(Path.Combine(root, "world", "region"));
        File.WriteAllText(Path.Combine(root, "world", "region", "r"), "12345");
        File.CreateSymbolicLink(Path.Combine(root, "world", "link"), Path.Combine(outside, "secret"));
        Assert.Equal(0, Run("copy", "/", "world", "/backups", "world", "t").Code);
        Assert.Equal("12345", File.ReadAllText(Path.Combine(root, "backups", "world", "region", "r")));
        Assert.NotNull(new FileInfo(Path.Combine(root, "backups", "world", "link")).LinkTarget);
        Assert.Equal(Exists, Run("copy", "/", "world", "/backups", "world", "t").Code);
        Assert.Equal(NotFound, Run("copy", "/", "none", "/", "other", "t").Code);
        Assert.Equal(IntoItself, Run("copy", "/", "world", "/world", "inner", "t").Code);
        Assert.Equal(["link", "region"], Directory.EnumerateFileSystemEntries(Path.Combine(root, "world")).Select(Path.GetFileName).Order());
        Assert.InRange(long.Parse(Run("measure", "/", "world").Text, System.Globalization.CultureInfo.InvariantCulture), 5, 100_000);
    }

    [Fact]
    public void Last_twenty_saves_are_kept()
    {
        Write("/", "file", "0");
        for (var save = 1; save <= 25; save++) Assert.Equal(0, Write("/", "file", $"{save}", keep: $"{save:D14}-00000000").Code);
        var saves = KeptFiles.Saves(Run("saves", "history").Text);
        Assert.Equal(Enumerable.Range(6, 20).Select(save => $"{save:D14}-00000000"), saves.Select(save => save.Id).Order());
        Assert.Equal("2\n23", Run("read", ".panel/history/history", "00000000000024-00000000", "10").Text);
        Assert.Equal("2\n25", Run("read", "/", "file", "10").Text);
        Assert.Empty(KeptFiles.Saves(Run("saves", "another").Text));
    }

    [Fact]
    public void Upload_follows_no_link_wherever_the_game_puts_one()
    {
        var uploads = Path.Combine(root, ".panel", "uploads");
        var secret = Path.Combine(outside, "secret");
        Assert.Equal(0, Begin(One, "/world", "level"));
        Assert.Equal(0, Run("5\nhello0\n"u8.ToArray(), "append", One, "0", "10", "/world", "level", "absent", "", "").Code);
        Directory.CreateSymbolicLink(Path.Combine(root, "world"), outside);
        Assert.Equal(Link, Run("5\nworld0\n"u8.ToArray(), "append", One, "5", "10", "/world", "level", "absent", "", "").Code);
        Assert.Equal(Link, Begin(Two, "/world", "level"));
        File.Delete(Path.Combine(uploads, One, "part"));
        File.CreateSymbolicLink(Path.Combine(uploads, One, "part"), secret);
        Assert.Equal(Link, Run("1\nx0\n"u8.ToArray(), "append", One, "6", "7", "/", "level", "absent", "", "").Code);
        File.Delete(Path.Combine(uploads, One, "about"));
        File.CreateSymbolicLink(Path.Combine(uploads, One, "about"), secret);
        Assert.Equal(Link, Run("upload", One).Code);
        Directory.Delete(uploads, recursive: true);
        Directory.CreateSymbolicLink(uploads, outside);
        Assert.Equal(Link, Begin(Two, "/", "level"));
        Assert.Equal(0, Run("list", "/", "10").Code);
        Assert.Equal("secret", File.ReadAllText(secret));
        Assert.Equal(["secret"], Directory.EnumerateFileSystemEntries(outside).Select(Path.GetFileName));
    }

    [Fact]
    public void Upload_that_nobody_goes_on_with_is_swept()
    {
        Assert.Equal(0, Begin(One, "/", "old"));
        Assert.Equal(0, Begin(Two, "/", "new"));
        Directory.SetLastWriteTimeUtc(Path.Combine(root, ".panel", "uploads", One), DateTime.UtcNow.AddHours(-25));
        Run("list", "/", "10");
        Assert.Equal([Two], Directory.EnumerateFileSystemEntries(Path.Combine(root, ".panel", "uploads")).Select(Path.GetFileName));
    }

    [Fact]
    public void Uploads_are_told_with_what_came_and_what_is_no_upload_is_left_out()
    {
        var uploads = Path.Combine(root, ".panel", "uploads");
        Assert.Empty(KubeUploads.Parts(Run("uploads", "200").Text));
        Assert.Equal(0, Begin(One, "/", "old"));
        Assert.Equal(0, Begin(Two, "/", "new"));
        Assert.Equal(0, Run("5\nhello0\n"u8.ToArray(), "append", One, "0", "10", "/", "old", "absent", "", "").Code);
        File.CreateSymbolicLink(Path.Combine(uploads, "00000000000003-00000003"), outside);
        Directory.CreateDirectory(Path.Combine(uploads, "00000000000004-00000004"));
        Directory.CreateDirectory(Path.Combine(uploads, "not\none"));
        File.CreateSymbolicLink(Path.Combine(Directory.CreateDirectory(Path.Combine(uploads, "00000000000005-00000005")).FullName, "about"), Path.Combine(outside, "secret"));
        var told = Run("uploads", "200");
        Assert.Equal(0, told.Code);
        Assert.Equal([(One, 5L, "{}"), (Two, 0L, "{}")], KubeUploads.Parts(told.Text).Select(one => (one.Id.Value, one.Part.Bytes ?? -1, Encoding.UTF8.GetString(one.Part.About))));
        Assert.Empty(KubeUploads.Parts("nonsense\n00000000000001-00000001 5 99999999999999999 e30=\n00000000000001-00000001 x 1 e30=\n00000000000001-00000001 1 1 %%\n"));
    }

    int Begin(string id, string path, string name) => Run("{}"u8.ToArray(), "begin", id, "2", path, name, "absent").Code;

    static FolderEntries Entries(Answer answer) => FolderListing.ReadAsync(new MemoryStream(answer.Output), 1000, "", CancellationToken.None).GetAwaiter().GetResult().Entries;

    IReadOnlyList<BinEntry> Bin() => KeptFiles.Bin(Run("bin", "100").Text);

    Answer Write(string path, string name, string content, string expected = "-", int? announced = null, string? keep = null) =>
        Run(Encoding.UTF8.GetBytes(content), ["write", path, name, $"{announced ?? Encoding.UTF8.GetByteCount(content)}", expected, $".panel-{Guid.NewGuid():N}", .. keep is null ? Array.Empty<string>() : ["history", keep]]);

    Answer Run(params string[] arguments) => Run([], arguments);

    Answer Run(byte[] input, params string[] arguments)
    {
        using var script = FilesScript.Start(root, arguments);
        script.Feed(input);
        return new(script.End(), script.Output);
    }

    sealed record Answer(int Code, byte[] Output)
    {
        public string Text => Encoding.UTF8.GetString(Output);
    }
}
