using System.Text;

namespace Panel.Core.Console;

/// <summary>Text of a terminal without what only a terminal understands.</summary>
internal static class AnsiText
{
    const char Escape = '\u001b';

    /// <summary>The text without colours, titles and cursor moves.</summary>
    public static string Strip(string text)
    {
        var at = text.IndexOf(Escape, StringComparison.Ordinal);
        if (at < 0) return text;
        var plain = new StringBuilder(text.Length);
        var from = 0;
        while (at >= 0)
        {
            plain.Append(text, from, at - from);
            from = End(text, at);
            at = text.IndexOf(Escape, from);
        }
        return plain.Append(text, from, text.Length - from).ToString();
    }

    /// <summary>Where the sequence that begins at an escape ends: behind its last letter.</summary>
    static int End(string text, int at)
    {
        if (++at >= text.Length) return at;
        switch (text[at++])
        {
            case '[':
                while (at < text.Length && text[at] is >= ' ' and < '@') at++;
                return Math.Min(at + 1, text.Length);
            case ']':
                while (at < text.Length && text[at] is not ('\a' or Escape)) at++;
                if (at < text.Length && text[at] == Escape) at++;
                return Math.Min(at + 1, text.Length);
            case '(' or ')' or '#' or '%':
                return Math.Min(at + 1, text.Length);
            default:
                return at;
        }
    }
}
