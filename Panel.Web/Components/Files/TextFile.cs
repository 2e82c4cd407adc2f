using System.Text;
using Panel.Core.Errors;

namespace Panel.Web.Components.Files;

/// <summary>How the characters of a text are written as bytes.</summary>
public enum TextEncoding
{
    /// <summary>UTF-8 without a mark.</summary>
    Utf8,
    /// <summary>UTF-8 with a byte order mark at the beginning.</summary>
    Utf8Marked,
    /// <summary>UTF-16, the low byte first, with its mark.</summary>
    Utf16Little,
    /// <summary>UTF-16, the high byte first, with its mark.</summary>
    Utf16Big,
    /// <summary>One byte a character, as Western Windows has it; of Latin-1 all that can be seen is the same in it.</summary>
    Windows1252,
}

/// <summary>How the lines of a text end.</summary>
public enum LineEnds
{
    /// <summary>With a line feed, as on Unix; also where there is only one line.</summary>
    Lf,
    /// <summary>With a carriage return and a line feed, as on Windows.</summary>
    CrLf,
    /// <summary>Some one way, some another.</summary>
    Mixed,
}

/// <summary>A file's bytes as the editor takes them: its text in UTF-8, and what is needed to write it as it was.</summary>
/// <param name="Bytes">The text in UTF-8, without a mark.</param>
/// <param name="Encoding">How the file writes it.</param>
/// <param name="Ends">How its lines end.</param>
public sealed record TextFile(ReadOnlyMemory<byte> Bytes, TextEncoding Encoding, LineEnds Ends)
{
    static readonly UTF8Encoding utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    static readonly UnicodeEncoding little = new(bigEndian: false, byteOrderMark: true, throwOnInvalidBytes: true), big = new(bigEndian: true, byteOrderMark: true, throwOnInvalidBytes: true);

    /// <summary>Reads a file; null when it is no text.</summary>
    /// <param name="content">Its bytes.</param>
    /// <param name="encoding">How they are to be read; null to find out.</param>
    public static TextFile? Read(ReadOnlyMemory<byte> content, TextEncoding? encoding = null)
    {
        var bytes = content.Span;
        var used = encoding ?? Find(bytes);
        if (used is TextEncoding.Utf8 or TextEncoding.Utf8Marked) used = bytes.StartsWith(Encoding8.Preamble) ? TextEncoding.Utf8Marked : TextEncoding.Utf8;
        try
        {
            ReadOnlyMemory<byte>? text = used switch
            {
                TextEncoding.Utf8 or TextEncoding.Utf8Marked => Checked(bytes.StartsWith(Encoding8.Preamble) ? content[Encoding8.Preamble.Length..] : content),
                TextEncoding.Utf16Little => Text16(little, bytes),
                TextEncoding.Utf16Big => Text16(big, bytes),
                TextEncoding.Windows1252 => Windows1252.Text(bytes),
                _ => default(ReadOnlyMemory<byte>?),
            };
            return text is { } read ? new(read, used!.Value, EndsOf(read.Span)) : null;
        }
        catch (DecoderFallbackException) { return null; }
    }

    /// <summary>The bytes of the file once its text is another.</summary>
    /// <param name="text">The text, in UTF-8.</param>
    /// <exception cref="InvalidFieldException">A character of it cannot be written so.</exception>
    public byte[] With(ReadOnlySpan<byte> text) => Encoding switch
    {
        TextEncoding.Utf8Marked => [.. Encoding8.Preamble, .. text],
        TextEncoding.Utf16Little => [.. little.Preamble, .. little.GetBytes(utf8.GetString(text))],
        TextEncoding.Utf16Big => [.. big.Preamble, .. big.GetBytes(utf8.GetString(text))],
        TextEncoding.Windows1252 => Windows1252.Bytes(utf8.GetString(text)),
        _ => text.ToArray(),
    };

    /// <summary>What an encoding is called.</summary>
    public static string NameOf(TextEncoding encoding) => encoding switch
    {
        TextEncoding.Utf8Marked => "UTF-8 with mark",
        TextEncoding.Utf16Little => "UTF-16 LE",
        TextEncoding.Utf16Big => "UTF-16 BE",
        TextEncoding.Windows1252 => "Windows-1252",
        _ => "UTF-8",
    };

    static UTF8Encoding Encoding8 { get; } = new(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true);

    static TextEncoding? Find(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith(Encoding8.Preamble)) return TextEncoding.Utf8Marked;
        if (bytes.StartsWith(little.Preamble)) return TextEncoding.Utf16Little;
        if (bytes.StartsWith(big.Preamble)) return TextEncoding.Utf16Big;
        if (bytes.Contains((byte)0)) return null;
        if (System.Text.Unicode.Utf8.IsValid(bytes)) return TextEncoding.Utf8;
        // a text in one byte a character has no control characters but those of lines
        foreach (var letter in bytes)
        {
            if (letter < ' ' && letter is not ((byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)'\f' or 0x1B)) return null;
        }
        return TextEncoding.Windows1252;
    }

    static ReadOnlyMemory<byte>? Checked(ReadOnlyMemory<byte> text) => System.Text.Unicode.Utf8.IsValid(text.Span) ? text : default(ReadOnlyMemory<byte>?);

    static ReadOnlyMemory<byte>? Text16(UnicodeEncoding encoding, ReadOnlySpan<byte> bytes) =>
        bytes.Length % 2 != 0 ? default(ReadOnlyMemory<byte>?) : utf8.GetBytes(encoding.GetString(bytes.StartsWith(encoding.Preamble) ? bytes[2..] : bytes));

    static LineEnds EndsOf(ReadOnlySpan<byte> text)
    {
        var pairs = text.Count("\r\n"u8);
        var returns = text.Count((byte)'\r');
        var feeds = text.Count((byte)'\n');
        if (returns == 0) return LineEnds.Lf;
        return returns == pairs && feeds == pairs ? LineEnds.CrLf : LineEnds.Mixed;
    }
}
