using System.Diagnostics;
using System.Text.Json.Nodes;
using Panel.Core.Templates;
using Panel.Core.Templates.Eggs;
using Xunit;

namespace Panel.Tests.Templates.Eggs;

public sealed class EggTests
{
    [Fact]
    public void Egg_becomes_a_template_with_all_that_it_says()
    {
        var template = Egg.Read(SampleEgg.Text).Template;
        Assert.Equal(("sample-game", "Sample game", "ann@example.org", StartedBy.Image, "/home/container"), (template.Key, template.Name, template.Author, template.StartedBy, template.MountPath));
        Assert.Equal(["Newest", "Own"], template.Images.Keys);
        Assert.Equal(["Ready to play"], template.Ready);
        Assert.Equal("#!/bin/bash\napt -y install curl\ncurl -o sample \"https://games.example/${VERSION}\"\necho 🎮\n", template.Install!.Script);
        Assert.True(template.Install.Root);
        Assert.Equal(["secret/*.key"], template.FileDenylist);
        Assert.Equal([("game", "TCP+UDP", "SERVER_PORT"), ("query", "TCP+UDP", "QUERY_PORT")], template.Ports.Select(port => (port.Name, port.Protocol, port.Env)));
        Assert.Equal([false, false, true], template.Variables.Select(variable => variable.Secret));
        Assert.Equal("20", template.Files["sample.properties"].Find["slots"].Text);
        Assert.Equal("{{config.docker.interface}}$2", Assert.Single(template.Files["hosts.yml"].Find["servers.*.address"].When!.Values));
    }

    [Theory]
    [InlineData(EggVersion.PtdlV2)]
    [InlineData(EggVersion.PlcnV3)]
    public void Export_gives_the_same_egg_back_and_what_was_changed_with_it(EggVersion version)
    {
        var egg = Egg.Read(SampleEgg.Text);
        if (version is EggVersion.PtdlV2) Assert.True(JsonNode.DeepEquals(JsonNode.Parse(SampleEgg.Text), JsonNode.Parse(Egg.Write(egg.Template, egg.Document, version))));
        foreach (var yaml in new[] { false, true })
        {
            var changed = egg.Template with
            {
                Name = "Other",
                Players = new() { Join = "(?<name>\\w+) joined" },
                Variables = [egg.Template.Variables[0] with { Default = "New", Secret = true }, .. egg.Template.Variables.Skip(1), new() { Name = "Added", Env = "ADDED", Rules = "required|regex:/^(x|y)$/" }],
            };
            var written = Egg.Write(changed, egg.Document, version, yaml);
            Assert.Contains("kept as it is", written, StringComparison.Ordinal);
            var tree = EggText.Read(written);
            Assert.NotNull(tree["variables"]![2]!["later"]);
            Assert.True(EggText.Inner(tree["config"]!["startup"]!.GetValue<string>(), "")!["strip_ansi"]!.GetValue<bool>());
            Assert.Equal(TemplateText.Write(changed with { Key = "other" }), TemplateText.Write(Egg.Read(written).Template));
        }
    }

    [Fact]
    public void Template_written_here_becomes_an_egg_and_comes_back()
    {
        foreach (var template in Catalogue.All)
        {
            // what the panel alone starts has no shell, and no command line where the image has its own
            var started = template with { Demo = false, Startups = template.Startups.Count == 0 ? new Dictionary<string, string> { ["Default"] = "./run" } : template.Startups };
            foreach (var version in new[] { EggVersion.PtdlV2, EggVersion.PlcnV3 })
            {
                var back = Egg.Read(Egg.Write(started, document: null, version)).Template;
                Assert.Equal(TemplateText.Write(started with { Key = back.Key }), TemplateText.Write(back));
            }
        }
    }

    static TemplateCatalogue Catalogue { get; } = new(Microsoft.Extensions.Options.Options.Create(new Core.PanelOptions { DataDirectory = "/nonexistent" }), Microsoft.Extensions.Logging.Abstractions.NullLogger<TemplateCatalogue>.Instance);

    public static TheoryData<string, string> Broken => new()
    {
        { "", "nothing in it" },
        { "{ \"meta\": {\n \"version\": \"PTDL_v2\",\n }}}", "line 3" },
        { "[]", "list" },
        { "{}", "meta.version is missing" },
        { "just words", "no keys" },
        { "meta:\n  version: PLCN_v3\n name: x", "line 3" },
        { "a: &x [1, 2]\nb: *x", "line 2: an alias" },
        { "a: 1\na: 2", "line 2: \"a\" is there twice" },
        { string.Concat(Enumerable.Repeat("{\"a\":", 100)) + "1" + new string('}', 100), "depth" },
        { string.Concat(Enumerable.Range(0, 100).Select(depth => new string(' ', depth) + "a:\n")), "too deep" },
        { "{\"a\":\"" + new string('x', 5 * 1024 * 1024) + "\"}", "longer than 4 MiB" },
        { "{\"a\":[" + string.Join(',', Enumerable.Repeat("1", 60_000)) + "]}", "too many parts" },
        { SampleEgg.With(egg => egg["meta"]!["version"] = "PTDL_v9"), "PTDL_v9" },
        { SampleEgg.With(egg => egg["name"] = new JsonArray("x")), "name: a text was expected, and a list stands there" },
        { SampleEgg.With(egg => egg["docker_images"] = "one"), "docker_images: an object was expected" },
        { SampleEgg.With(egg => egg["variables"]![1]!["env_variable"] = new JsonObject()), "variables[1].env_variable" },
        { SampleEgg.With(egg => egg["variables"]![1]!["user_viewable"] = "perhaps"), "variables[1].user_viewable: true or false" },
        { SampleEgg.With(egg => egg["config"]!["files"] = "{ \"a\": "), "config.files: the text in it is not valid JSON" },
        { SampleEgg.With(egg => egg["variables"]!.AsArray().Add(egg["variables"]![0]!.DeepClone())), "twice" },
        { SampleEgg.With(egg => egg["scripts"]!["installation"]!["script"] = new string('x', 2 * 1024 * 1024)), "longer than 1 MiB" },
        { SampleEgg.With(egg => egg["config"]!["files"] = "{ \"../../etc/passwd\": { \"parser\": \"file\", \"find\": {} } }"), "no . or .." },
        { SampleEgg.With(egg => egg["config"]!["startup"] = "{ \"done\": \"regex:(\" }"), "Invalid pattern" },
    };

    [Theory, MemberData(nameof(Broken))]
    public void Broken_egg_is_refused_with_its_line_or_place(string text, string words) =>
        Assert.Contains(words, Assert.Throws<EggException>(() => Egg.Read(text)).Message, StringComparison.OrdinalIgnoreCase);

    [Fact]
    public void What_panels_write_in_place_of_an_empty_thing_is_taken_for_it()
    {
        var egg = Egg.Read(SampleEgg.With(egg =>
        {
            egg["file_denylist"] = new JsonObject();
            egg["features"] = null;
            egg["config"]!["files"] = "[]";
            egg["variables"]![0]!["rules"] = new JsonObject();
            egg["variables"]![1]!["default_value"] = 27015;
        })).Template;
        Assert.Empty(egg.FileDenylist);
        Assert.Empty(egg.Features);
        Assert.Empty(egg.Files);
        Assert.Equal(("", "27015"), (egg.Variables[0].Rules, egg.Variables[1].Default));
    }

    [Theory]
    [InlineData("Import", "import-game")]
    [InlineData("  Ünïcode & more!  ", "n-code-more")]
    [InlineData("日本", "template")]
    public void Key_is_made_of_the_name_and_never_that_of_a_page(string name, string key) => Assert.Equal(key, Egg.Read(SampleEgg.With(egg => egg["name"] = name)).Template.Key);

    [Fact]
    public void First_form_of_eggs_has_images_without_labels()
    {
        var egg = Egg.Read(SampleEgg.With(egg =>
        {
            egg["meta"]!["version"] = "PTDL_v1";
            egg.Remove("docker_images");
            egg["images"] = new JsonArray("one:1", "two:2");
            foreach (var variable in egg["variables"]!.AsArray()) variable!.AsObject().Remove("field_type");
        }));
        Assert.Equal(["one:1", "two:2"], egg.Template.Images.Values);
        Assert.Equal("docker_images", EggText.Read(Egg.Write(egg.Template, egg.Document, EggVersion.PtdlV2)).Select(pair => pair.Key).Single(key => key.Contains("image", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("files", "odd.toml: there is no parser toml")]
    [InlineData("files", "{{config.token}} names nothing")]
    [InlineData("startups", "There is no variable NOBODY")]
    [InlineData("variables", "RCON_PASSWORD: the rule in_the_mood is not known")]
    [InlineData("install", "root of its container")]
    [InlineData("images", "registry.example/sample:1 may not read STARTUP")]
    [InlineData("stop", "interrupt")]
    [InlineData("features", "flying_saucers")]
    [InlineData("ports", "QUERY_PORT is made a port")]
    public void What_will_not_do_as_meant_is_told_and_nothing_is_dropped(string place, string words) => Assert.Contains(
        TemplateFindings.Of(Egg.Read(SampleEgg.Text).Template), finding => finding.Place == place && finding.Text.Contains(words, StringComparison.Ordinal));

    [Fact]
    public void Pattern_that_explodes_ends_in_its_time()
    {
        var egg = Egg.Read(SampleEgg.With(egg => egg["variables"]![0]!["rules"] = "required|regex:/^(?=(a+)+$)b/")).Template;
        var watch = Stopwatch.StartNew();
        Assert.NotNull(VariableRules.Check(egg.Variables[0], new string('a', 40) + "!"));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5));
    }
}
