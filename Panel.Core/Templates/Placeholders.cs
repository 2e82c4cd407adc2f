using System.Text;

namespace Panel.Core.Templates;

/// <summary>Puts values in the place of <c>{{NAME}}</c>. One pass: what was put in is never read again, so that a value cannot name another.</summary>
internal static class Placeholders
{
    /// <summary>Replaces every placeholder of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="value">The value of a name, or null for one that is not known: nothing stands in its place then.</param>
    public static string Replace(string text, Func<string, string?> value)
    {
        if (!text.Contains("{{", StringComparison.Ordinal)) return text;
        var result = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length;)
        {
            var open = text.IndexOf("{{", at, StringComparison.Ordinal);
            var close = open < 0 ? -1 : text.IndexOf("}}", open + 2, StringComparison.Ordinal);
            if (close < 0)
            {
                result.Append(text, at, text.Length - at);
                break;
            }
            result.Append(text, at, open - at).Append(value(text[(open + 2)..close].Trim()));
            at = close + 2;
        }
        return result.ToString();
    }
}
