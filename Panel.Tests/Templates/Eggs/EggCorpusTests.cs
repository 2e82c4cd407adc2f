using System.Text.Json.Nodes;
using Panel.Core.Templates;
using Panel.Core.Templates.Eggs;
using Xunit;

namespace Panel.Tests.Templates.Eggs;

/// <summary>Real eggs of other panels, where a folder of them is at hand: <c>PANEL_TEST_EGGS</c>.</summary>
public sealed class EggCorpusTests
{
    public static readonly string? Folder = Environment.GetEnvironmentVariable("PANEL_TEST_EGGS");

    public static TheoryData<string> Files => [.. Folder is null ? ["(none)"] : Eggs(Folder)];

    internal static IEnumerable<string> Eggs(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Where(file => Path.GetExtension(file) is ".json" or ".yaml" && File.ReadAllText(file).Contains("env_variable", StringComparison.Ordinal))
        .Select(file => Path.GetRelativePath(folder, file)).Order(StringComparer.Ordinal);

    [Theory, MemberData(nameof(Files))]
    public void Real_egg_is_read_and_written_without_loss(string file)
    {
        Assert.SkipWhen(Folder is null, "PANEL_TEST_EGGS names no folder of eggs.");
        var text = File.ReadAllText(Path.Combine(Folder, file));
        var egg = Egg.Read(text);
        Assert.Null(TemplateRules.Fault(egg.Template));

        Assert.True(JsonNode.DeepEquals(EggText.Read(text), EggText.Read(Egg.Write(egg.Template, egg.Document, egg.Version))));
        Assert.True(JsonNode.DeepEquals(EggText.Read(text), EggText.Read(Egg.Write(egg.Template, egg.Document, egg.Version, yaml: true))));
        foreach (var version in new[] { EggVersion.PtdlV2, EggVersion.PlcnV3 })
        {
            // in the other family's version, and without the egg it came from: the same template
            Assert.Equal(TemplateText.Write(egg.Template), TemplateText.Write(Egg.Read(Egg.Write(egg.Template, egg.Document, version)).Template));
            Assert.Equal(TemplateText.Write(egg.Template), TemplateText.Write(Egg.Read(Egg.Write(egg.Template, document: null, version)).Template));
        }
    }
}
