using Panel.Contracts.Files;
using Panel.Core.Files.Jobs;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Files;

/// <summary>How jobs are followed.</summary>
public class ServerJobsTests
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_who_follow_share_one_read_of_each_change()
    {
        using var jobs = new ServerJobs(TimeProvider.System);
        var (reads, told) = (0, 0);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var followers = Enumerable.Range(0, 50).Select(_ => FollowAsync(leaving.Token)).ToList();
        await Deadline.UntilAsync("the first rows", () => Volatile.Read(ref told) == 50);
        Assert.Equal(1, Volatile.Read(ref reads));
        for (var change = 1; change <= 3; change++)
        {
            jobs.Changed();
            await Deadline.UntilAsync("the news", () => Volatile.Read(ref told) == 50 * (change + 1));
            Assert.Equal(change + 1, Volatile.Read(ref reads));
        }
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(followers));

        async Task FollowAsync(CancellationToken cancellation)
        {
            await foreach (var _ in jobs.FollowAsync(TimeSpan.FromMinutes(5), ReadAsync, cancellation)) Interlocked.Increment(ref told);
        }

        async Task<IReadOnlyList<FileJob>> ReadAsync(CancellationToken cancellation)
        {
            Interlocked.Increment(ref reads);
            await Task.Delay(20, cancellation);
            return [];
        }
    }

    [Fact]
    public async Task Read_that_failed_is_made_again()
    {
        using var jobs = new ServerJobs(TimeProvider.System);
        var reads = 0;
        async Task<bool> FollowAsync()
        {
            await foreach (var _ in jobs.FollowAsync(TimeSpan.FromMinutes(5), _ => ++reads == 1 ? throw new InvalidOperationException("away") : Task.FromResult<IReadOnlyList<FileJob>>([]), Stop)) return true;
            return false;
        }
        await Assert.ThrowsAsync<InvalidOperationException>(FollowAsync);
        Assert.True(await FollowAsync());
    }
}
