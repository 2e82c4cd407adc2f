using Panel.Core.Accounts;
using Xunit;

namespace Panel.Tests.Web;

/// <summary>Who waits after wrong passwords, and who does not.</summary>
public sealed class FailedSignInsTests
{
    readonly Hand clock = new();
    readonly FailedSignIns failures;

    public FailedSignInsTests() => failures = new(clock);

    void Fail(string account, string network, int times = FailedSignIns.Attempts)
    {
        for (var attempt = 0; attempt < times; attempt++) Assert.Equal(TimeSpan.Zero, failures.Take(account, network));
    }

    [Fact]
    public void Network_that_fails_waits_and_no_other_does_CVE_2026_61609()
    {
        Fail("ANN", "attacker");
        Assert.Equal(FailedSignIns.Wait, failures.Take("ann", "attacker"));
        Assert.Equal(TimeSpan.Zero, failures.Take("ANN", "home"));
        Assert.Equal(TimeSpan.Zero, failures.Take("BOB", "attacker"));
    }

    [Fact]
    public void Wait_ends_by_itself_and_attempts_meanwhile_do_not_prolong_it()
    {
        Fail("ANN", "home");
        clock.Now += TimeSpan.FromMinutes(4);
        Assert.Equal(TimeSpan.FromMinutes(1), failures.Take("ANN", "home"));
        clock.Now += TimeSpan.FromMinutes(1);
        Fail("ANN", "home");
    }

    [Fact]
    public void Right_password_forgets_what_its_network_failed()
    {
        Fail("ANN", "home", FailedSignIns.Attempts - 1);
        failures.Forget("ANN", "home");
        Fail("ANN", "home", FailedSignIns.Attempts - 1);
        Assert.Equal(TimeSpan.Zero, failures.Left("ANN", "home"));
    }

    [Fact]
    public void Account_that_very_many_networks_try_waits_for_all_of_them_until_they_are_fewer()
    {
        for (var network = 0; network < FailedSignIns.AttemptsOfAll / 2; network++)
        {
            if (network == 10) clock.Now += TimeSpan.FromMinutes(2);
            Fail("ANN", $"network {network}", times: 2);
        }
        Assert.Equal(TimeSpan.FromMinutes(3), failures.Take("ANN", "home"));
        Assert.Equal(TimeSpan.Zero, failures.Take("BOB", "home"));
        clock.Now += TimeSpan.FromMinutes(3);
        Assert.Equal(TimeSpan.Zero, failures.Take("ANN", "home"));
    }

    [Fact]
    public void Memory_is_bounded_however_many_names_and_networks_try()
    {
        Fail("ANN", "attacker");
        Fail("ANN", "another");
        for (var attempt = 0; attempt < 120_000; attempt++) failures.Take($"name {attempt}", "attacker");
        Assert.InRange(failures.Kept, 1, 50_001);
        Assert.NotEqual(TimeSpan.Zero, failures.Left("ANN", "attacker"));
    }

    sealed class Hand : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
