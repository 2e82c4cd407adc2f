using System.Text.Json;
using System.Text.Json.Serialization;

namespace Panel.Contracts.Servers;

/// <summary>Writes a server's id as plain text.</summary>
public sealed class ServerIdText : JsonConverter<ServerId>
{
    /// <inheritdoc/>
    public override ServerId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType is JsonTokenType.String && reader.TryGetGuid(out var id) ? new(id) : throw new JsonException("A server's id is text.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ServerId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
