using System.Globalization;
using System.Text;
using Panel.Core.Errors;

namespace Panel.Web.Components.Files;

/// <summary>The encoding of Western Windows: Latin-1 but for the bytes from 0x80 to 0x9F. The five that have no character there stay what they are.</summary>
static class Windows1252
{
    const string Middle = "\u20AC\u0081\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\u008D\u017D\u008F\u0090\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\u009D\u017E\u0178";

    /// <summary>The text of some bytes, in UTF-8.</summary>
    public static byte[] Text(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        foreach (var letter in bytes) text.Append(letter is >= 0x80 and < 0xA0 ? Middle[letter - 0x80] : (char)letter);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>The bytes of a text.</summary>
    /// <exception cref="InvalidFieldException">A character has none.</exception>
    public static byte[] Bytes(string text)
    {
        var bytes = new byte[text.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            var letter = text[i];
            bytes[i] = letter is < '\u0080' or (>= '\u00A0' and <= '\u00FF') ? (byte)letter
                : Middle.IndexOf(letter, StringComparison.Ordinal) is >= 0 and var place ? (byte)(0x80 + place)
                : throw new InvalidFieldException("content", string.Create(CultureInfo.InvariantCulture, $"“{Shown(text, i)}” cannot be written in Windows-1252. Save the file as UTF-8 (in the line below the text), or take it out."));
        }
        return bytes;
    }

    static string Shown(string text, int at) => char.IsHighSurrogate(text[at]) && at + 1 < text.Length ? text.Substring(at, 2) : text[at].ToString();
}
