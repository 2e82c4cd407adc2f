using Panel.Core.Console;
using Xunit;

namespace Panel.Tests.Console;

public class LinePatternTests
{
    [Theory]
    [InlineData(@"\]: (?<name>\w{1,16}) joined the game$", " joined the game")]
    [InlineData(@"\]: Done \(", "]: Done (")]
    [InlineData(@"^\[Server\] ready(er)?\.", "[Server] ready")]
    [InlineData("ab+c*d?e{2,3}fgh", "fgh")]
    [InlineData("abc|def", "")]
    [InlineData("(abc|def) in", " in")]
    [InlineData("(?i)done", "")]
    [InlineData(@"a\x41bcd", "")]
    [InlineData(@"[^]x|]+ served\d+", " served")]
    [InlineData(@"Got character ZDOID from (?<name>.+?) : (?<id>-?\d+):\d+", "Got character ZDOID from ")]
    [InlineData("x*?yz", "yz")]
    public void Literal_is_in_every_match(string pattern, string literal) => Assert.Equal(literal, LinePattern.LiteralIn(pattern));

    [Theory]
    [InlineData("Done", "All Done!", true)]
    [InlineData("regex:Done \\(\\d", "Done (5s)", true)]
    [InlineData("regex:Done \\(\\d", "Done (s)", false)]
    [InlineData("regex:^(?!x).*up$", "it is up", true)]
    [InlineData("a.c", "abc", false)]
    public void Ready_is_plain_text_or_a_pattern(string ready, string line, bool expected) => Assert.Equal(expected, LinePattern.Ready(ready).IsIn(line));

    [Theory]
    [InlineData("\u001b[33m[12:00:00]\u001b[0m \u001b[1;31mDone\u001b[m", "[12:00:00] Done")]
    [InlineData("\u001b]0;title\aDone\u001b]8;;x\u001b\\!", "Done!")]
    [InlineData("a\u001b", "a")]
    [InlineData("a\u001b[", "a")]
    [InlineData("a\u001b[12;", "a")]
    [InlineData("\u001b(Bplain\u001b7", "plain")]
    public void Colours_are_no_part_of_a_line(string text, string plain) => Assert.Equal(plain, AnsiText.Strip(text));

    [Fact]
    public void Pattern_that_explodes_does_not_hold_up_the_console()
    {
        var pattern = LinePattern.Ready("regex:^(?=(a+)+$)b");
        var line = new string('a', 4000) + "!";
        var started = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < 1000; i++) Assert.False(pattern.IsIn(line));
        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(5));
    }
}
