using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Panel.Contracts.Files;
using Panel.Core.Errors;
using Panel.Core.Files;
using Panel.Core.Servers;
using Panel.Kube.Client;
using Panel.Kube.Files;
using Panel.Kube.Servers;
using Panel.Tests.Kube.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Kube.Files;

[Trait("Lane", "cluster")]
public sealed class KubeFilesTests(Cluster cluster)
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Files_are_at_hand_whether_the_server_runs_or_not()
    {
        await using var space = await cluster.OpenAsync();
        var spec = await MakeAsync(space, TestSpecs.Echo);
        await WriteAsync(space, spec, "/config/a b.txt", "one");
        await space.Servers.ScaleAsync(spec.ObjectName, 1, Stop);
        await space.SeenAsync(spec.Id, "the pod", seen => seen is { Pod.Running: true });
        await Deadline.UntilAsync("the game's file", async () => (await space.Files.ListAsync(spec.ObjectName, ServerPath.Root, Stop)).Entries.Any(entry => entry.Name == "starts"));
        Assert.Equal("one", await ReadAsync(space, spec, "/config/a b.txt"));
    }

    [Theory]
    [InlineData("with  spaces "), InlineData("-rf"), InlineData("new\nline\n"), InlineData("🎮é"), InlineData("$(touch pwned)`x`;'\"*?&%#+"), InlineData("data")]
    public async Task A_name_is_only_a_name(string name)
    {
        await using var space = await cluster.OpenAsync(watching: false);
        var spec = await MakeAsync(space, "true");
        var folder = ServerPath.Root.Child(name);
        await space.Files.CreateFolderAsync(spec.ObjectName, folder, Stop);
        await WriteAsync(space, spec, folder.Child(name).Value, name);
        Assert.Equal(name, await ReadAsync(space, spec, folder.Child(name).Value));
        Assert.Equal([name], (await space.Files.ListAsync(spec.ObjectName, folder, Stop)).Entries.Select(entry => entry.Name));
        await space.Files.MoveAsync(spec.ObjectName, folder.Child(name), ServerPath.Parse("/plain"), Stop);
        Assert.Equal(name, await ReadAsync(space, spec, "/plain"));
        await space.Files.DeleteAsync(spec.ObjectName, [folder, ServerPath.Parse("/plain"), ServerPath.Parse("/not/there")], Stop);
        Assert.Empty((await space.Files.ListAsync(spec.ObjectName, ServerPath.Root, Stop)).Entries);
    }

    [Fact]
    public async Task A_link_made_by_the_game_leads_nowhere_CVE_2023_25152()
    {
        await using var space = await cluster.OpenAsync();
        var spec = await MakeAsync(space, "mkdir -p /data/a/b; ln -s /etc /data/out; ln -s /etc /data/a/out; ln -s /etc/passwd /data/file; echo made; exec sleep 1000");
        await space.Servers.ScaleAsync(spec.ObjectName, 1, Stop);
        await space.SeenAsync(spec.Id, "the pod", seen => seen is { Pod.Running: true });
        await Lines.UntilAsync(space, spec.ObjectName, line => line == "made");
        foreach (var path in (string[])["/out/passwd", "/a/out/passwd", "/file"])
        {
            await Assert.ThrowsAsync<ConflictException>(() => ReadAsync(space, spec, path));
            await Assert.ThrowsAsync<ConflictException>(() => WriteAsync(space, spec, path, "pwned"));
        }
        await Assert.ThrowsAsync<ConflictException>(() => space.Files.ListAsync(spec.ObjectName, ServerPath.Parse("/out"), Stop));
        await Assert.ThrowsAsync<ConflictException>(() => space.Files.CreateFolderAsync(spec.ObjectName, ServerPath.Parse("/out/x"), Stop));
        await Assert.ThrowsAsync<ConflictException>(() => space.Files.MoveAsync(spec.ObjectName, ServerPath.Parse("/a"), ServerPath.Parse("/out/a"), Stop));
        var entries = (await space.Files.ListAsync(spec.ObjectName, ServerPath.Root, Stop)).Entries;
        Assert.Equal([("a", FileKind.Folder), ("file", FileKind.Link), ("out", FileKind.Link)], entries.Select(entry => (entry.Name, entry.Kind)));
        await space.Files.DeleteAsync(spec.ObjectName, [ServerPath.Parse("/out"), ServerPath.Parse("/file")], Stop);
        Assert.True(File.Exists("/etc/passwd"));
    }

    [Fact]
    public async Task Twenty_megabytes_go_up_and_down_unchanged()
    {
        await using var space = await cluster.OpenAsync(watching: false);
        var spec = await MakeAsync(space, "true");
        var bytes = RandomNumberGenerator.GetBytes(20 << 20);
        var file = ServerPath.Parse("/deep/er/world.bin");
        var begin = Stopwatch.GetTimestamp();
        var version = await space.Files.WriteAsync(spec.ObjectName, file, new MemoryStream(bytes), bytes.Length, null, null, Stop);
        var up = Stopwatch.GetElapsedTime(begin);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), version.Value);
        using var back = new MemoryStream();
        var told = 0L;
        begin = Stopwatch.GetTimestamp();
        await space.Files.DownloadAsync(spec.ObjectName, file, size => told = size, back, Stop);
        TestContext.Current.TestOutputHelper?.WriteLine($"20 MiB up {up.TotalMilliseconds:0} ms, down {Stopwatch.GetElapsedTime(begin).TotalMilliseconds:0} ms");
        Assert.Equal(bytes.Length, told);
        Assert.True(back.ToArray().AsSpan().SequenceEqual(bytes));
        var refusal = await Assert.ThrowsAsync<InvalidFieldException>(() => space.Files.ReadAsync(spec.ObjectName, file, 4 << 20, Stop));
        Assert.Contains("20,971,520", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10_000), InlineData(100_000)]
    public async Task Many_entries_are_listed_at_once_as_people_count(int count)
    {
        await using var space = await cluster.OpenAsync();
        var spec = await MakeAsync(space, $"mkdir /data/many; cd /data/many; seq -f 'r.%g.mca' {count} | xargs touch; echo made; exec sleep 1000");
        await space.Servers.ScaleAsync(spec.ObjectName, 1, Stop);
        await space.SeenAsync(spec.Id, "the pod", seen => seen is { Pod.Running: true });
        await Lines.UntilAsync(space, spec.ObjectName, line => line == "made");
        await space.Files.ListAsync(spec.ObjectName, ServerPath.Root, Stop);
        var begin = Stopwatch.GetTimestamp();
        await space.Files.ListAsync(spec.ObjectName, ServerPath.Root, Stop);
        var least = Stopwatch.GetElapsedTime(begin);
        begin = Stopwatch.GetTimestamp();
        var listing = await space.Files.ListAsync(spec.ObjectName, ServerPath.Parse("/many"), Stop);
        TestContext.Current.TestOutputHelper?.WriteLine($"{count} entries in {Stopwatch.GetElapsedTime(begin).TotalMilliseconds:0} ms, an almost empty folder in {least.TotalMilliseconds:0} ms; {((FolderEntries)listing.Entries).Weight} bytes");
        Assert.Equal((count, false), (listing.Entries.Count, listing.Truncated));
        Assert.Equal(Enumerable.Range(1, count).Select(i => $"r.{i}.mca"), listing.Entries.Select(entry => entry.Name));
        Assert.InRange(((FolderEntries)listing.Entries).Weight, 1, count * 64L);
    }

    [Fact]
    public async Task Names_that_are_no_UTF_8_are_listed_read_renamed_binned_copied_and_deleted()
    {
        await using var space = await cluster.OpenAsync();
        var spec = await MakeAsync(space, "cd /data; mkdir \"$(printf 'd\\377')\"; printf one >\"$(printf 'caf\\351 %%\\\\x.txt')\"; printf two >\"$(printf 'd\\377/\\364\\217\\273\\251')\"; echo made; exec sleep 1000");
        await space.Servers.ScaleAsync(spec.ObjectName, 1, Stop);
        await space.SeenAsync(spec.Id, "the pod", seen => seen is { Pod.Running: true });
        await Lines.UntilAsync(space, spec.ObjectName, line => line == "made");
        async Task<string[]> NamesAsync(ServerPath folder) => [.. (await space.Files.ListAsync(spec.ObjectName, folder, Stop)).Entries.Select(entry => entry.Name)];

        var names = await NamesAsync(ServerPath.Root);
        Assert.Equal(["d\\xFF", "caf\\xE9 %\\x.txt"], names.Select(FileNames.Shown));
        var (folder, file) = (ServerPath.Root.Child(names[0]), ServerPath.Root.Child(names[1]));
        Assert.Equal("one", await ReadAsync(space, spec, file.Value));
        var inside = folder.Child(Assert.Single(await NamesAsync(folder)));
        Assert.Equal("two", await ReadAsync(space, spec, inside.Value));

        await WriteAsync(space, spec, file.Value, "new");
        await space.Files.CopyAsync(spec.ObjectName, file, folder.Child(names[1]), Stop);
        Assert.Equal("new", await ReadAsync(space, spec, folder.Child(names[1]).Value));
        var id = KeptId.New(DateTimeOffset.UnixEpoch);
        await space.Files.DiscardAsync(spec.ObjectName, [(id, file)], Stop);
        Assert.Equal(file.Value, Assert.Single(await space.Files.BinAsync(spec.ObjectName, Stop)).Path);
        Assert.Equal(file, await space.Files.RestoreAsync(spec.ObjectName, id, Stop));
        using var packed = new MemoryStream();
        await space.Files.PackAsync(spec.ObjectName, ServerPath.Root, [names[1]], () => { }, packed, Stop);
        Assert.True(packed.Length > 20);
        await space.Files.MoveAsync(spec.ObjectName, file, ServerPath.Parse("/café.txt"), Stop);
        await space.Files.DeleteAsync(spec.ObjectName, [folder], Stop);
        Assert.Equal(["café.txt"], await NamesAsync(ServerPath.Root));
    }

    [Fact]
    public async Task A_write_over_another_version_is_refused_and_a_broken_one_changes_nothing()
    {
        await using var space = await cluster.OpenAsync(watching: false);
        var spec = await MakeAsync(space, "true");
        await WriteAsync(space, spec, "/x", "one");
        var read = await space.Files.ReadAsync(spec.ObjectName, ServerPath.Parse("/x"), 100, Stop);
        await WriteAsync(space, spec, "/x", "two");
        await Assert.ThrowsAsync<ConflictException>(() => space.Files.WriteAsync(spec.ObjectName, ServerPath.Parse("/x"), new MemoryStream("three"u8.ToArray()), 5, read.Version, null, Stop));
        await Assert.ThrowsAsync<InvalidFieldException>(() => space.Files.WriteAsync(spec.ObjectName, ServerPath.Parse("/x"), new MemoryStream("short"u8.ToArray()), 500_000, null, null, Stop));
        Assert.Equal("two", await ReadAsync(space, spec, "/x"));
        await Deadline.UntilAsync("nothing beside it", async () => (await space.Files.ListAsync(spec.ObjectName, ServerPath.Root, Stop)).Entries.Count == 1);
    }

    [Fact]
    public async Task Many_at_once_share_one_pod()
    {
        await using var space = await cluster.OpenAsync(watching: false);
        var spec = await MakeAsync(space, "true");
        await Task.WhenAll(Enumerable.Range(0, 12).Select(i => WriteAsync(space, spec, $"/f{i}", $"{i}")));
        Assert.Equal(12, (await space.Files.ListAsync(spec.ObjectName, ServerPath.Root, Stop)).Entries.Count);
        // the pod goes; whoever comes next makes another
        await space.Client.DeleteAsync(Kinds.Pods, space.Space, ServerObjects.FilesPod(spec.ObjectName), new() { GracePeriodSeconds = 0 }, Stop);
        Assert.Equal("3", await ReadAsync(space, spec, "/f3"));
    }

    [Fact]
    public async Task A_server_that_is_not_there_has_no_files()
    {
        await using var space = await cluster.OpenAsync(watching: false);
        await Assert.ThrowsAsync<ConflictException>(() => space.Files.ListAsync("no-such-server", ServerPath.Root, Stop));
    }

    [Fact]
    public async Task A_program_gets_its_arguments_and_input_and_gives_its_code()
    {
        await using var space = await cluster.OpenAsync(watching: false);
        var spec = await MakeAsync(space, "true");
        await space.Files.ListAsync(spec.ObjectName, ServerPath.Root, Stop);
        string[] arguments = ["", "a b", "$HOME", "🎮\n", "x&y=z%20+"];
        await using var socket = await ChannelSocket.ExecAsync(
            space.Client, space.Space, ServerObjects.FilesPod(spec.ObjectName), FilesPod.Container, ["sh", "-c", "printf '<%s>' \"$@\"; cat; printf oops >&2; exit 42", "x", .. arguments], Stop);
        await socket.WriteAsync("input"u8.ToArray(), Stop);
        Assert.True(socket.CanEndInput);
        await socket.EndInputAsync(Stop);
        using var reader = new StreamReader(socket.Out.AsStream());
        Assert.Equal(string.Concat(arguments.Select(argument => $"<{argument}>")) + "input", await reader.ReadToEndAsync(Stop).Within("the output"));
        Assert.Equal(42, await socket.ExitAsync(Stop).Within("the code"));
        Assert.Equal("oops", socket.Errors);
    }

    [Fact]
    public async Task A_connection_that_is_lost_is_no_success()
    {
        await using var space = await cluster.OpenAsync(watching: false);
        var spec = await MakeAsync(space, "true");
        await space.Files.ListAsync(spec.ObjectName, ServerPath.Root, Stop);
        var socket = await ChannelSocket.ExecAsync(space.Client, space.Space, ServerObjects.FilesPod(spec.ObjectName), FilesPod.Container, ["sleep", "1000"], Stop);
        var exit = socket.ExitAsync(Stop);
        await socket.DisposeAsync();
        await Assert.ThrowsAsync<IOException>(() => exit.Within("the answer"));
    }

    static async Task<ServerSpec> MakeAsync(ClusterSpace space, string script)
    {
        var spec = TestSpecs.Of(script);
        await space.Servers.ApplyAsync(spec, Stop);
        return spec;
    }

    static Task<FileVersion> WriteAsync(ClusterSpace space, ServerSpec spec, string path, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return space.Files.WriteAsync(spec.ObjectName, ServerPath.Parse(path), new MemoryStream(bytes), bytes.Length, null, null, Stop);
    }

    static async Task<string> ReadAsync(ClusterSpace space, ServerSpec spec, string path) =>
        Encoding.UTF8.GetString((await space.Files.ReadAsync(spec.ObjectName, ServerPath.Parse(path), 1 << 20, Stop)).Content);
}
