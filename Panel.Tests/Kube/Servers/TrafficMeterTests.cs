using Panel.Kube.Servers;
using Xunit;

namespace Panel.Tests.Kube.Servers;

public sealed class TrafficMeterTests
{
    [Fact]
    public void Interfaces_are_summed_without_the_loopback_one() => Assert.Equal((1_000_300, 20_004), TrafficMeter.Sum("""
        Inter-|   Receive                                                |  Transmit
         face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
            lo: 9999999    1000    0    0    0     0          0         0  9999999    1000    0    0    0     0       0          0
          eth0: 1000000    2000    0    0    0     0          0         0    20000    3000    0    0    0     0       0          0
          net1:300 1 0 0 0 0 0 0 4 1 0 0 0 0 0 0
        """));

    [Theory]
    [InlineData("")]
    [InlineData("lo: 1 2 3 4 5 6 7 8 9 10")]
    [InlineData("eth0: a b c d e f g h i j")]
    [InlineData("eth0: 1 2")]
    public void Text_without_counters_tells_nothing(string text) => Assert.Null(TrafficMeter.Sum(text));
}
