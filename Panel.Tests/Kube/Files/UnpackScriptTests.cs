using System.Formats.Tar;
using System.Text;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Kube.Files;

/// <summary>How the script takes archives and files of unknown length: all or nothing, and nothing outside, whatever lies or comes in the way.</summary>
public sealed class UnpackScriptTests : IDisposable
{
    const int Exists = 11, IsFolder = 12, NoFolder = 13, Link = 14, Short = 20;

    readonly TempFolder folder = new();
    readonly string root, outside;

    public UnpackScriptTests()
    {
        root = Directory.CreateDirectory(Path.Combine(folder.Path, "volume")).FullName;
        outside = Directory.CreateDirectory(Path.Combine(folder.Path, "outside")).FullName;
        File.WriteAllText(Path.Combine(outside, "secret"), "secret");
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Archive_is_put_in_place_with_its_folders_names_and_modes()
    {
        var (code, existing) = Unpack("mods", "keep", [Folder("empty"), Part("", ("-rf", "1"), ("a b", "2")), Part("deep/er", ("run.sh", "3"), ("🎮 $(x)", "4")), Part("", ("late", "5"))]);
        Assert.Equal((0, ""), (code, existing));
        Assert.Equal(["-rf", "a b", "deep/er/run.sh", "deep/er/🎮 $(x)", "late"], Names("mods"));
        Assert.True(Directory.Exists(Path.Combine(root, "mods", "empty")));
        Assert.True(File.GetUnixFileMode(Path.Combine(root, "mods", "deep", "er", "run.sh")).HasFlag(UnixFileMode.UserExecute));
        Assert.Equal("5", File.ReadAllText(Path.Combine(root, "mods", "late")));
        Clean();
    }

    [Theory, InlineData("replace", "new"), InlineData("keep", "old")]
    public void What_exists_is_told_and_replaced_or_kept(string how, string stays)
    {
        Directory.CreateDirectory(Path.Combine(root, "mods", "deep"));
        File.WriteAllText(Path.Combine(root, "mods", "deep", "a"), "old");
        File.WriteAllText(Path.Combine(root, "mods", "mine"), "mine");
        var (code, existing) = Unpack("mods", how, [Part("deep", ("a", "new"), ("b", "b")), Part("", ("c", "c"))]);
        Assert.Equal((0, "deep/a\0"), (code, existing));
        Assert.Equal(stays, File.ReadAllText(Path.Combine(root, "mods", "deep", "a")));
        Assert.Equal(["c", "deep/a", "deep/b", "mine"], Names("mods"));
        Clean();
    }

    [Fact]
    public void File_is_never_put_over_a_folder_nor_a_folder_over_a_file()
    {
        Directory.CreateDirectory(Path.Combine(root, "x"));
        File.WriteAllText(Path.Combine(root, "y"), "old");
        Assert.Equal(IsFolder, Unpack("/", "replace", [Part("", ("x", "new"))]).Code);
        Assert.Equal(NoFolder, Unpack("/", "replace", [Part("y", ("inside", "new"))]).Code);
        Assert.Equal("old", File.ReadAllText(Path.Combine(root, "y")));
        Clean();
    }

    [Fact]
    public void Nothing_stays_of_what_breaks_off_at_any_place()
    {
        File.WriteAllText(Path.Combine(root, "a"), "old");
        byte[] whole = [.. Folder("empty"), .. Part("", ("a", "new"), ("b", "new")), .. Part("deep", ("c", new('c', 5000))), .. ".\n"u8, .. "replace"u8];
        for (var length = 0; length < whole.Length; length += 97)
        {
            using var script = FilesScript.Start(root, "unpack", "/", "w");
            script.Feed(whole.AsSpan(0, length));
            Assert.Equal(Short, script.End() is var code && code == 19 ? Short : code);
            Assert.Equal(["a"], Names(""));
            Assert.Equal("old", File.ReadAllText(Path.Combine(root, "a")));
        }
        Clean();
    }

    [Fact]
    public void Entry_behind_a_link_that_an_earlier_entry_made_is_refused()
    {
        var tar = Tar(new PaxTarEntry(TarEntryType.SymbolicLink, "./out") { LinkName = outside });
        Assert.Equal(Link, Unpack("/", "replace", [[.. "+\n"u8, .. Frames(tar)], Part("out", ("stolen", "x"))]).Code);
        Assert.Empty(Names(""));
        Clean();
    }

    [Fact]
    public void Link_in_the_way_is_replaced_and_never_followed()
    {
        File.CreateSymbolicLink(Path.Combine(root, "file"), Path.Combine(outside, "secret"));
        Directory.CreateSymbolicLink(Path.Combine(root, "folder"), outside);
        Assert.Equal(0, Unpack("/", "replace", [Part("", ("file", "new"))]).Code);
        Assert.Equal("new", File.ReadAllText(Path.Combine(root, "file")));
        Assert.NotEqual(0, Unpack("/", "replace", [Part("folder", ("stolen", "x"))]).Code);
        Assert.Equal(Link, Unpack("folder", "replace", [Part("", ("stolen", "x"))]).Code);
        Assert.Equal(Link, Unpack("folder/deeper", "replace", [Part("", ("stolen", "x"))]).Code);
        Assert.Equal("secret", File.ReadAllText(Path.Combine(outside, "secret")));
        Clean();
    }

    [Fact]
    public async Task Folder_swapped_for_a_link_while_it_is_filled_leads_nowhere()
    {
        // the folder that is being filled, one on the way to it, and the one that all goes to
        foreach (var swapped in (string[])[".panel/work/w/deep", ".panel/work/w", ".panel/work", "target"])
        {
            Directory.CreateDirectory(Path.Combine(root, "target"));
            using var script = FilesScript.Start(root, "unpack", "target", "w");
            script.Feed(Part("deep", ("a", "1")));
            var first = Path.Combine(root, ".panel", "work", "w", "deep", "a");
            await Deadline.UntilAsync("the first file", () => File.Exists(first));
            Directory.Delete(Path.Combine(root, swapped), recursive: true);
            Directory.CreateSymbolicLink(Path.Combine(root, swapped), outside);
            script.Feed([.. Part("deep", ("stolen", "2")), .. Part("deep/er", ("stolen", "2")), .. Part("", ("stolen", "3")), .. ".\nreplace\n"u8]);
            Assert.NotEqual(0, script.End());
            Assert.Equal(["secret"], Directory.EnumerateFileSystemEntries(outside, "*", SearchOption.AllDirectories).Select(Path.GetFileName));
            if (new DirectoryInfo(Path.Combine(root, swapped)).LinkTarget is not null) Directory.Delete(Path.Combine(root, swapped));
            Directory.Delete(root, recursive: true);
            Directory.CreateDirectory(root);
        }
    }

    [Fact]
    public void What_a_killed_program_left_goes_and_what_works_stays()
    {
        foreach (var name in (string[])["old", "new"])
        {
            var left = Directory.CreateDirectory(Path.Combine(root, ".panel", "work", name, "deep"));
            File.WriteAllText(Path.Combine(left.FullName, "x"), "x");
        }
        foreach (var path in Directory.EnumerateFileSystemEntries(Path.Combine(root, ".panel", "work", "old"), "*", SearchOption.AllDirectories).Append(Path.Combine(root, ".panel", "work", "old"))) File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddHours(-1));
        Directory.CreateSymbolicLink(Path.Combine(root, ".panel", "work", "link"), outside);
        using var list = FilesScript.Start(root, "list", "/", "10");
        Assert.Equal(0, list.End());
        Assert.Equal(["link", "new"], Directory.EnumerateFileSystemEntries(Path.Combine(root, ".panel", "work")).Select(Path.GetFileName).Order());
        Assert.True(File.Exists(Path.Combine(outside, "secret")));
        using var clear = FilesScript.Start(root, "unwork", "new");
        Assert.Equal(0, clear.End());
        Assert.False(Directory.Exists(Path.Combine(root, ".panel", "work", "new")));
    }

    [Fact]
    public void File_of_unknown_length_is_there_whole_or_not_at_all()
    {
        byte[] whole = [.. Frames(Encoding.UTF8.GetBytes(new string('x', 3000))), .. "done\n"u8];
        for (var length = 0; length < whole.Length; length += 211)
        {
            using var script = FilesScript.Start(root, "store", "new", "file", "new", "w");
            script.Feed(whole.AsSpan(0, length));
            Assert.Equal(Short, script.End());
            Assert.False(Directory.Exists(Path.Combine(root, "new")));
        }
        Assert.Equal(0, Store("new", "file", "new", whole));
        Assert.Equal(3000, File.ReadAllText(Path.Combine(root, "new", "file")).Length);
        Assert.Equal(Exists, Store("new", "file", "new", whole));
        Assert.Equal(0, Store("new", "file", "replace", [.. Frames("y"u8.ToArray()), .. "done\n"u8]));
        Assert.Equal("y", File.ReadAllText(Path.Combine(root, "new", "file")));
        Directory.CreateSymbolicLink(Path.Combine(root, "link"), outside);
        Assert.Equal(Link, Store("link", "secret", "replace", whole));
        File.CreateSymbolicLink(Path.Combine(root, "file"), Path.Combine(outside, "secret"));
        Assert.Equal(Link, Store("/", "file", "replace", whole));
        Assert.Equal("secret", File.ReadAllText(Path.Combine(outside, "secret")));
        Clean();
    }

    int Store(string path, string name, string how, byte[] input)
    {
        using var script = FilesScript.Start(root, "store", path, name, how, "w");
        script.Feed(input);
        return script.End();
    }

    (int Code, string Existing) Unpack(string path, string how, IReadOnlyList<byte[]> parts)
    {
        using var script = FilesScript.Start(root, "unpack", path, "w");
        foreach (var part in parts) script.Feed(part);
        script.Feed([.. ".\n"u8, .. Encoding.UTF8.GetBytes(how + "\n")]);
        var code = script.End();
        var told = Encoding.UTF8.GetString(script.Output);
        told = told.StartsWith("ready\n", StringComparison.Ordinal) ? told["ready\n".Length..] : told;
        return (code, told.EndsWith('\0') ? told[..^1] : told);
    }

    static byte[] Folder(string path) => Encoding.UTF8.GetBytes($"/{path}\n");

    static byte[] Part(string path, params (string Name, string Content)[] files) =>
        [.. Encoding.UTF8.GetBytes($"+{path}\n"), .. Frames(Tar([.. files.Select(file => new PaxTarEntry(TarEntryType.RegularFile, $"./{file.Name}")
        {
            Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | (file.Name.EndsWith(".sh", StringComparison.Ordinal) ? UnixFileMode.UserExecute : 0),
            DataStream = new MemoryStream(Encoding.UTF8.GetBytes(file.Content)),
        })]))];

    static byte[] Tar(params PaxTarEntry[] entries)
    {
        using var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, leaveOpen: true))
        {
            foreach (var entry in entries) tar.WriteEntry(entry);
        }
        return bytes.ToArray();
    }

    // in two parts, as they may come
    static byte[] Frames(byte[] content)
    {
        var half = content.Length / 2;
        return [.. Frame(content[..half]), .. Frame(content[half..]), .. "0\n"u8];
    }

    static byte[] Frame(byte[] content) => content.Length == 0 ? [] : [.. Encoding.UTF8.GetBytes($"{content.Length}\n"), .. content];

    string[] Names(string inside) =>
        [.. Directory.EnumerateFiles(Path.Combine(root, inside), "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Path.Combine(root, inside), path)).Order(StringComparer.Ordinal)];

    void Clean() => Assert.False(Directory.Exists(Path.Combine(root, ".panel", "work")) && Directory.EnumerateFileSystemEntries(Path.Combine(root, ".panel", "work")).Any());
}
