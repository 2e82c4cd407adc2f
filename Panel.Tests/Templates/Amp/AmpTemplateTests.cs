using Panel.Core.Console;
using Panel.Core.Templates;
using Panel.Core.Templates.Amp;
using Panel.Core.Templates.Eggs;
using Panel.Tests.Templates.Eggs;
using Xunit;

namespace Panel.Tests.Templates.Amp;

public sealed class AmpTemplateTests
{
    const string Settings = """
        Meta.DisplayName=Sample game
        App.ApplicationReadyMode=RegexMatch
        App.PrimaryApplicationPortRef=Game
        Console.FilterMatchRegex=^\d\d:\d\d:\d\d:\x20
        Console.AppReadyRegex=^(?:\[\d+\] )?Up=yes$
        Console.UserJoinRegex=^Character of (?<username>.+?) is (?<userid>-?\d+)$
        Console.UserLeaveRegex=^Dropped owner (?<userid>-?\d+)$
        Console.UserChatRegex=^<(?<username>.+?)> (?<message>.+)$
        """;

    const string Ports = """[ { "Protocol": "TCP", "Port": 27015, "Ref": "Query" }, { "Protocol": "UDP", "Port": 2456, "Ref": "Game", "ChildPorts": [ { "Protocol": "UDP", "Port": 2457, "Ref": "More" } ] } ]""";

    static readonly Template Egg = Core.Templates.Eggs.Egg.Read(SampleEgg.Text).Template;

    [Fact]
    public void Tracking_and_protocols_come_to_a_template_and_the_rest_stays()
    {
        var template = AmpTemplate.Read(Settings, Ports).Over(Egg);
        Assert.Equal([("game", "UDP"), ("query", "TCP")], template.Ports.Select(port => (port.Name, port.Protocol)));
        Assert.Equal(Egg.Ready, template.Ready);
        Assert.Equal(@"regex:^(?:\d\d:\d\d:\d\d:\x20)?(?:\[\d+\] )?Up=yes$", Assert.Single(AmpTemplate.Read(Settings, null).Over(Egg with { Ready = [] }).Ready));
        Assert.Null(TemplateRules.Fault(template));

        var run = new RunWatch(ConsolePatterns.Of(template), maxPlayers: null);
        string[] After(params string[] lines)
        {
            _ = run.Take([.. lines.Select(line => new SourceLine(DateTimeOffset.UnixEpoch, line))]);
            return [.. run.Players!.Names];
        }
        Assert.Equal(["Ann", "Bob B"], After("12:00:00: Character of Ann is -17", "Character of Bob B is 18", "<Eve> Character of Eve is 19"));
        Assert.Equal(["Ann"], After("12:00:01: Dropped owner 18", "Dropped owner 99"));
    }

    [Fact]
    public void Template_that_tells_nothing_changes_nothing()
    {
        var amp = AmpTemplate.Read("Meta.DisplayName=X\nConsole.UserJoinRegex=^$\nConsole.UserLeaveRegex=\nConsole.AppReadyRegex=$\nApp.ApplicationReadyMode=RegexMatch", null);
        Assert.Equal(TemplateText.Write(Egg), TemplateText.Write(amp.Over(Egg)));
    }

    [Fact]
    public void Pattern_that_cannot_be_read_is_told_and_left_out()
    {
        var amp = AmpTemplate.Read("Meta.DisplayName=X\nConsole.UserJoinRegex=^(open", null);
        Assert.Null(amp.Join);
        Assert.StartsWith("Console.UserJoinRegex: ", Assert.Single(amp.Faults), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "[]", "Meta.DisplayName")]
    [InlineData("Meta.DisplayName=X", "{", "ports")]
    [InlineData("Meta.DisplayName=X", "{}", "ports")]
    [InlineData("Meta.DisplayName=X", "[{\"Port\":\"many\"}]", "ports")]
    public void What_is_no_template_is_refused(string settings, string ports, string words) =>
        Assert.Contains(words, Assert.Throws<InvalidDataException>(() => AmpTemplate.Read(settings, ports)).Message, StringComparison.Ordinal);

    public static TheoryData<string> Files => Environment.GetEnvironmentVariable("PANEL_TEST_AMP") is { } folder ? [.. Directory.EnumerateFiles(folder, "*.kvp").Order(StringComparer.Ordinal)] : ["(none)"];

    /// <summary>Real templates of AMP, where a folder of them is at hand.</summary>
    [Theory, MemberData(nameof(Files))]
    public void Real_template_is_read(string file)
    {
        Assert.SkipUnless(File.Exists(file), "PANEL_TEST_AMP names no folder of AMP's templates.");
        var amp = AmpTemplate.Read(File.ReadAllText(file), File.ReadAllText(Path.ChangeExtension(file, null) + "ports.json"));
        Assert.Empty(amp.Faults);
        Assert.NotEmpty(amp.Ports);
        Assert.Null(TemplateRules.Fault(amp.Over(Egg)));
    }
}
