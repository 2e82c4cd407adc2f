using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Panel.Contracts.Console;

namespace Panel.Web.Components.Console;

/// <summary>
/// Lines as the browser takes them: UTF-8 JSON, <c>{"skipped":n,"lines":[[number, unix ms, source, span…]…]}</c>. A span without a
/// style is its text; another is <c>[text, classes, colour, background]</c>. Sixteen times its level is added to a source. The browser makes
/// text nodes of the texts.
/// </summary>
public static class ConsolePayload
{
    const int PerLine = 32;
    static readonly JsonWriterOptions options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>The newest lines of a batch that fit; the others are counted.</summary>
    /// <param name="batch">The lines.</param>
    /// <param name="budget">About how many bytes the browser is to get at most; one line always goes.</param>
    public static byte[] Write(ConsoleBatch batch, int budget)
    {
        var lines = batch.Lines;
        var first = lines.Count;
        for (var room = budget; first > 0; first--)
        {
            room -= PerLine + lines[first - 1].Text.Length;
            if (room < 0 && first < lines.Count) break;
        }

        return Write(lines.Skip(first), json => json.WriteNumber("skipped", batch.Dropped + first), Math.Min(budget, 64 * 1024));
    }

    /// <summary>Lines of the history, with <c>first</c> and <c>next</c>.</summary>
    public static byte[] Write(ConsolePage page) => Write(page.Lines, json =>
    {
        json.WriteNumber("first", page.First);
        json.WriteNumber("next", page.Next);
    });

    /// <summary>What a search found, with <c>numbers</c>, <c>count</c>, <c>next</c> and <c>whole</c>.</summary>
    public static byte[] Write(ConsoleMatches found) => Write(found.Lines, json =>
    {
        json.WriteNumber("count", found.Count);
        json.WriteNumber("next", found.Next);
        json.WriteBoolean("whole", found.Whole);
        json.WriteStartArray("numbers");
        foreach (var number in found.Numbers) json.WriteNumberValue(number);
        json.WriteEndArray();
    });

    /// <summary>Lines alone.</summary>
    public static byte[] Write(IReadOnlyList<ConsoleLine> lines) => Write(lines, _ => { });

    static byte[] Write(IEnumerable<ConsoleLine> lines, Action<Utf8JsonWriter> head, int size = 16 * 1024)
    {
        var buffer = new ArrayBufferWriter<byte>(Math.Max(256, size));
        using var json = new Utf8JsonWriter(buffer, options);
        json.WriteStartObject();
        head(json);
        json.WriteStartArray("lines");
        foreach (var line in lines) Write(json, line);
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    static void Write(Utf8JsonWriter json, ConsoleLine line)
    {
        json.WriteStartArray();
        json.WriteNumberValue(line.Number);
        json.WriteNumberValue(line.At.ToUnixTimeMilliseconds());
        json.WriteNumberValue((int)line.Source + (16 * (int)line.Level));
        foreach (var (text, style) in AnsiLine.Parse(line.Text))
        {
            if (style == default) json.WriteStringValue(text);
            else Write(json, text, style);
        }
        json.WriteEndArray();
    }

    static void Write(Utf8JsonWriter json, string text, AnsiStyle style)
    {
        var (front, back) = style.Inverse ? (style.Back, style.Text) : (style.Text, style.Back);
        json.WriteStartArray();
        json.WriteStringValue(text);
        json.WriteStringValue(Classes(style, front, back));
        if (front is { IsFixed: true } || back is { IsFixed: true }) Write(json, front);
        if (back is { IsFixed: true }) Write(json, back);
        json.WriteEndArray();
    }

    static void Write(Utf8JsonWriter json, AnsiColour? colour)
    {
        if (colour is { IsFixed: true } fixedColour) json.WriteStringValue(fixedColour.Hex);
        else json.WriteNullValue();
    }

    static string Classes(AnsiStyle style, AnsiColour? front, AnsiColour? back) => string.Join(' ', ((string?[])
    [
        style.Bold ? "b" : null,
        style.Faint ? "f" : null,
        style.Italic ? "i" : null,
        (style.Underline, style.Struck) switch { (true, true) => "us", (true, false) => "u", (false, true) => "s", _ => null },
        front is { IsFixed: false } text ? $"c{text.Value}" : null,
        back is { IsFixed: false } behind ? $"k{behind.Value}" : null,
        style.Inverse && front is null ? "if" : null,
        style.Inverse && back is null ? "ib" : null,
    ]).OfType<string>());
}
