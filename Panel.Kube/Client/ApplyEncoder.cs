using System.Text.Encodings.Web;

namespace Panel.Kube.Client;

/// <summary>
/// Writes characters outside the basic plane as they are. Server-side apply reads its body as YAML, and go-yaml refuses the escaped
/// surrogate pairs that the framework's encoders make of them (https://github.com/go-yaml/yaml/issues/279): a name with an emoji would not apply.
/// </summary>
sealed unsafe class ApplyEncoder : JavaScriptEncoder
{
    public override int MaxOutputCharactersPerInputCharacter => 6;

    public override int FindFirstCharacterToEncode(char* text, int textLength)
    {
        for (var i = 0; i < textLength; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < textLength && char.IsLowSurrogate(text[i + 1])) i++;
            else if (WillEncode(text[i])) return i;
        }
        return -1;
    }

    public override bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten)
    {
        if (!WillEncode(unicodeScalar))
        {
            var rune = new System.Text.Rune(unicodeScalar);
            return rune.TryEncodeToUtf16(new Span<char>(buffer, bufferLength), out numberOfCharactersWritten);
        }
        return UnsafeRelaxedJsonEscaping.TryEncodeUnicodeScalar(unicodeScalar, buffer, bufferLength, out numberOfCharactersWritten);
    }

    public override bool WillEncode(int unicodeScalar) => unicodeScalar
        is < 0x20 or '"' or '\\' or (>= 0x7f and <= 0x9f) or 0x2028 or 0x2029 or 0xfeff or (>= 0xd800 and <= 0xdfff);
}
