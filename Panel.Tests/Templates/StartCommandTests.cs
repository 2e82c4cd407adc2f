using Panel.Core.Templates;
using Xunit;

namespace Panel.Tests.Templates;

public class StartCommandTests
{
    [Theory]
    [InlineData("java -jar server.jar", "java|-jar|server.jar")]
    [InlineData("  run\t  it  ", "run|it")]
    [InlineData("say \"two words\" 'and ''more'", "say|two words|and more")]
    [InlineData("a\\ b \"c\\\"d\" 'e\\f'", "a b|c\"d|e\\f")]
    [InlineData("x \"\" ''", "x||")]
    [InlineData("echo $HOME `id` $(id) * ; rm | cat > x && y", "echo|$HOME|`id`|$(id)|*|;|rm||||cat|>|x|&&|y")]
    [InlineData("", "")]
    public void Line_is_split_as_a_shell_does_and_nothing_is_expanded(string line, string expected)
    {
        string[] words = line.Length == 0 ? [] : line.Contains('|') ? ["echo", "$HOME", "`id`", "$(id)", "*", ";", "rm", "|", "cat", ">", "x", "&&", "y"] : expected.Split('|');
        Assert.Equal(words, Arguments(line));
    }

    [Theory]
    [InlineData("two words")]
    [InlineData("a\" b 'c")]
    [InlineData("$(reboot) ; `id` && {{OTHER}}")]
    [InlineData("{{NAME}}")]
    [InlineData("")]
    public void Value_stays_one_argument_whatever_it_holds(string value) =>
        Assert.Equal(["run", "--name=" + value, value], Arguments("run --name={{NAME}} {{ NAME }}", ("NAME", value), ("OTHER", "secret")));

    [Fact]
    public void Unknown_name_stands_for_nothing() => Assert.Equal(["run", "ab", ""], Arguments("run a{{NOBODY}}b {{NOBODY}}"));

    [Fact]
    public void Value_parts_of_other_values_do_not_form_a_placeholder_CVE_2026_52855() =>
        Assert.Equal(["{{SECRET}}"], Arguments("{{A}}{{B}}", ("A", "{{SEC"), ("B", "RET}}"), ("SECRET", "hidden")));

    [Theory]
    [InlineData("say \"open", "quote")]
    [InlineData("say 'open", "quote")]
    [InlineData("say \\", "backslash")]
    public void Line_that_does_not_end_is_refused(string line, string words)
    {
        Assert.Contains(words, StartCommand.Fault(Template(line)), StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => Arguments(line));
    }

    static IReadOnlyList<string> Arguments(string line, params (string Name, string Value)[] values) =>
        StartCommand.Of(Template(line), line, name => values.FirstOrDefault(value => value.Name == name).Value);

    static Template Template(string line) => new() { Key = "x", Name = "X", Images = new Dictionary<string, string> { ["One"] = "one:1" }, Startups = new Dictionary<string, string> { ["Start"] = line } };
}
