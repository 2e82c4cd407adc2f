using Panel.Core.Console;
using Xunit;

namespace Panel.Tests.Console;

public class HelpWatchTests
{
    static readonly DateTimeOffset ready = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    readonly HelpWatch watch = new(new("help", LinePattern.Of(@"^(?<name>[a-z]+): ")));
    readonly List<string> learned = [];

    string[] Shown(double seconds, params string[] lines) =>
        [.. watch.Shown([.. lines.Select(line => new SourceLine(ready.AddSeconds(seconds), line))], names => { learned.Clear(); learned.AddRange(names); }).Select(line => line.Text)];

    [Fact]
    public void Answer_to_the_panel_is_kept_from_the_console_and_that_to_a_person_is_not()
    {
        watch.Begin(ready);
        Assert.Equal(["> Ready"], Shown(0.1, "say: tells everybody", "> Ready", "stop: ends it"));
        Assert.Equal(["say", "stop"], learned.Order());
        Assert.Equal(["say: tells everybody", "stop: ends it"], Shown(1, "say: tells everybody", "stop: ends it"));
    }

    [Fact]
    public void Line_that_comes_late_is_shown_whatever_it_looks_like()
    {
        watch.Begin(ready);
        Assert.Equal(["warning: late"], Shown(HelpWatch.Window.TotalSeconds + 1, "warning: late"));
        Assert.Empty(learned);
    }
}
