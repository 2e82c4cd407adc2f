using System.Text.Json;
using System.Text.Json.Serialization;

namespace Panel.Core.Templates;

/// <summary>What is put into one place of a config file: a text, or, by what stands there, one of several.</summary>
/// <param name="Text">The text, with placeholders.</param>
/// <param name="When">
/// Texts by what they replace: the old value as it is, or <c>regex:</c> and a pattern, whose groups may stand in the text as <c>$1</c>.
/// Null for a text that is put there whatever stood there; what matches none is left.
/// </param>
[JsonConverter(typeof(ConfigValueConverter))]
public sealed record ConfigValue(string Text, IReadOnlyDictionary<string, string>? When = null)
{
    /// <summary>A text that is put there whatever stood there.</summary>
    public static implicit operator ConfigValue(string text) => new(text);

    /// <summary>A text that is put there whatever stood there.</summary>
    public static ConfigValue FromString(string text) => new(text);
}

/// <summary>Writes a value as the field's eggs do: a text, a number or a truth, or an object of replacements.</summary>
sealed class ConfigValueConverter : JsonConverter<ConfigValue>
{
    public override ConfigValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject) return new(Scalar(ref reader));
        var replacements = new Dictionary<string, string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var old = reader.GetString()!;
            reader.Read();
            replacements[old] = Scalar(ref reader);
        }
        return new("", replacements);
    }

    public override void Write(Utf8JsonWriter writer, ConfigValue value, JsonSerializerOptions options)
    {
        if (value.When is null) writer.WriteStringValue(value.Text);
        else JsonSerializer.Serialize(writer, value.When, options);
    }

    static string Scalar(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String: return reader.GetString()!;
            case JsonTokenType.True: return "true";
            case JsonTokenType.False: return "false";
            case JsonTokenType.Number:
                using (var number = JsonDocument.ParseValue(ref reader)) return number.RootElement.GetRawText();
            default: throw new JsonException("A value of a config file is a text, a number, true or false.");
        }
    }
}
