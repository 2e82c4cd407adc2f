using System.Text.Json;
using System.Text.Json.Serialization;

namespace Panel.Contracts.Files;

/// <summary>Writes permission bits as people do, such as <c>0644</c>.</summary>
public sealed class OctalConverter : JsonConverter<int>
{
    const int MaxDigits = 5;

    /// <inheritdoc/>
    public override int Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType is JsonTokenType.String && reader.GetString() is { Length: > 0 and <= MaxDigits } text && text.AsSpan().IndexOfAnyExceptInRange('0', '7') < 0
            ? Convert.ToInt32(text, 8)
            : throw new JsonException("Permission bits are text in octal digits, such as \"0644\".");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, int value, JsonSerializerOptions options) => writer.WriteStringValue("0" + Convert.ToString(value, 8).PadLeft(3, '0'));
}
