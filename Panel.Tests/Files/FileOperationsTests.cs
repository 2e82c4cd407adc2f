using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Files;
using Panel.Core.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Files;

public sealed class FileOperationsTests : IAsyncLifetime
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
    public async Task File_is_written_read_moved_and_removed_and_each_change_is_noted()
    {
        var version = await host.Get<WriteFile>().RunAsync(ann, id, "a.txt", [1, 2], null, default);
        Assert.Equal(version, (await host.Get<ReadFile>().RunAsync(ann, id, "/a.txt", default)).Version);
        await host.Get<WriteFile>().RunAsync(ann, id, "/a.txt", [3], version, default);
        await Assert.ThrowsAsync<ConflictException>(() => host.Get<WriteFile>().RunAsync(ann, id, "/a.txt", [4], version, default));
        await host.Get<MoveFile>().RunAsync(ann, id, "/a.txt", "/b.txt", default);
        using var copy = new MemoryStream();
        await host.Get<DownloadFile>().RunAsync(ann, id, "/b.txt", size => Assert.Equal(1, size), copy, default);
        await host.Get<DeleteFiles>().RunAsync(ann, id, ["/b.txt"], forGood: true, default);
        await Assert.ThrowsAsync<NotFoundException>(() => host.Get<ReadFile>().RunAsync(ann, id, "/b.txt", default));
        await using var db = host.Open();
        Assert.Equal(["file.write", "file.write", "file.move", "file.delete"], db.Audit.Where(record => record.Action.StartsWith("file.")).OrderBy(record => record.Id).Select(record => record.Action));
    }

    [Fact]
    public async Task Deleted_file_is_kept_in_the_bin_and_comes_back()
    {
        await host.Get<WriteFile>().RunAsync(ann, id, "/a.txt", [1, 2], null, default);
        var kept = Assert.Single(await host.Get<DeleteFiles>().RunAsync(ann, id, ["/a.txt"], forGood: false, default));
        await Assert.ThrowsAsync<NotFoundException>(() => host.Get<ReadFile>().RunAsync(ann, id, "/a.txt", default));
        var entry = Assert.Single(await host.Get<FileBin>().ListAsync(ann, id, default));
        Assert.Equal((kept, "/a.txt", 2L), (entry.Id, entry.Path, entry.Bytes));
        Assert.Equal("/a.txt", await host.Get<FileBin>().RestoreAsync(ann, id, kept, default));
        Assert.Equal([1, 2], (await host.Get<ReadFile>().RunAsync(ann, id, "/a.txt", default)).Content);

        var again = Assert.Single(await host.Get<DeleteFiles>().RunAsync(ann, id, ["/a.txt"], forGood: false, default));
        await host.Get<FileBin>().EmptyAsync(ann, id, again, default);
        Assert.Empty(await host.Get<FileBin>().ListAsync(ann, id, default));
        await Assert.ThrowsAsync<NotFoundException>(() => host.Get<FileBin>().RestoreAsync(ann, id, again, default));
        await Assert.ThrowsAsync<NotFoundException>(() => host.Get<FileBin>().RestoreAsync(ann, id, "../../etc", default));
        await using var db = host.Open();
        Assert.Equal(["file.write", "file.discard", "file.restore", "file.discard", "file.delete"], db.Audit.Where(record => record.Action.StartsWith("file.")).OrderBy(record => record.Id).Select(record => record.Action));
    }

    [Fact]
    public async Task What_the_panel_keeps_is_nobodys_to_change()
    {
        foreach (var path in (string[])["/.panel", ".panel/bin/x", "/.panel/history"])
        {
            await Assert.ThrowsAsync<InvalidFieldException>(() => host.Get<WriteFile>().RunAsync(ann, id, path, [], null, default));
            await Assert.ThrowsAsync<InvalidFieldException>(() => host.Get<DeleteFiles>().RunAsync(ann, id, [path], forGood: true, default));
            await Assert.ThrowsAsync<InvalidFieldException>(() => host.Get<MoveFile>().RunAsync(ann, id, path, "/a", default));
            await Assert.ThrowsAsync<InvalidFieldException>(() => host.Get<CopyFile>().RunAsync(ann, id, "/a", path, default));
        }
    }

    [Fact]
    public async Task Earlier_versions_of_a_file_can_be_read()
    {
        for (byte save = 1; save <= 3; save++) await host.Get<WriteFile>().RunAsync(ann, id, "/a.txt", [save], null, default);
        var saves = await host.Get<FileHistory>().ListAsync(ann, id, "/a.txt", default);
        Assert.Equal(2, saves.Count);
        Assert.Equal([2], (await host.Get<FileHistory>().ReadAsync(ann, id, "/a.txt", saves[0].Id, default)).Content);
        Assert.Equal([1], (await host.Get<FileHistory>().ReadAsync(ann, id, "/a.txt", saves[1].Id, default)).Content);
    }

    [Fact]
    public async Task Copy_is_made_where_there_is_room()
    {
        await host.Get<WriteFile>().RunAsync(ann, id, "/a.txt", [1], null, default);
        await host.Get<CopyFile>().RunAsync(ann, id, "/a.txt", "/b.txt", default);
        Assert.Equal([1], (await host.Get<ReadFile>().RunAsync(ann, id, "/b.txt", default)).Content);
        await Assert.ThrowsAsync<InvalidFieldException>(() => host.Get<CopyFile>().RunAsync(ann, id, "/a", "/a/b", default));
        await Assert.ThrowsAsync<NotFoundException>(() => host.Get<CopyFile>().RunAsync(ann, id, "/none", "/c.txt", default));
    }

    [Theory, InlineData("../etc/passwd"), InlineData("/a/../../b"), InlineData("."), InlineData("/"), InlineData("a\0b")]
    public async Task Path_out_of_the_volume_is_refused_CVE_2026_0805(string path)
    {
        await Assert.ThrowsAsync<InvalidFieldException>(() => host.Get<WriteFile>().RunAsync(ann, id, path, [], null, default));
        await Assert.ThrowsAsync<InvalidFieldException>(() => host.Get<DeleteFiles>().RunAsync(ann, id, [path], forGood: true, default));
        await Assert.ThrowsAsync<InvalidFieldException>(() => host.Get<MoveFile>().RunAsync(ann, id, "/a", path, default));
    }

    [Fact]
    public async Task Sizes_have_limits()
    {
        await Assert.ThrowsAsync<InvalidFieldException>(() => host.Get<WriteFile>().RunAsync(ann, id, "/a", new byte[Core.Files.FileOptions.EditorBytes + 1], null, default));
        var larger = 2049L * 1024 * 1024;
        Assert.Contains("2048 MiB", (await Assert.ThrowsAsync<InvalidFieldException>(() => host.Get<UploadFile>().RunAsync(ann, id, "/a", Stream.Null, larger, default))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidFieldException>(() => host.Get<DeleteFiles>().RunAsync(ann, id, [], forGood: true, default));
        await Assert.ThrowsAsync<InvalidFieldException>(() => host.Get<MoveFile>().RunAsync(ann, id, "/a", "/a/b", default));
    }

    [Fact]
    public async Task Files_rest_while_an_install_runs_and_end_with_the_server()
    {
        host.Cluster.InstallEnds = null;
        var installing = await host.ServerAsync(ann, "Two", template: "installed");
        await host.DrainAsync();
        await Assert.ThrowsAsync<ConflictException>(() => host.Get<WriteFile>().RunAsync(ann, installing, "/a", [], null, default));
        await host.Get<ListFiles>().RunAsync(ann, installing, "/", default);
        await host.Get<DeleteServer>().RunAsync(ann, id, "One", default);
        await Assert.ThrowsAsync<ConflictException>(() => host.Get<ListFiles>().RunAsync(ann, id, "/", default));
    }
}
