using System.Text;

namespace Panel.Web.Components.Files;

/// <summary>Why a file cannot be edited as text.</summary>
public enum TextFault
{
    /// <summary>It has zero bytes in it.</summary>
    Binary,
    /// <summary>Its bytes are not UTF-8.</summary>
    OtherEncoding,
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

/// <summary>A file's bytes as the editor takes them. The mark at the beginning is kept apart, so that it comes back when the file is saved.</summary>
/// <param name="Bytes">The text in UTF-8, without the mark.</param>
/// <param name="Marked">Whether a byte order mark stood before it.</param>
/// <param name="Ends">How its lines end.</param>
public sealed record TextFile(ReadOnlyMemory<byte> Bytes, bool Marked, LineEnds Ends)
{
    static readonly UTF8Encoding strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a file.</summary>
    /// <param name="content">Its bytes.</param>
    /// <param name="fault">Why it is no text for the editor, when null is returned.</param>
    public static TextFile? Read(ReadOnlyMemory<byte> content, out TextFault fault)
    {
        fault = TextFault.Binary;
        if (content.Span.Contains((byte)0)) return null;
        var marked = content.Span.StartsWith(Encoding.UTF8.Preamble);
        var text = marked ? content[Encoding.UTF8.Preamble.Length..] : content;
        fault = TextFault.OtherEncoding;
        return IsUtf8(text.Span) ? new(text, marked, EndsOf(text.Span)) : null;
    }

    /// <summary>The bytes of the file once its text is another.</summary>
    public byte[] With(ReadOnlySpan<byte> text) => Marked ? [.. Encoding.UTF8.Preamble, .. text] : text.ToArray();

    static bool IsUtf8(ReadOnlySpan<byte> bytes)
    {
        try
        {
            strict.GetCharCount(bytes);
            return true;
        }
        catch (DecoderFallbackException) { return false; }
    }

    static LineEnds EndsOf(ReadOnlySpan<byte> text)
    {
        var pairs = text.Count("\r\n"u8);
        var returns = text.Count((byte)'\r');
        var feeds = text.Count((byte)'\n');
        if (returns == 0) return LineEnds.Lf;
        return returns == pairs && feeds == pairs ? LineEnds.CrLf : LineEnds.Mixed;
    }
}
