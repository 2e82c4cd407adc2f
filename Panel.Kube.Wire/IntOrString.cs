using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Panel.Kube.Wire;

/// <summary>A port by number or by name: Kubernetes writes a JSON number or a string.</summary>
[JsonConverter(typeof(IntOrStringConverter))]
public readonly record struct IntOrString(int Number, string? Text = null)
{
    public static implicit operator IntOrString(int number) => new(number);

    public override string ToString() => Text ?? Number.ToString(CultureInfo.InvariantCulture);
}

sealed class IntOrStringConverter : JsonConverter<IntOrString>
{
    public override IntOrString Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number ? new(reader.GetInt32()) : new(0, reader.GetString());

    public override void Write(Utf8JsonWriter writer, IntOrString value, JsonSerializerOptions options)
    {
        if (value.Text is { } text) writer.WriteStringValue(text);
        else writer.WriteNumberValue(value.Number);
    }
}
