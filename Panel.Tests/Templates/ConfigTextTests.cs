using Panel.Core.Errors;
using Panel.Core.Templates.Forms;
using Xunit;

namespace Panel.Tests.Templates;

/// <summary>Forms over config files: what one field changes are the characters of its value, and nothing else.</summary>
public sealed class ConfigTextTests
{
    const string Minecraft = "#Minecraft server properties\r\n#Sat Nov 21\r\n\r\nmotd=A \\u00a7aserver\\\r\n   of ours\r\nmax-players = 20\r\n  rcon.password:secret\\=1\r\nlevel name\r\nempty=\r\n! old\r\nmax-players=25\r\n";
    const string Ini = "; about\nport = 1\n\n[network]\nserver_name = \"Ours\"\nmax_clients=15 \n\n[gui]\n# autosave = off\nautosave = monthly\nscript = \"\"\"\nautosave = never\n\"\"\"\ngroup = {\nmax_clients = 3\n}\nlast=1";

    [Theory]
    [InlineData("motd", "A §aserverof ours"), InlineData("max-players", "25"), InlineData("rcon.password", "secret=1"), InlineData("level", "name"), InlineData("empty", ""), InlineData("old", null), InlineData("pvp", null)]
    public void Properties_are_read_as_Java_reads_them(string key, string? value) => Assert.Equal(value, ConfigText.Get("properties", Minecraft, key));

    [Theory]
    [InlineData("port", "1"), InlineData("network.server_name", "Ours"), InlineData("network.max_clients", "15"), InlineData("gui.autosave", "monthly"), InlineData("gui.last", "1"), InlineData("gui.max_clients", null), InlineData("gui.script", null)]
    public void Ini_is_read_by_section_and_blocks_are_stepped_over(string key, string? value) => Assert.Equal(value, ConfigText.Get("ini", Ini, key));

    [Theory]
    [InlineData("properties", Minecraft, "motd", "x", "motd=A \\u00a7aserver\\\r\n   of ours", "motd=x")]
    [InlineData("properties", Minecraft, "max-players", "9", "max-players=25", "max-players=9")]
    [InlineData("properties", Minecraft, "motd", " é\\\n", "motd=A \\u00a7aserver\\\r\n   of ours", "motd=\\ \\u00E9\\\\\\u000A")]
    [InlineData("properties", Minecraft, "pvp", "false", "max-players=25\r\n", "max-players=25\r\npvp=false\r\n")]
    [InlineData("ini", Ini, "network.server_name", "Theirs", "\"Ours\"", "\"Theirs\"")]
    [InlineData("ini", Ini, "network.max_clients", "7", "max_clients=15 \n", "max_clients=7 \n")]
    [InlineData("ini", Ini, "network.new", "7", "max_clients=15 \n", "max_clients=15 \nnew = 7\n")]
    [InlineData("ini", Ini, "top", "7", "port = 1\n", "port = 1\ntop = 7\n")]
    [InlineData("ini", Ini, "other.key", "7", "last=1", "last=1\n\n[other]\nkey = 7\n")]
    public void One_value_changes_and_nothing_else(string format, string text, string key, string value, string was, string now)
    {
        var after = ConfigText.Put(format, text, key, value).Apply(text);
        Assert.Equal(text.Replace(was, now, StringComparison.Ordinal), after);
        Assert.Equal(value, ConfigText.Get(format, after, key));
    }

    [Theory, InlineData("properties"), InlineData("ini")]
    public void Whatever_a_file_holds_only_that_value_changes(string format)
    {
        var random = new Random(5);
        string[] parts = ["a", "b", "key", " ", "\t", "=", ":", "#", "!", ";", "\n", "\r\n", "\\", "\\\n", "[s]", "\"", "\"\"\"", "{", "}", "é", "\\u00e9", "0"];
        string[] values = ["1", "true", "some text", "ü=:#!", "C:\\x", "a\tb", ""];
        for (var round = 0; round < 20_000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(0, 30)).Select(_ => parts[random.Next(parts.Length)]));
            var key = random.Next(2) == 0 ? "key" : "a";
            var value = values[random.Next(values.Length)];
            TextEdit edit;
            try { edit = ConfigText.Put(format, text, key, value); }
            catch (InvalidFieldException) { continue; }
            var after = edit.Apply(text);
            Assert.Equal(text[..edit.Start], after[..edit.Start]);
            Assert.EndsWith(text[(edit.Start + edit.Length)..], after, StringComparison.Ordinal);
            var was = ConfigText.Get(format, text, key);
            // what was not there has no place in a block that is not closed
            if (was is not null || format == "properties") Assert.Equal(format == "ini" ? value.Trim() : value, ConfigText.Get(format, after, key));
            foreach (var other in (string[])["a", "b", "s.a", "s.b", "s.key"])
            {
                if (other != key && was is not null) Assert.Equal(ConfigText.Get(format, text, other), ConfigText.Get(format, after, other));
            }
        }
    }

    [Fact]
    public void What_a_format_cannot_say_is_refused()
    {
        Assert.Throws<InvalidFieldException>(() => ConfigText.Put("ini", Ini, "network.server_name", "a\"b"));
        Assert.Throws<InvalidFieldException>(() => ConfigText.Put("ini", Ini, "port", "\"\"\""));
    }

    [Theory]
    [InlineData(FormFieldType.Number, "5", null), InlineData(FormFieldType.Number, "101", "from 1 to 100"), InlineData(FormFieldType.Number, "x", "whole number"), InlineData(FormFieldType.Number, "99999999999999999999", "whole number")]
    [InlineData(FormFieldType.Switch, "true", null), InlineData(FormFieldType.Switch, "yes", "true or false"), InlineData(FormFieldType.Choice, "easy", null), InlineData(FormFieldType.Choice, "no", "Choose")]
    [InlineData(FormFieldType.Text, "a\nb", "one line"), InlineData(FormFieldType.Secret, "pass", null)]
    public void Fields_say_what_is_wrong(FormFieldType type, string value, string? words)
    {
        var fault = new FormField { Key = "k", Label = "K", Type = type, Min = 1, Max = 100, Choices = ["easy", "hard"] }.Fault(value);
        if (words is null) Assert.Null(fault);
        else Assert.Contains(words, fault, StringComparison.Ordinal);
    }
}
