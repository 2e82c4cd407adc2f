using System.Text;
using System.Text.Json;
using Panel.Contracts.Console;
using Panel.Web.Components.Console;
using Xunit;

namespace Panel.Tests.Web.Console;

public sealed class ConsolePayloadTests
{
    static readonly DateTimeOffset at = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123);

    [Fact]
    public void Lines_carry_number_time_source_and_spans()
    {
        var json = Write(new([new(7, at, ConsoleSource.Program, "plain \x1b[1;31mred\x1b[38;2;1;2;3;7mx"), new(8, at, ConsoleSource.Panel, "")], 3), 10_000);
        Assert.Equal("""{"skipped":3,"lines":[[7,1700000000123,0,"plain ",["red","b c1"],["x","b if",null,"#010203"]],[8,1700000000123,2]]}""", json);
    }

    [Fact]
    public void What_does_not_fit_is_counted_from_the_oldest()
    {
        var lines = Enumerable.Range(0, 1_000).Select(i => new ConsoleLine(i, at, ConsoleSource.Program, $"line {i} {new string('x', 80)}")).ToList();
        using var json = JsonDocument.Parse(Write(new(lines, 5), 12_000));
        var kept = json.RootElement.GetProperty("lines");
        Assert.InRange(kept.GetArrayLength(), 50, 150);
        Assert.Equal(1_005, kept.GetArrayLength() + json.RootElement.GetProperty("skipped").GetInt64());
        Assert.Equal(999, kept[kept.GetArrayLength() - 1][0].GetInt64());
    }

    [Fact]
    public void One_line_always_goes() => Assert.Contains("[[1,", Write(new([new(1, at, ConsoleSource.Program, new string('x', 4_000))], 0), 10), StringComparison.Ordinal);

    [Fact]
    public void Half_characters_and_quotes_make_sound_json()
    {
        var json = Write(new([new(1, at, ConsoleSource.Program, string.Concat("\"\\</script>", '\ud800', "\u2028"))], 0), 1_000);
        Assert.Equal("\"\\</script>\uFFFD ", JsonDocument.Parse(json).RootElement.GetProperty("lines")[0][3].GetString());
    }

    static string Write(ConsoleBatch batch, int budget) => Encoding.UTF8.GetString(ConsolePayload.Write(batch, budget));
}
