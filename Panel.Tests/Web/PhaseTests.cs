using Bunit;
using Panel.Contracts.Servers;
using Panel.Web.Components.Servers;
using Xunit;

namespace Panel.Tests.Web;

public sealed class PhaseTests : BunitContext
{
    [Theory]
    [InlineData(ServerPhase.Running, "Running", "green", false)]
    [InlineData(ServerPhase.Starting, "Starting", "amber", true)]
    [InlineData(ServerPhase.Failing, "Failing", "red", false)]
    [InlineData(ServerPhase.Offline, "Offline", "", false)]
    [InlineData(ServerPhase.Installing, "Installing", "blue", true)]
    public void Badge_shows_the_phase_in_word_and_colour(ServerPhase phase, string word, string colour, bool pulses)
    {
        var badge = Render<PhaseBadge>(parameters => parameters.Add(b => b.Phase, phase).Add(b => b.Reason, "because")).Find(".badge");
        Assert.Equal(word, badge.TextContent);
        Assert.Equal("because", badge.GetAttribute("title"));
        if (colour.Length > 0) Assert.Contains(colour, badge.ClassList);
        Assert.Equal(pulses, badge.QuerySelector(".pulse") is not null);
    }

    [Fact]
    public void Every_phase_has_a_place_in_the_filter() => Assert.Equal(Enum.GetValues<ServerPhase>().Order(), Phases.All.Order());

    [Theory]
    [InlineData(ServerPhase.Offline, "Start")]
    [InlineData(ServerPhase.Running, "Stop, Restart, Kill")]
    [InlineData(ServerPhase.Starting, "Stop, Restart, Kill")]
    [InlineData(ServerPhase.Stopping, "Kill")]
    [InlineData(ServerPhase.Failing, "Start, Stop, Restart, Kill")]
    [InlineData(ServerPhase.Installing, "")]
    [InlineData(ServerPhase.Deleting, "")]
    [InlineData(ServerPhase.Suspended, "")]
    public void Power_is_offered_where_it_makes_sense(ServerPhase phase, string expected) =>
        Assert.Equal(expected, string.Join(", ", Enum.GetValues<PowerAction>().Where(action => Phases.Offers(phase, action))));
}
