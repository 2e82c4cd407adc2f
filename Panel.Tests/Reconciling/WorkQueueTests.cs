using System.Collections.Concurrent;
using System.Diagnostics;
using Panel.Core.Reconciling;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Reconciling;

public sealed class WorkQueueTests
{
    [Fact]
    public async Task Key_is_never_worked_on_twice_at_once_and_its_last_add_is_always_seen()
    {
        var queue = new WorkQueue<int>(TimeProvider.System);
        using var stopping = Deadline.Source();
        var (passes, busy, state, seen) = (new int[10], new int[10], new int[10], new ConcurrentDictionary<int, int>());
        var working = Parallel.ForEachAsync(queue.ReadAsync(stopping.Token), new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = stopping.Token }, async (key, token) =>
        {
            Assert.Equal(1, Interlocked.Increment(ref busy[key]));
            seen[key] = Volatile.Read(ref state[key]);
            await Task.Delay(3, token);
            Interlocked.Increment(ref passes[key]);
            Interlocked.Decrement(ref busy[key]);
            queue.Finish(key, succeeded: true);
        });
        for (var n = 0; n < 3000; n++)
        {
            Interlocked.Increment(ref state[n % 10]);
            queue.Add(n % 10);
        }
        await Deadline.UntilAsync("an empty queue", () => queue.Count == 0);
        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => working);
        Assert.All(passes, count => Assert.InRange(count, 1, 300));
        Assert.All(Enumerable.Range(0, 10), key => Assert.Equal(300, seen[key]));
    }

    [Fact]
    public async Task Failed_key_comes_back_later_and_at_once_when_it_was_touched_meanwhile()
    {
        var queue = new WorkQueue<string>(TimeProvider.System);
        using var deadline = Deadline.Source();
        await using var keys = queue.ReadAsync(deadline.Token).GetAsyncEnumerator(deadline.Token);
        queue.Add("a");
        Assert.True(await keys.MoveNextAsync());
        var failed = Stopwatch.GetTimestamp();
        queue.Finish("a", succeeded: false);
        Assert.True(await keys.MoveNextAsync());
        Assert.True(Stopwatch.GetElapsedTime(failed) >= WorkQueue<string>.FirstWait * 0.7);
        queue.Add("a");
        queue.Finish("a", succeeded: false);
        Assert.Equal(1, queue.Count);
    }
}
