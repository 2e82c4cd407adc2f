using System.Text.Json.Nodes;
using System.Xml.Linq;
using Panel.Core.Errors;
using Panel.Core.Templates;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace Panel.Tests.Templates;

public class ConfigPatchTests
{
    static readonly Dictionary<string, string> Values = new()
    {
        ["server.allocations.game.port"] = "25570",
        ["server.environment.MOTD"] = "Grüße: # \"all\" = {{server.secret}} \\o/",
        ["server.environment.NAME"] = "plain name",
        ["server.environment.FLAG"] = "true",
        ["server.environment.NULL"] = "null",
        ["server.secret"] = "hidden",
        ["server.environment.LINES"] = "a\nadmin=true\r\nb",
    };

    static string Patch(string parser, string text, params (string Key, string Value)[] find) =>
        ConfigPatch.Apply(new(parser, find.ToDictionary(pair => pair.Key, pair => (ConfigValue)pair.Value)), text.ReplaceLineEndings("\n"), Values.GetValueOrDefault);

    [Fact]
    public void Properties_keep_comments_order_and_what_is_not_named() => Assert.Equal(
        "#Minecraft server properties\n! more\n\nlevel-name=world\nserver-port=25570\nmotd : Gr\\u00FC\\u00DFe: # \"all\" = {{server.secret}} \\\\o/\n  spaced key\nnew\\ key=plain name\n",
        Patch("properties", "#Minecraft server properties\n! more\n\nlevel-name=world\nserver-port=25565\nmotd : old \\\n   goes on\n  spaced key\n",
            ("server-port", "{{server.allocations.game.port}}"), ("motd", "{{server.environment.MOTD}}"), ("new key", "{{ server.environment.NAME }}")));

    [Theory]
    [InlineData("key=old\r\nother=1\r\n", "key=x\r\nother=1\r\n")]
    [InlineData("key", "key=x\n")]
    [InlineData("k\\u0065y = 1", "k\\u0065y = x\n")]
    [InlineData("#key=1\n", "#key=1\nkey=x\n")]
    [InlineData("", "key=x\n")]
    public void Properties_are_found_however_they_are_spelled(string before, string after) =>
        Assert.Equal(after, ConfigPatch.Apply(new("properties", new Dictionary<string, ConfigValue> { ["key"] = "x" }), before, _ => null));

    [Fact]
    public void Value_never_becomes_a_line_of_its_own()
    {
        foreach (var parser in new[] { "properties", "ini", "file" })
        {
            var after = Patch(parser, parser == "file" ? "key old\n" : "key=old\n", ("key", "key={{server.environment.LINES}}"));
            Assert.DoesNotContain(after.Split('\n'), line => line.TrimStart().StartsWith("admin", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Ini_keeps_comments_and_adds_in_its_section() => Assert.Equal(
        "; head\nname = plain name\n\n[network]\n; the port\nport = 25570\nmore = 1\n\n[a.b]\nkey = true\nfresh = x\n\n[made]\nx = 1\n",
        Patch("ini", "; head\nname = old\n\n[network]\n; the port\nport = 1\n\n[a.b]\nkey = no\n",
            ("name", "{{server.environment.NAME}}"), ("network.port", "{{server.allocations.game.port}}"), ("network.more", "1"), ("[a.b].key", "{{server.environment.FLAG}}"),
            ("[a.b].fresh", "x"), ("made.x", "1")));

    [Theory, InlineData("ini"), InlineData("properties")]
    public void Key_that_somebody_wrote_a_second_time_stands_there_once(string parser) => Assert.Equal(
        "motd = Welcome!\nport = 1\n# motd = no\n[other]\nmotd = theirs\n".Replace("[other]\nmotd = theirs\n", parser == "ini" ? "[other]\nmotd = theirs\n" : "", StringComparison.Ordinal),
        Patch(parser, "motd = Hello\nport = 1\n# motd = no\nmotd = Mine\nmotd = Mine too\n" + (parser == "ini" ? "[other]\nmotd = theirs\n" : ""), ("motd", "Welcome!")));

    [Fact]
    public void File_lines_that_begin_with_a_key_become_the_value() => Assert.Equal(
        "sv_name \"plain name\"\n# sv_port 1\nsv_port 25570\n sv_port kept\nsv_port6 0\n",
        Patch("file", "sv_name \"x\"\n# sv_port 1\nsv_port 8303\n sv_port kept\nsv_port6 1\n",
            ("sv_name", "sv_name \"{{server.environment.NAME}}\""), ("sv_port", "sv_port {{server.allocations.game.port}}"), ("sv_port6", "sv_port6 0"), ("missing", "missing 1")));

    [Fact]
    public void File_that_is_empty_gets_every_line() => Assert.Equal("sv_port 25570\nsv_name x\n", Patch("file", "", ("sv_port", "sv_port {{server.allocations.game.port}}"), ("sv_name", "sv_name x")));

    [Fact]
    public void Json_values_are_typed_and_paths_made()
    {
        var after = JsonNode.Parse(Patch("json", """
            { // a comment
              "port": 1, "name": "x", "version": "1", "open": false, "rate": 0.5, "list": [ { "a": 1 }, { "a": 2 } ], "kept": { "deep": [1, null] }, }
            """,
            ("port", "{{server.allocations.game.port}}"), ("name", "{{server.environment.MOTD}}"), ("version", "2"), ("open", "{{server.environment.FLAG}}"), ("rate", "1.25"),
            ("list.*.a", "9"), ("list[1].b", "two"), ("made.by[0].path", "{{server.environment.NULL}}"), ("unknown", "{{server.nobody}}")))!;
        Assert.True(JsonNode.DeepEquals(after, JsonNode.Parse("""
            { "port": 25570, "name": "Grüße: # \"all\" = {{server.secret}} \\o/", "version": "2", "open": true, "rate": 1.25, "list": [ { "a": 9 }, { "a": 9, "b": "two" } ], "kept": { "deep": [1, null] },
              "made": { "by": [ { "path": "null" } ] }, "unknown": "" }
            """)), after.ToJsonString());
    }

    [Fact]
    public void Yaml_values_are_typed_and_paths_made()
    {
        var text = Patch("yaml", """
            listeners:
            - host: 0.0.0.0:25577
              motd: 'old'
              query: false
            servers:
              lobby: { address: localhost:1, motd: "1" }
              other:
                address: localhost:2
            quoted: "1"
            empty:
            base: &base { a: 1 }
            copy: *base
            """,
            ("listeners[0].host", "0.0.0.0:{{server.allocations.game.port}}"), ("listeners[0].motd", "{{server.environment.MOTD}}"), ("listeners[0].query", "{{server.environment.FLAG}}"),
            ("servers.*.address", "127.0.0.1"), ("quoted", "2"), ("empty.below", "{{server.allocations.game.port}}"), ("made[0].name", "{{server.environment.NULL}}"), ("text", "{{server.environment.NAME}}"));
        var root = Yaml(text);
        Assert.Equal("0.0.0.0:25570", root["listeners"][0]["host"].ToString());
        Assert.Equal(Values["server.environment.MOTD"], root["listeners"][0]["motd"].ToString());
        Assert.Equal("127.0.0.1", root["servers"]["lobby"]["address"].ToString());
        Assert.Equal("127.0.0.1", root["servers"]["other"]["address"].ToString());
        Assert.Equal("1", root["copy"]["a"].ToString());
        Assert.Contains("query: true", text, StringComparison.Ordinal);
        Assert.Contains("below: 25570", text, StringComparison.Ordinal);
        Assert.Contains("quoted: \"2\"", text, StringComparison.Ordinal);
        Assert.Contains("name: \"null\"", text, StringComparison.Ordinal);
        Assert.Contains("text: plain name", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Xml_elements_and_attributes_are_set_and_the_rest_is_kept()
    {
        var text = Patch("xml", """
            <?xml version="1.0" encoding="ISO-8859-1"?>
            <config>
              <!-- the port -->
              <serverport>1</serverport>
              <resource src="a" /><resource src="b" />
            </config>
            """,
            ("config.serverport", "{{server.allocations.game.port}}"), ("config.servername", "<b>&{{server.environment.NAME}}"), ("config.resource", "[protected='{{server.environment.NAME}}']"),
            ("config.made.below", "1"), ("config.attack", "{{server.environment.ATTACK}}"));
        var root = XDocument.Parse(text).Root!;
        Assert.Equal("25570", root.Element("serverport")!.Value);
        Assert.Equal("<b>&plain name", root.Element("servername")!.Value);
        Assert.All(root.Elements("resource"), resource => Assert.Equal("plain name", resource.Attribute("protected")!.Value));
        Assert.Equal("1", root.Element("made")!.Element("below")!.Value);
        Assert.Contains("<!-- the port -->", text, StringComparison.Ordinal);
        Assert.StartsWith("<?xml version=\"1.0\" encoding=\"utf-8\"?>", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Xml_value_that_looks_like_an_attribute_stays_text()
    {
        var after = ConfigPatch.Apply(new("xml", new Dictionary<string, ConfigValue> { ["c.name"] = "{{x}}" }), "<c/>", _ => "[admin='1']");
        Assert.Equal("[admin='1']", XDocument.Parse(after).Root!.Element("name")!.Value);
        Assert.Null(XDocument.Parse(after).Root!.Element("name")!.Attribute("admin"));
    }

    [Theory]
    [InlineData("yaml")]
    [InlineData("json")]
    [InlineData("xml")]
    [InlineData("ini")]
    [InlineData("properties")]
    public void Patch_made_twice_changes_nothing_more(string parser)
    {
        var edits = new[] { ("root.port", "{{server.allocations.game.port}}"), ("root.name", "{{server.environment.MOTD}}") };
        var once = Patch(parser, "", edits);
        Assert.Equal(once, Patch(parser, once, edits));
        Assert.Contains("25570", once, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", once, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("json", "{ \"a\": ")]
    [InlineData("json", "{ \"a\": 1, \"a\": 2 }")]
    [InlineData("json", "[1]")]
    [InlineData("json", "5")]
    [InlineData("yaml", "a: [1")]
    [InlineData("yaml", "- 1")]
    [InlineData("yaml", "a: *nobody")]
    [InlineData("yaml", "just text")]
    [InlineData("xml", "<a>")]
    [InlineData("xml", "<other/>")]
    [InlineData("xml", "<!DOCTYPE root [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><root>&e;</root>")]
    [InlineData("properties", "a\0b")]
    [InlineData("toml", "a = 1")]
    public void Text_that_is_broken_is_refused_in_words(string parser, string text)
    {
        var refusal = Assert.Throws<ConflictException>(() => Patch(parser, text, ("root.a", "1")));
        Assert.NotEmpty(refusal.Message);
    }

    [Theory]
    [InlineData("json", '[')]
    [InlineData("yaml", '[')]
    [InlineData("yaml", '{')]
    [InlineData("yaml", '-')]
    [InlineData("xml", '<')]
    public void Text_that_is_deep_or_endless_is_refused_CVE_2026_52857(string parser, char part)
    {
        var deep = part switch { '<' => string.Concat(Enumerable.Repeat("<root>", 50_000)), '-' => string.Concat(Enumerable.Repeat("- ", 50_000)), _ => new string(part, 50_000) };
        Assert.Throws<ConflictException>(() => Patch(parser, deep, ("root.a", "1")));
        Assert.Throws<ConflictException>(() => Patch(parser, new string('x', ConfigPatch.MaxLength + 1), ("root.a", "1")));
    }

    [Fact]
    public void Any_value_is_read_back_as_it_was_given()
    {
        var random = new Random(7);
        const string alphabet = "aZ09 .:;,#!=-_'\"\\/[]{}<>&*?|%@`~äß€😀\t";
        for (var i = 0; i < 400; i++)
        {
            var value = string.Concat(Enumerable.Range(0, random.Next(0, 12)).Select(_ => alphabet.EnumerateRunes().ElementAt(random.Next(alphabet.EnumerateRunes().Count())).ToString())) switch { var text when i % 9 == 0 => text.Trim() + " ", var text => text };
            string Put(string parser, string key) => ConfigPatch.Apply(new(parser, new Dictionary<string, ConfigValue> { [key] = "{{v}}" }), "", _ => value);
            Assert.Equal(value, JsonNode.Parse(Put("json", "k"))!["k"]!.ToString());
            Assert.Equal(value, Yaml(Put("yaml", "k"))["k"].ToString());
            Assert.Equal(value, XDocument.Parse(Put("xml", "r.k"), LoadOptions.PreserveWhitespace).Root!.Element("k")!.Value);
        }
    }

    static YamlNode Yaml(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return stream.Documents[0].RootNode;
    }

    [Theory]
    [InlineData("yaml", "# ours\nnet:\n    port: 25565   # the game\n    name: 'old'\nmore: [1, 2]\n", "# ours\nnet:\n    port: 25570   # the game\n    name: 'plain name'\nmore: [1, 2]\n")]
    [InlineData("json", "{\n\t// ours\n\t\"net\": { \"port\": 25565, /* the name */ \"name\": \"old\" },\n}\n", "{\n\t// ours\n\t\"net\": { \"port\": 25570, /* the name */ \"name\": \"plain name\" },\n}\n")]
    public void Trees_keep_comments_order_and_spaces(string parser, string before, string after) =>
        Assert.Equal(after, Patch(parser, before, ("net.port", "{{server.allocations.game.port}}"), ("net.name", "{{server.environment.NAME}}")));

    [Theory]
    [InlineData("yaml", "# ours\na: &x {port: 1}\nb: *x\n", "b.port")]      // one place of two that refer to each other
    [InlineData("yaml", "# ours\na:\n  one: 1\n  two: 2\n", "a.*")]
    [InlineData("json", "{ // ours\n \"a\": { \"one\": 1, \"two\": 2 } }", "a.*")]
    public void Place_that_cannot_be_edited_by_itself_is_written_all_the_same(string parser, string before, string key)
    {
        var after = Patch(parser, before, (key, "{{server.allocations.game.port}}"));
        Assert.Contains("25570", after, StringComparison.Ordinal);
        Assert.DoesNotContain("ours", after, StringComparison.Ordinal);
    }
}
