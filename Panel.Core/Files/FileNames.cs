using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Panel.Core.Files;

/// <summary>
/// Names of files as text. A disk has bytes for names, and not all of them are UTF-8: a byte that is none is a character of its own in
/// the text, from the plane for private use, so that every name can be shown, linked to and sent back without becoming another.
/// </summary>
public static class FileNames
{
    // byte b is the character Odd + b; only bytes from 0x80 on can be no UTF-8
    const int Odd = 0x10FE00, First = Odd + 0x80, Last = Odd + 0xFF;
    const char Lead = '\uDBFF';   // of all those characters in UTF-16

    /// <summary>The text of a name, or of a path, as it lies on the disk.</summary>
    public static string Text(ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes) && bytes.IndexOf((ReadOnlySpan<byte>)[0xF4, 0x8F]) < 0) return Encoding.UTF8.GetString(bytes);
        var text = new StringBuilder(bytes.Length);
        while (!bytes.IsEmpty)
        {
            var whole = Rune.DecodeFromUtf8(bytes, out var rune, out var used) is OperationStatus.Done && rune.Value is < First or > Last;
            if (whole)
            {
                text.Append(rune);
                bytes = bytes[used..];
            }
            else
            {
                text.Append(new Rune(Odd + bytes[0]));
                bytes = bytes[1..];
            }
        }
        return text.ToString();
    }

    /// <summary>The bytes that a text stands for.</summary>
    public static byte[] Bytes(string text)
    {
        if (!IsOdd(text)) return Encoding.UTF8.GetBytes(text);
        using var bytes = new MemoryStream(text.Length);
        Span<byte> buffer = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is >= First and <= Last) bytes.WriteByte((byte)(rune.Value - Odd));
            else bytes.Write(buffer[..rune.EncodeToUtf8(buffer)]);
        }
        return bytes.ToArray();
    }

    /// <summary>How many bytes a text stands for.</summary>
    public static int Length(string text) => IsOdd(text) ? Bytes(text).Length : Encoding.UTF8.GetByteCount(text);

    /// <summary>Whether a text may hold bytes that are no UTF-8.</summary>
    public static bool IsOdd(string text) => text.Contains(Lead, StringComparison.Ordinal);

    /// <summary>
    /// A name as people can see it: on one line, with every byte that is no UTF-8 as <c>\xE9</c>, and no character that changes the
    /// order of the others.
    /// </summary>
    public static string Shown(string text)
    {
        if (!text.Any(IsUnseen)) return text;
        var shown = new StringBuilder(text.Length + 16);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is >= First and <= Last) shown.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value - Odd:X2}");
            else if (rune.Value is '\n' or '\r' or '\t') shown.Append(rune.Value switch { '\n' => "\\n", '\r' => "\\r", _ => "\\t" });
            else if (rune.IsBmp && IsUnseen((char)rune.Value)) shown.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:X4}");
            else shown.Append(rune);
        }
        return shown.ToString();
    }

    static bool IsUnseen(char letter) =>
        letter is < ' ' or (>= '\u007F' and <= '\u009F') or '\u200E' or '\u200F' or (>= '\u2028' and <= '\u202E') or (>= '\u2066' and <= '\u2069') or Lead;
}
