using Panel.Core.Errors;
using Panel.Core.Templates.Forms;
using Xunit;

namespace Panel.Tests.Templates;

/// <summary>Forms over JSON, YAML and XML as games write them: one value changes, and of all else every character stays.</summary>
public sealed class ConfigTreeTests
{
    const string Json = "// Written by the game\r\n{\r\n\t\"serverName\": \"Ours \\u00e9 🎮\", // shown in the list\r\n\t\"maxPlayers\" : 16,\r\n\t\"pvp\": true,\r\n\t/* who may\r\n\t   come in */\r\n\t\"admins\": [ \"ann\", \"bob\", ],\r\n\t\"network\": {\r\n\t\t\"port\": \"7777\",\r\n\t\t\"address\": null // all\r\n\t},\r\n\t\"empty\": {},\r\n\t\"one\": {\"a\": 1}\r\n}\r\n";
    const string Yaml = "# Paper\nsettings:   # the rest\n    max-players: 20   # people\n    motd: 'It''s ours'\n    name: \"A \\\"server\\\"\"\n    debug: no\n    bare:\n    later: ~\n\n    # about worlds\n    worlds:\n    - name: world\n      seed: -1234\n    - {name: nether, seed: 5}\n    flow: {a: 1, b: [x, y]}\n    text: |\n      two\n      lines\nlisteners:\n  - host: 0.0.0.0:25577\nbase: &base 5\ncopy: *base\nlast: end";
    const string Xml = "<?xml version=\"1.0\"?>\n<!-- 7 Days -->\n<ServerSettings>\n\t<property name=\"ServerName\"   value=\"Ours &amp; yours\"/>\t<!-- shown -->\n\t<property value='26900' name='ServerPort' />\n\t<Game>\n\t\t<Mode>Survival</Mode>\n\t\t<Motd><![CDATA[a < b]]></Motd>\n\t\t<Odd>x<!-- y -->z</Odd>\n\t\t<Empty/>\n\t\t<Size> 8 </Size>\n\t</Game>\n</ServerSettings>\n";

    static string Text(string format) => format switch { "json" => Json, "yaml" => Yaml, _ => Xml };

    [Theory]
    [InlineData("json", "serverName", "Ours é 🎮"), InlineData("json", "maxPlayers", "16"), InlineData("json", "pvp", "true"), InlineData("json", "admins[1]", "bob"), InlineData("json", "network.port", "7777")]
    [InlineData("json", "network.address", null), InlineData("json", "network", null), InlineData("json", "admins[2]", null), InlineData("json", "none.of.it", null)]
    [InlineData("yaml", "settings.max-players", "20"), InlineData("yaml", "settings.motd", "It's ours"), InlineData("yaml", "settings.name", "A \"server\""), InlineData("yaml", "settings.debug", "no"), InlineData("yaml", "settings.bare", null)]
    [InlineData("yaml", "settings.later", null), InlineData("yaml", "settings.worlds[0].seed", "-1234"), InlineData("yaml", "settings.worlds[1].name", "nether"), InlineData("yaml", "settings.flow.b[1]", "y"), InlineData("yaml", "settings.text", "two\nlines\n")]
    [InlineData("yaml", "listeners[0].host", "0.0.0.0:25577"), InlineData("yaml", "base", "5"), InlineData("yaml", "copy", "5"), InlineData("yaml", "last", "end")]
    [InlineData("xml", "ServerSettings.property[@name='ServerName'].@value", "Ours & yours"), InlineData("xml", "ServerSettings.property[1].@value", "26900"), InlineData("xml", "ServerSettings.Game.Mode", "Survival"), InlineData("xml", "ServerSettings.Game.Motd", "a < b")]
    [InlineData("xml", "ServerSettings.Game.Odd", "xz"), InlineData("xml", "ServerSettings.Game.Empty", ""), InlineData("xml", "ServerSettings.Game.Size", "8"), InlineData("xml", "ServerSettings.Game", null), InlineData("xml", "Other.Game.Mode", null), InlineData("xml", "ServerSettings.Game.None", null)]
    public void Values_are_read_by_their_path(string format, string key, string? value) => Assert.Equal(value, ConfigText.Get(format, Text(format), key));

    [Theory]
    [InlineData("json", "serverName", "b\"\\c", "\"Ours \\u00e9 🎮\"", "\"b\\\"\\\\c\"")]
    [InlineData("json", "maxPlayers", "32", "\"maxPlayers\" : 16", "\"maxPlayers\" : 32")]
    [InlineData("json", "maxPlayers", "many", "16", "\"many\"")]
    [InlineData("json", "pvp", "false", "true", "false")]
    [InlineData("json", "admins[0]", "true", "\"ann\"", "\"true\"")]
    [InlineData("json", "network.port", "7778", "\"7777\"", "\"7778\"")]
    [InlineData("json", "network.address", "::1", "null // all", "\"::1\" // all")]
    [InlineData("json", "network.new", "x", "null // all\r\n", "null, // all\r\n\t\t\"new\": \"x\"\r\n")]
    [InlineData("json", "empty.a.b", "x", "{},", "{ \"a\": { \"b\": \"x\" } },")]
    [InlineData("json", "one.b", "x", "{\"a\": 1}", "{\"a\": 1,\"b\": \"x\"}")]
    [InlineData("json", "top", "x", "1}\r\n}", "1},\r\n\t\"top\": \"x\"\r\n}")]
    [InlineData("yaml", "settings.max-players", "32", "20   #", "32   #")]
    [InlineData("yaml", "settings.motd", "ann's #1: \"x\"", "'It''s ours'", "'ann''s #1: \"x\"'")]
    [InlineData("yaml", "settings.name", "a\\b\"", "\"A \\\"server\\\"\"", "\"a\\\\b\\\"\"")]
    [InlineData("yaml", "settings.debug", "yes", "debug: no", "debug: yes")]
    [InlineData("yaml", "settings.bare", "a: b", "bare:\n", "bare: \"a: b\"\n")]
    [InlineData("yaml", "settings.later", "x", "~", "x")]
    [InlineData("yaml", "settings.bare.deep.er", "x", "bare:\n", "bare:\n      deep:\n        er: x\n")]
    [InlineData("yaml", "settings.worlds[0].seed", "7", "-1234", "7")]
    [InlineData("yaml", "settings.worlds[0].size", "big", "seed: -1234\n", "seed: -1234\n      size: big\n")]
    [InlineData("yaml", "settings.worlds[1].name", "the end", "{name: nether,", "{name: the end,")]
    [InlineData("yaml", "settings.worlds[1].size", "a, b", "seed: 5}", "seed: 5, size: \"a, b\"}")]
    [InlineData("yaml", "settings.flow.b[0]", "true", "[x, y]", "[\"true\", y]")]
    [InlineData("yaml", "settings.new", "x", "      lines\n", "      lines\n    new: x\n")]
    [InlineData("yaml", "listeners[0].host", "::1", "0.0.0.0:25577", "\"::1\"")]
    [InlineData("yaml", "new.place", "x", "last: end", "last: end\nnew:\n  place: x")]
    [InlineData("xml", "ServerSettings.property[@name='ServerName'].@value", "a\"<b>&'c'", "\"Ours &amp; yours\"", "\"a&quot;&lt;b&gt;&amp;'c'\"")]
    [InlineData("xml", "ServerSettings.property[@name='ServerPort'].@value", "1", "'26900'", "'1'")]
    [InlineData("xml", "ServerSettings.property[@name='ServerPort'].@kind", "udp", "name='ServerPort' />", "name='ServerPort' kind=\"udp\" />")]
    [InlineData("xml", "ServerSettings.Game.Mode", "a & b", ">Survival<", ">a &amp; b<")]
    [InlineData("xml", "ServerSettings.Game.Motd", "x < y", "<![CDATA[a < b]]>", "x &lt; y")]
    [InlineData("xml", "ServerSettings.Game.Empty", "x", "<Empty/>", "<Empty>x</Empty>")]
    [InlineData("xml", "ServerSettings.Game.Size", "9", "> 8 <", "> 9 <")]
    [InlineData("xml", "ServerSettings.Game.New.Deep", "x", "</Size>\n", "</Size>\n\t\t<New><Deep>x</Deep></New>\n")]
    [InlineData("xml", "ServerSettings.property[@name='Max'].@value", "8", "</Game>\n", "</Game>\n\t<property name=\"Max\" value=\"8\"/>\n")]
    public void One_value_changes_and_nothing_else(string format, string key, string value, string was, string now)
    {
        var text = Text(format);
        Assert.Equal(2, text.Split(was).Length);
        var after = ConfigText.Put(format, text, key, value, value is "yes" ? FormFieldType.Switch : FormFieldType.Text).Apply(text);
        Assert.Equal(text.Replace(was, now, StringComparison.Ordinal), after);
        Assert.Equal(value, ConfigText.Get(format, after, key));
    }

    [Theory]
    [InlineData("json", "a.b", "5", FormFieldType.Number, "{\n  \"a\": { \"b\": 5 }\n}\n"), InlineData("json", "a", "5", FormFieldType.Text, "{\n  \"a\": \"5\"\n}\n")]
    [InlineData("yaml", "a.b", "5", FormFieldType.Number, "a:\n  b: 5\n"), InlineData("yaml", "a", "5", FormFieldType.Text, "a: \"5\"\n"), InlineData("yaml", "a", "on", FormFieldType.Switch, "a: on\n"), InlineData("yaml", "a", "on", FormFieldType.Choice, "a: \"on\"\n")]
    [InlineData("xml", "a.b", "5", FormFieldType.Number, "<a><b>5</b></a>\n"), InlineData("xml", "a.b.@c", "x", FormFieldType.Text, "<a><b c=\"x\"/></a>\n")]
    public void File_that_is_empty_takes_its_first_value_by_its_type(string format, string key, string value, FormFieldType type, string now) => Assert.Equal(now, ConfigText.Put(format, "", key, value, type).Apply(""));

    [Theory]
    [InlineData("json", "{\n  \"a\": 1\n  \"b\": 2\n}", "Line 3: "), InlineData("json", "{\n  \"a\": [1, 2\n}\n", "Line 3: "), InlineData("json", "{ \"a\": \"\\ud800\" }", "Line 1: ")]
    [InlineData("yaml", "a: 1\nb: [1, 2\nc: 3\n", "Line "), InlineData("yaml", "a: 1\n\tb: 2\n", "Line 2: "), InlineData("yaml", "a: 'x\n", "Line "), InlineData("yaml", "? [1, 2]\n: x\n", "Line 1: ")]
    [InlineData("xml", "<a>\n  <b>\n</a>", "Line 3: "), InlineData("xml", "<!DOCTYPE a [<!ENTITY x \"y\">]>\n<a/>", "Line 1: "), InlineData("xml", "<a>\n&nbsp;</a>", "Line 2: ")]
    public void Text_that_is_broken_is_told_with_its_line(string format, string text, string beginning)
    {
        var fault = ConfigText.Fault(format, text);
        Assert.StartsWith(beginning, fault, StringComparison.Ordinal);
        Assert.DoesNotContain("LineNumber", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("Idx", fault, StringComparison.Ordinal);
        Assert.Throws<ConflictException>(() => ConfigText.Put(format, text, "a", "1"));
    }

    [Theory, InlineData("json"), InlineData("yaml"), InlineData("xml"), InlineData("properties"), InlineData("ini")]
    public void Text_that_can_be_read_has_no_fault(string format)
    {
        Assert.Null(ConfigText.Fault(format, Text(format)));
        Assert.Null(ConfigText.Fault(format, ""));
        Assert.Null(ConfigText.Fault(format, "\uFEFF" + (format is "json" ? "{}" : format is "yaml" ? "a: 1" : format is "xml" ? "<a/>" : "a=1")));
    }

    [Theory]
    [InlineData("json", "network", "more below"), InlineData("json", "serverName.deep", "no such place"), InlineData("json", "admins[7]", "no such place")]
    [InlineData("yaml", "settings.text", "several lines"), InlineData("yaml", "copy", "elsewhere"), InlineData("yaml", "base", "way of its own"), InlineData("yaml", "settings.worlds[9].name", "no such place")]
    [InlineData("xml", "ServerSettings.Game", "more below"), InlineData("xml", "ServerSettings.Game.Odd", "comment"), InlineData("xml", "Other.x", "<ServerSettings>")]
    public void What_cannot_be_changed_in_one_place_is_refused_in_words(string format, string key, string words) =>
        Assert.Contains(words, Assert.Throws<InvalidFieldException>(() => ConfigText.Put(format, Text(format), key, "x")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("json", "a.b[0].c", true), InlineData("json", "a.*", false), InlineData("yaml", "a..b", false), InlineData("yaml", "", false), InlineData("xml", "a.b[@c='d.e'].@f", true), InlineData("xml", "a.@b.c", false), InlineData("xml", "a..b", false), InlineData("xml", "a[", false), InlineData("ini", "*", true)]
    public void Path_that_names_no_one_place_is_told(string format, string key, bool isOne) => Assert.Equal(isOne, ConfigText.KeyFault(format, key) is null);

    [Theory, InlineData("json"), InlineData("yaml"), InlineData("xml")]
    public void Whatever_a_file_holds_only_that_value_changes(string format)
    {
        var random = new Random(7);
        string[] parts = format switch
        {
            "json" => ["{", "}", "[", "]", ",", ":", "\"a\"", "\"b\"", "\"a\": 1", "\"b\": {", "\"c\": \"é\"", "null", "1", " ", "\n", "\r\n", "// r\n", "/* r */", "true"],
            "yaml" => ["a:", "b:", "c: 1", "a: 'x'", " ", "  ", "\n", "\n", "\r\n", "- ", "{a: 1}", "[x]", " # r\n", "|\n", "&k ", "*k", "\"é\"", "x", "---\n", ","],
            _ => ["<a>", "</a>", "<b>", "</b>", "<a/>", "<b a='1'/>", "<!-- r -->", "x", " ", "\n", "&amp;", "<![CDATA[y]]>", "<?p q?>", "<a b=\"2\">"],
        };
        string[] keys = format is "xml" ? ["a.b", "a.@b", "a.b.@a", "a.c[@k='v'].@d", "a"] : ["a", "b.a", "c", "a[0]", "b.c.d"];
        var (read, written) = (0, 0);
        for (var round = 0; round < 40_000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(0, 12)).Select(_ => parts[random.Next(parts.Length)]));
            if (format is "xml") text = $"<a>{text}</a>";
            if (format is "json" && random.Next(2) == 0) text = $"{{{text}}}";
            if (ConfigText.Fault(format, text) is not null) continue;
            read++;
            var key = keys[random.Next(keys.Length)];
            TextEdit edit;
            try { edit = ConfigText.Put(format, text, key, "v w"); }
            catch (InvalidFieldException) { continue; }
            written++;
            var after = edit.Apply(text);
            Assert.Equal("v w", ConfigText.Get(format, after, key));
            Assert.Null(ConfigText.Fault(format, after));
            // what was a remark is one still
            Assert.Equal(text.Split("r", StringSplitOptions.None).Length, after.Split("r", StringSplitOptions.None).Length);
        }
        Assert.InRange(read, 500, 40_000);
        Assert.InRange(written, read / 3, 40_000);
    }
}
