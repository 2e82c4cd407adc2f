using System.IO.Pipelines;
using Panel.Contracts.Access;
using Panel.Contracts.Files;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Files;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Files;

public sealed class ResumableUploadsTests : IAsyncLifetime
{
    CoreHost host = null!;
    Actor ann = null!;
    ServerId id;

    ResumableUploads Uploads => host.Get<ResumableUploads>();

    public async ValueTask InitializeAsync()
    {
        host = await CoreHost.OnSqliteAsync();
        ann = await host.AccountAsync();
        id = await host.ServerAsync(ann, start: false);
        await host.DrainAsync();
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Upload_goes_on_where_it_broke_off_and_is_noted_at_both_ends()
    {
        var upload = await Uploads.BeginAsync(ann, id, new("world.bin", 5, Replace: false, null, "x"), default);
        Assert.Equal(3, (await AppendAsync(ann, upload, 0, [1, 2, 3])).Upload.Offset);
        Assert.Equal(AppendOutcome.OtherOffset, (await AppendAsync(ann, upload, 0, [1, 2, 3])).Outcome);
        var found = await Uploads.FindAsync(ann, id, upload.Id, default);
        Assert.Equal((3L, false, "/world.bin", "x"), (found.Offset, found.Done, found.Request.Path, found.Request.Metadata));
        await Assert.ThrowsAsync<NotFoundException>(() => host.Get<ReadFile>().RunAsync(ann, id, "/world.bin", default));
        Assert.True((await AppendAsync(ann, upload, 3, [4, 5])).Upload.Done);
        Assert.Equal([1, 2, 3, 4, 5], (await host.Get<ReadFile>().RunAsync(ann, id, "/world.bin", default)).Content);
        Assert.True((await Uploads.FindAsync(ann, id, upload.Id, default)).Done);
        await using var db = host.Open();
        Assert.Equal(["file.upload-begin", "file.upload"], db.Audit.Where(record => record.Action.StartsWith("file.")).OrderBy(record => record.Id).Select(record => record.Action));
    }

    [Fact]
    public async Task Upload_of_somebody_else_is_not_there()
    {
        var bob = await host.AccountAsync("bob");
        await host.Get<AcceptInvitation>().RunAsync(bob, (await host.Get<InviteMember>().RunAsync(ann, id, new() { Email = "bob@example.org", Permissions = [ServerPermissions.CreateFiles] }, default)).Token!, default);
        var upload = await Uploads.BeginAsync(ann, id, new("/a", 2, Replace: false, null, null), default);
        await Assert.ThrowsAsync<NotFoundException>(() => Uploads.FindAsync(bob, id, upload.Id, default));
        await Assert.ThrowsAsync<NotFoundException>(() => AppendAsync(bob, upload, 0, [1]));
        await Assert.ThrowsAsync<NotFoundException>(() => Uploads.CancelAsync(bob, id, upload.Id, default));
        Assert.Equal(0, (await Uploads.FindAsync(ann, id, upload.Id, default)).Offset);

        // bob may add files, and change none
        await host.Get<WriteFile>().RunAsync(ann, id, "/mine", [1], null, default);
        await Assert.ThrowsAsync<ConflictException>(() => Uploads.BeginAsync(bob, id, new("/mine", 2, Replace: true, null, null), default));
        var race = await Uploads.BeginAsync(bob, id, new("/new", 1, Replace: true, null, null), default);
        await host.Get<WriteFile>().RunAsync(ann, id, "/new", [7], null, default);
        await Assert.ThrowsAsync<ConflictException>(() => AppendAsync(bob, race, 0, [1]));
        Assert.Equal([7], (await host.Get<ReadFile>().RunAsync(ann, id, "/new", default)).Content);
    }

    [Fact]
    public async Task Unfinished_ones_are_shown_with_who_and_how_far_and_removed_by_whoever_may_delete()
    {
        var (bob, eve) = (await MemberAsync("bob", ServerPermissions.ListFiles, ServerPermissions.CreateFiles), await MemberAsync("eve", ServerPermissions.ListFiles, ServerPermissions.CreateFiles, ServerPermissions.DeleteFiles));
        var upload = await Uploads.BeginAsync(bob, id, new("/world.zip", 5, Replace: false, null, null), default);
        await AppendAsync(bob, upload, 0, [1, 2]);
        var whole = await Uploads.BeginAsync(ann, id, new("/whole", 1, Replace: false, null, null), default);
        Assert.True((await AppendAsync(ann, whole, 0, [1])).Upload.Done);
        var shown = Assert.Single(await Uploads.ListAsync(ann, id, default));
        Assert.Equal((upload.Id, "/world.zip", 5L, 2L, bob.Name, false), (shown.Id, shown.Path, shown.Bytes, shown.Offset, shown.By, shown.Mine));
        Assert.True(Assert.Single(await Uploads.ListAsync(bob, id, default)).Mine);

        var other = await Uploads.BeginAsync(ann, id, new("/mine", 5, Replace: false, null, null), default);
        await Assert.ThrowsAsync<ForbiddenException>(() => Uploads.RemoveAsync(bob, id, other.Id, default));
        await Uploads.RemoveAsync(eve, id, other.Id, default);
        await Uploads.RemoveAsync(bob, id, upload.Id, default);
        Assert.Empty(await Uploads.ListAsync(ann, id, default));
        await Assert.ThrowsAsync<NotFoundException>(() => Uploads.RemoveAsync(ann, id, other.Id, default));
        await using var db = host.Open();
        Assert.Equal(["/mine", "/world.zip"], db.Audit.Where(record => record.Action == "file.upload-cancel").OrderBy(record => record.Id).Select(record => record.Detail));
    }

    async Task<Actor> MemberAsync(string name, params HashSet<string> permissions)
    {
        var person = await host.AccountAsync(name);
        await host.Get<AcceptInvitation>().RunAsync(person, (await host.Get<InviteMember>().RunAsync(ann, id, new() { Email = $"{name}@example.org", Permissions = permissions }, default)).Token!, default);
        return person;
    }

    [Fact]
    public async Task Upload_that_cannot_be_is_refused_before_a_byte_is_read()
    {
        foreach (var path in (string[])["", "/", "../x", "/.panel/uploads/x", "/a/./b"])
            await Assert.ThrowsAsync<InvalidFieldException>(() => Uploads.BeginAsync(ann, id, new(path, 1, false, null, null), default));
        foreach (var bytes in (long[])[-1, Uploads.MaxBytes + 1, 2049L << 20])
            await Assert.ThrowsAsync<InvalidFieldException>(() => Uploads.BeginAsync(ann, id, new("/a", bytes, false, null, null), default));
        await Assert.ThrowsAsync<InvalidFieldException>(() => Uploads.BeginAsync(ann, id, new("/a", 1, false, "x; rm -rf /", null), default));
        var upload = await Uploads.BeginAsync(ann, id, new("/a", 1, false, null, null), default);
        await Assert.ThrowsAsync<InvalidFieldException>(() => AppendAsync(ann, upload, 0, [1, 2]));
        await Assert.ThrowsAsync<NotFoundException>(() => Uploads.FindAsync(ann, id, "../../etc/passwd", default));
    }

    [Fact]
    public async Task Cancelled_upload_is_gone()
    {
        var upload = await Uploads.BeginAsync(ann, id, new("/a", 2, false, null, null), default);
        await Uploads.CancelAsync(ann, id, upload.Id, default);
        await Assert.ThrowsAsync<NotFoundException>(() => Uploads.FindAsync(ann, id, upload.Id, default));
        await Assert.ThrowsAsync<NotFoundException>(() => AppendAsync(ann, upload, 0, [1]));
    }

    [Fact]
    public async Task Upload_that_runs_ends_within_two_seconds_of_being_taken_out()
    {
        var bob = await host.AccountAsync("bob");
        await host.Get<AcceptInvitation>().RunAsync(bob, (await host.Get<InviteMember>().RunAsync(ann, id, new() { Email = "bob@example.org", Permissions = [ServerPermissions.CreateFiles] }, default)).Token!, default);
        var upload = await Uploads.BeginAsync(bob, id, new("/a", 10, Replace: false, null, null), default);
        var line = new Pipe();
        await line.Writer.WriteAsync(new byte[4]);
        using var deadline = Deadline.Source();
        var append = Uploads.AppendAsync(bob, id, upload.Id, 0, line.Reader.AsStream(), 10, null, deadline.Token);
        await host.Get<RemoveMember>().RunAsync(ann, id, bob.UserId, default);
        await Assert.ThrowsAsync<NotFoundException>(() => append.WaitAsync(TimeSpan.FromSeconds(2)));
        await Assert.ThrowsAsync<NotFoundException>(() => Uploads.FindAsync(bob, id, upload.Id, default));
    }

    Task<(UploadView Upload, AppendOutcome Outcome)> AppendAsync(Actor actor, UploadView upload, long offset, byte[] bytes) =>
        Uploads.AppendAsync(actor, id, upload.Id, offset, new MemoryStream(bytes), bytes.Length, null, default);
}
