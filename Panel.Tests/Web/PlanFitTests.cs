using Panel.Contracts.Plans;
using Panel.Web.Components.Kit;
using Panel.Web.Components.Servers;
using Xunit;

namespace Panel.Tests.Web;

public sealed class PlanFitTests
{
    static readonly PlanView tiny = new("tiny", "Tiny", 500, 512, 2048), small = new("small", "Small", 1000, 2048, 10240);

    [Fact]
    public void Plan_without_a_limit_fits() => Assert.Null(PlanFit.Reason(small, Quota(-1, -1, -1, -1), 128));

    [Theory]
    [InlineData(0, 9000, 9000, 90000, "servers")]
    [InlineData(5, 600, 9000, 90000, "0.4 CPU is missing: 0.6 CPU of the quota")]
    [InlineData(5, 9000, 1024, 90000, "1 GiB of memory is missing: 1 GiB of the quota")]
    [InlineData(5, 9000, 9000, 512, "9.5 GiB of disk is missing: 512 MiB of the quota")]
    public void Plan_that_does_not_fit_says_what_is_missing(int servers, int cpu, int memory, int disk, string word) =>
        Assert.Contains(word, PlanFit.Reason(small, Quota(servers, cpu, memory, disk), 128), StringComparison.Ordinal);

    [Fact]
    public void Plan_too_small_for_the_game_says_so() => Assert.Contains("at least 1 GiB", PlanFit.Reason(tiny, null, 1024), StringComparison.Ordinal);

    [Fact]
    public void Plan_a_server_has_comes_back_when_it_moves()
    {
        var quota = new QuotaView(new(1, 1), new(1200, 500), new(2048, 512), new(10240, 2048), new(-1, 1));
        Assert.Null(PlanFit.Reason(small, quota, 128, has: tiny));
        Assert.NotNull(PlanFit.Reason(small, quota, 128));
        Assert.Equal("It has 8 GiB less disk than the server, and a volume cannot shrink.", PlanFit.Reason(tiny, quota, 128, has: small));
    }

    [Fact]
    public void Smallest_plan_that_fits_is_chosen_first()
    {
        Assert.Equal(tiny, PlanFit.Smallest([small, tiny], null, 128));
        Assert.Equal(small, PlanFit.Smallest([small, tiny], null, 1024));
        Assert.Null(PlanFit.Smallest([small, tiny], Quota(0, -1, -1, -1), 128));
    }

    [Theory]
    [InlineData(300, 512, "300 / 512 MiB")]
    [InlineData(1536, 4096, "1.5 / 4 GiB")]
    [InlineData(null, 2048, "– / 2 GiB")]
    public void Use_is_shown_in_the_unit_of_its_limit(int? used, int limit, string expected) => Assert.Equal(expected, Amount.Use(used, limit));

    static QuotaView Quota(int servers, int cpu, int memory, int disk) => new(new(servers, 0), new(cpu, 0), new(memory, 0), new(disk, 0), new(-1, 0));
}
