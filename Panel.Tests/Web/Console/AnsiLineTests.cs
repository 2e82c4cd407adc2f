using Panel.Web.Components.Console;
using Xunit;

namespace Panel.Tests.Web.Console;

public sealed class AnsiLineTests
{
    const string E = "\x1b";

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("", "")]
    [InlineData("<script>alert(1)</script> &amp;", "<script>alert(1)</script> &amp;")]
    [InlineData(E + "[31mred" + E + "[0m plain", "red plain")]
    [InlineData("a" + E + "[2Jb" + E + "[10;10Hc" + E + "[?25ld", "abcd")]                  // clear, move, hide the cursor
    [InlineData("a" + E + "]0;title\ab" + E + "]8;;http://x" + E + "\\link" + E + "]8;;" + E + "\\", "ablink")]
    [InlineData("a" + E + "]0;never ended", "a")]
    [InlineData("a" + E + "Pq device" + E + "\\b" + E + "_apc" + E + "\\c", "abc")]
    [InlineData("a" + E, "a")]
    [InlineData("a" + E + "[", "a")]
    [InlineData("a" + E + "[31", "a")]
    [InlineData("a" + E + "[31\u00e9b", "a\u00e9b")]                                        // broken off by a letter
    [InlineData("a" + E + "[31" + E + "[32mb", "ab")]
    [InlineData("a" + E + "(Bb" + E + "7c", "abc")]
    [InlineData("a\u009b31mb", "ab")]                                                       // the one-character form
    [InlineData("a\0\a\b\u007f\u0085b\tc", "ab\tc")]
    [InlineData("a\u202eb\u2066c\u2069", "abc")]                                            // would turn the line around
    [InlineData("a\u2028b\u2029c", "a b c")]
    [InlineData("10%\r50%\r100%", "100%")]
    [InlineData("done\r", "done")]
    [InlineData("\ud83d\ude00 ok", "\ud83d\ude00 ok")]
    public void Text_is_what_remains(string line, string text) => Assert.Equal(text, AnsiLine.Plain(line));

    [Fact]
    public void Half_characters_become_a_mark() => Assert.Equal("a\uFFFDb\uFFFD", AnsiLine.Plain(string.Concat("a", '\udc00', "b", '\ud800')));

    [Fact]
    public void Colours_of_all_three_kinds_are_understood()
    {
        Assert.Equal(new AnsiColour(1), One("31").Text);
        Assert.Equal(new AnsiColour(12), One("94").Text);
        Assert.Equal(new AnsiColour(9), One("101").Back);
        Assert.Equal(new AnsiColour(3), One("38;5;3").Text);
        Assert.Equal("#ff8700", One("38;5;208").Text!.Value.Hex);
        Assert.Equal("#eeeeee", One("48;5;255").Back!.Value.Hex);
        Assert.Equal("#0a141e", One("38;2;10;20;30").Text!.Value.Hex);
        Assert.Equal("#0a141e", One("38:2::10:20:30").Text!.Value.Hex);
        Assert.Equal("#0a141e", One("38:2:10:20:30").Text!.Value.Hex);
        Assert.Equal("#ffffff", One("38;2;999;9999999999;256").Text!.Value.Hex);
    }

    [Fact]
    public void Styles_add_up_and_are_taken_back()
    {
        Assert.Equal(new AnsiStyle { Bold = true, Underline = true, Inverse = true, Text = new(2) }, One("1;4;7;32"));
        Assert.Equal(new AnsiStyle { Italic = true }, One("1;2;3;4;9;22;24;29"));
        Assert.Equal(default, One("1;31;0"));
        Assert.Equal(default, One("1;31;"));
        Assert.Equal(default, One("31;41;39;49"));
        Assert.Equal(new AnsiStyle { Underline = true }, One("4:3"));
        Assert.Equal(default, One("4;4:0"));
    }

    [Theory]
    [InlineData("38")]
    [InlineData("38;5")]
    [InlineData("38;2;1;2")]
    [InlineData("38;9;1")]
    [InlineData("38:5")]
    [InlineData("999")]
    [InlineData(";;;;")]
    [InlineData("?31")]
    [InlineData("38:::::::::::::::::::::")]
    public void A_colour_that_is_not_one_changes_nothing(string parameters) => Assert.Null(One(parameters).Back);

    [Fact]
    public void Pieces_of_one_style_are_one_span()
    {
        var spans = AnsiLine.Parse($"{E}[31ma{E}[31mb{E}[0mc{E}[1md");
        Assert.Equal([("ab", new AnsiStyle { Text = new(1) }), ("c", default), ("d", new AnsiStyle { Bold = true })], spans.Select(span => (span.Text, span.Style)));
    }

    [Fact]
    public void Hostile_lines_end_in_time()
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        foreach (var piece in (string[])[E + "[", E + "[1;", E + "[31m", E + "]", "\r", "\ud800", E + "[" + new string('9', 50) + "m", E + "[" + string.Join(';', Enumerable.Repeat("38;5;1", 60)) + "m"])
        {
            var line = string.Concat(Enumerable.Repeat(piece, 4096 / piece.Length));
            for (var i = 0; i < 20; i++) AnsiLine.Parse(line);
        }
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"took {watch.Elapsed}");
    }

    [Fact]
    public void Random_lines_never_keep_a_control_character()
    {
        var random = new Random(7);
        var alphabet = "\x1b\x9b[]()0123456789;:mKHJ?<>&\"'\r\a\b\\ abc\u202e\u2028\ud83d\ude00";
        for (var i = 0; i < 5_000; i++)
        {
            var line = new string([.. Enumerable.Range(0, random.Next(60)).Select(_ => alphabet[random.Next(alphabet.Length)])]);
            Assert.DoesNotContain(AnsiLine.Plain(line), c => (char.IsControl(c) && c != '\t') || c is '\u202e' or '\u2028');
        }
    }

    static AnsiStyle One(string parameters) => AnsiLine.Parse($"{E}[{parameters}mx") is [var span] ? span.Style : throw new InvalidOperationException("more than one span");
}
