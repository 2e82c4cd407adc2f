using System.Text.RegularExpressions;
using Panel.Contracts.Servers;
using Panel.Core.Templates;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Games;

/// <summary>What docs/templates.md has people write, as it stands there.</summary>
[Trait("Lane", "games")]
public sealed partial class FirstTemplateTests
{
    [Fact]
    public async Task First_template_of_the_guide_is_installed_answers_and_stops()
    {
        await using var host = await GameHost.StartAsync();
        var template = TemplateText.Read(Blocks().Single(text => text.Contains("\"parrot\"", StringComparison.Ordinal)));
        await host.Get<EditTemplates>().SaveAsync(host.Actor, template, 0, GameHost.Token);
        Assert.DoesNotContain(TemplateFindings.Of(template), finding => finding.Weight is FindingWeight.Attention);
        var server = await host.CreateAsync("parrot", new() { ["GREETING"] = "Hello \"you\" $(id)" });
        await server.LineAsync("Hello \"you\" \\$\\(id\\)");
        await server.TypeAsync("good day");
        await server.LineAsync("You said: good day");
        await server.PowerAsync(PowerAction.Stop);
        await server.UntilAsync(ServerPhase.Offline);
    }

    [Fact]
    public void Every_template_of_the_guide_can_be_read() => Assert.All(Blocks().Where(text => text.Contains("\"key\"", StringComparison.Ordinal)), text => Assert.Null(TemplateRules.Fault(TemplateText.Read(text))));

    static IEnumerable<string> Blocks() => Block().Matches(SourceTree.Read("docs/templates.md")).Select(match => match.Groups["text"].Value);

    [GeneratedRegex("^```json\n(?<text>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();
}
