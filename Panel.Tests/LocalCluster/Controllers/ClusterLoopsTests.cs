using Panel.LocalCluster.Controllers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.LocalCluster.Controllers;

public sealed class ClusterLoopsTests
{
    [Fact]
    public async Task Loops_that_are_one_end_with_the_first_that_fails_and_tell_its_fault()
    {
        using var deadline = Deadline.Source();
        var together = ClusterLoops.TogetherAsync(deadline.Token, token => Task.Delay(Timeout.InfiniteTimeSpan, token), _ => Task.CompletedTask, _ => Task.FromException(new InvalidDataException("torn")));

        var fault = await Assert.ThrowsAsync<InvalidDataException>(() => together.Within("their end"));

        Assert.Equal("torn", fault.Message);
    }

    [Fact]
    public async Task Loops_that_are_one_go_on_without_one_that_has_done_its_work()
    {
        using var stop = Deadline.Source();
        var together = ClusterLoops.TogetherAsync(stop.Token, _ => Task.CompletedTask, token => Task.Delay(Timeout.InfiniteTimeSpan, token));
        Assert.False(together.IsCompleted);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => together.Within("their end"));
    }
}
