using System.IO.Compression;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Files;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Files.Archives;
using Panel.Core.Files.Jobs;
using Panel.Core.Replicas;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Files;

/// <summary>Long jobs on files with two replicas on one PostgreSQL: one works, and either tells of it.</summary>
[Trait("Lane", "postgres")]
public sealed class JobsOfReplicasTests : IAsyncLifetime
{
    readonly CancellationTokenSource stopping = new();
    CoreHost one = null!, two = null!;
    Task[] telling = [];
    Actor ann = null!;
    ServerId id;

    public async ValueTask InitializeAsync()
    {
        one = await CoreHost.OnPostgresAsync();
        two = one.Beside();
        telling = [.. new[] { one, two }.Select(host => Task.Run(() => host.Get<ChangeNotices>().RunAsync(stopping.Token)))];
        ann = await one.AccountAsync();
        id = await one.ServerAsync(ann, start: false);
        await one.DrainAsync();
        var node = one.Cluster.Find((await one.RowAsync(id))!.ObjectName)!;
        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = archive.CreateEntry("x").Open();
            entry.WriteByte(2);
        }
        (node.Files["/a.zip"], node.Files["/x"]) = (zip.ToArray(), [1]);
    }

    async Task EndTellingAsync()
    {
        await stopping.CancelAsync();
        foreach (var task in telling) await task.ContinueWith(static _ => { }, TaskScheduler.Default).EndsWithin("the notices");
    }

    public async ValueTask DisposeAsync()
    {
        await EndTellingAsync();
        await two.DisposeAsync();
        await one.DisposeAsync();
        stopping.Dispose();
    }

    [Fact]
    public async Task Job_is_told_of_at_once_answered_and_taken_from_the_list_by_the_replica_that_does_not_work_on_it()
    {
        var job = await BeginAsync();
        Assert.Equal(job.Id, Assert.Single(await two.Get<FileJobs>().ListAsync(ann, id, default)).Id);    // whoever polls may come here first
        using var limit = Deadline.Source();
        await foreach (var rows in two.Get<FileJobs>().FollowAsync(ann, id, limit.Token))
        {
            if (rows is [{ State: FileJobState.Asking, Existing: ["x"], ExistingCount: 1 }]) break;
        }
        await Assert.ThrowsAsync<NotFoundException>(() => two.Get<FileJobs>().AnswerAsync(ann, id, Guid.NewGuid(), WhenExists.Keep, default));
        await two.Get<FileJobs>().AnswerAsync(ann, id, job.Id, WhenExists.Replace, default);
        await Assert.ThrowsAsync<ConflictException>(() => two.Get<FileJobs>().AnswerAsync(ann, id, job.Id, WhenExists.Keep, default));
        await UntilAsync(two, job, FileJobState.Done);
        Assert.Equal(FileJobState.Done, (await FindAsync(one, job))!.State);
        Assert.Equal([2], one.Cluster.Find((await one.RowAsync(id))!.ObjectName)!.Files["/x"]);
        await two.Get<FileJobs>().CancelAsync(ann, id, job.Id, default);
        Assert.Empty(await two.Get<FileJobs>().ListAsync(ann, id, default));
        Assert.Empty(await one.Get<FileJobs>().ListAsync(ann, id, default));
        await Assert.ThrowsAsync<NotFoundException>(() => two.Get<FileJobs>().CancelAsync(ann, id, job.Id, default));
    }

    [Fact]
    public async Task Job_is_cancelled_from_the_replica_that_does_not_work_on_it()
    {
        var job = await BeginAsync();
        await UntilAsync(two, job, FileJobState.Asking);
        await two.Get<FileJobs>().CancelAsync(ann, id, job.Id, default);
        await UntilAsync(one, job, FileJobState.Cancelled);
        await UntilAsync(two, job, FileJobState.Cancelled);
        Assert.Equal([1], one.Cluster.Find((await one.RowAsync(id))!.ObjectName)!.Files["/x"]);
    }

    [Fact]
    public async Task Job_whose_replica_stops_has_failed_and_says_why()
    {
        var job = await BeginAsync();
        await UntilAsync(two, job, FileJobState.Asking);
        await EndTellingAsync();
        await one.RestartAsync();
        await UntilAsync(two, job, FileJobState.Failed);
        Assert.Contains("stopped or updated", (await FindAsync(two, job))!.Text, StringComparison.Ordinal);
        Assert.Contains("stopped or updated", (await FindAsync(one, job))!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Job_whose_replica_was_killed_has_failed_and_says_why()
    {
        // what a process leaves that nobody hears of any more
        var job = new FileJob(Guid.NewGuid(), FileJobKind.Archive, "a.zip", "/a.zip", FileJobState.Running, 5, 10, null, [], 0, ann.Name, DateTimeOffset.UtcNow.AddMinutes(-2));
        await using (var db = one.Open())
        {
            db.FileJobs.Add(new() { Id = job.Id, ServerId = id, Worker = Guid.NewGuid(), Row = JsonSerializer.Serialize(job), SeenAt = DateTimeOffset.UtcNow - JobRows.Silence });
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }
        foreach (var host in (CoreHost[])[one, two])
        {
            var told = await FindAsync(host, job);
            Assert.Equal(FileJobState.Failed, told!.State);
            Assert.Contains("process that worked on it ended", told.Text, StringComparison.Ordinal);
        }
        await two.Get<FileJobs>().CancelAsync(ann, id, job.Id, default);
        Assert.Null(await FindAsync(one, job));
    }

    [Fact]
    public async Task Job_that_still_works_is_not_taken_for_dead_and_goes_with_its_server()
    {
        var job = await BeginAsync();
        await UntilAsync(two, job, FileJobState.Asking);
        await using var db = two.Open();
        await db.FileJobs.ExecuteUpdateAsync(set => set.SetProperty(kept => kept.SeenAt, DateTimeOffset.UtcNow.AddMinutes(-10)), TestContext.Current.CancellationToken);
        await UntilAsync(two, job, FileJobState.Asking);     // it says again that it is there
        await db.Servers.Where(server => server.Id == id).ExecuteDeleteAsync(TestContext.Current.CancellationToken);
        Assert.False(await db.FileJobs.AnyAsync(TestContext.Current.CancellationToken));
    }

    Task<FileJob> BeginAsync() => one.Get<ExtractArchive>().RunAsync(ann, id, new() { Path = "/a.zip" }, default);

    async Task<FileJob?> FindAsync(CoreHost host, FileJob job) => (await host.Get<FileJobs>().ListAsync(ann, id, default)).SingleOrDefault(one => one.Id == job.Id);

    Task UntilAsync(CoreHost host, FileJob job, FileJobState state) => Deadline.UntilAsync($"{state}", async () => (await FindAsync(host, job))?.State == state);
}
