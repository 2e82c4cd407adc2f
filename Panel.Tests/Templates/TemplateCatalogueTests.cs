using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Panel.Core;
using Panel.Core.Templates;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Templates;

public sealed class TemplateCatalogueTests : IDisposable
{
    const string Good = """{ "key": "mine", "name": "Mine", "images": { "One": "one:1" } }""";

    readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    TemplateCatalogue Read(params (string File, string Text)[] files)
    {
        Directory.CreateDirectory(folder["templates"]);
        foreach (var (file, text) in files) File.WriteAllText(folder[$"templates/{file}"], text);
        return new(Options.Create(new PanelOptions { DataDirectory = folder.Path }), NullLogger<TemplateCatalogue>.Instance);
    }

    [Fact]
    public void Shipped_templates_are_whole_and_the_demo_comes_first()
    {
        var catalogue = Read();
        Assert.Empty(catalogue.Broken);
        Assert.Equal("demo", catalogue.All[0].Key);
    }

    [Fact]
    public void Defaults_of_shipped_templates_keep_their_rules_or_have_to_be_chosen()
    {
        foreach (var variable in Read().All.SelectMany(template => template.Variables))
        {
            Assert.True(VariableRules.Check(variable, variable.Default) is null or "This value is required." || variable.Default.Length == 0, $"{variable.Env}={variable.Default}");
        }
    }

    [Fact]
    public void Template_of_the_operator_takes_the_place_of_a_shipped_one()
    {
        var catalogue = Read(("mine.json", Good), ("demo.json", Good.Replace("mine", "demo", StringComparison.Ordinal)));
        Assert.Equal(("Mine", "Mine"), (catalogue.Find("mine")!.Name, catalogue.Find("demo")!.Name));
        Assert.Null(catalogue.Find("none"));
    }

    public static TheoryData<string, string> Faults => new()
    {
        { "{", "" },
        { "[]", "" },
        { """{ "key": "x" }""", "name" },
        { Good.Replace("mine", "../x", StringComparison.Ordinal), "key" },
        { Good.Replace("\"One\": \"one:1\"", "", StringComparison.Ordinal), "images" },
        { Good.Replace("\"key\"", "\"startups\": { \"Start\": \"a 'b\" }, \"key\"", StringComparison.Ordinal), "quote" },
        { Good.Replace("\"key\"", "\"ready\": [\"regex:(\"], \"key\"", StringComparison.Ordinal), "Invalid pattern" },
        { Good.Replace("\"key\"", "\"files\": { \"../a\": { \"parser\": \"ini\", \"find\": {} } }, \"key\"", StringComparison.Ordinal), "files" },
        { Good.Replace("\"key\"", "\"ports\": [ { \"name\": \"game\", \"protocol\": \"SCTP\" } ], \"key\"", StringComparison.Ordinal), "TCP or UDP" },
        { Good.Replace("\"key\"", "\"variables\": [ { \"name\": \"A\", \"env\": \"A B\" } ], \"key\"", StringComparison.Ordinal), "environment" },
        { Good.Replace("\"key\"", "\"variables\": [ { \"name\": \"A\", \"env\": \"A\" }, { \"name\": \"B\", \"env\": \"A\" } ], \"key\"", StringComparison.Ordinal), "twice" },
    };

    [Theory, MemberData(nameof(Faults))]
    public void Broken_file_is_named_with_its_fault_and_left_out(string text, string fault)
    {
        var catalogue = Read(("broken.json", text), ("mine.json", Good));
        Assert.Equal("broken.json", Assert.Single(catalogue.Broken).File);
        Assert.Contains(fault, catalogue.Broken[0].Fault, StringComparison.OrdinalIgnoreCase);
        Assert.NotNull(catalogue.Find("mine"));
    }
}
