using System.Globalization;
using System.Text.Json.Serialization;

namespace Panel.Core.Templates.Forms;

/// <summary>A config file of a game that people may fill in as a form: what may stand in it, and what it means.</summary>
public sealed record TemplateForm
{
    /// <summary>The file, from the volume's root, such as <c>server.properties</c>.</summary>
    public required string File { get; init; }
    /// <summary>How it is written: one of <see cref="ConfigText.Formats"/>.</summary>
    public required string Format { get; init; }
    /// <summary>What may be filled in, in the order in which it is shown.</summary>
    public required IReadOnlyList<FormField> Fields { get; init; }
}

/// <summary>How a field is filled in.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FormFieldType>))]
public enum FormFieldType
{
    /// <summary>A line of text.</summary>
    Text,
    /// <summary>A whole number.</summary>
    Number,
    /// <summary>On or off.</summary>
    Switch,
    /// <summary>One of a few values.</summary>
    Choice,
    /// <summary>A line of text that is not shown.</summary>
    Secret,
}

/// <summary>One value of a config file.</summary>
public sealed record FormField
{
    /// <summary>Its key; in <c>ini</c> with its section before a dot, in <c>json</c>, <c>yaml</c> and <c>xml</c> the path to it.</summary>
    public required string Key { get; init; }
    /// <summary>What people call it.</summary>
    public required string Label { get; init; }
    /// <summary>What it does.</summary>
    public string Help { get; init; } = "";
    /// <summary>Under which heading it stands.</summary>
    public string Group { get; init; } = "";
    /// <summary>The variable of the server that the game's image writes here before each start; empty when none does.</summary>
    public string Variable { get; init; } = "";
    /// <summary>How it is filled in.</summary>
    public FormFieldType Type { get; init; }
    /// <summary>What counts where the file does not say it.</summary>
    public string Default { get; init; } = "";
    /// <summary>The least number.</summary>
    public long? Min { get; init; }
    /// <summary>The greatest number, or the most characters of a text.</summary>
    public long? Max { get; init; }
    /// <summary>The values to choose from.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];
    /// <summary>What stands in the file for on.</summary>
    public string On { get; init; } = "true";
    /// <summary>What stands in the file for off.</summary>
    public string Off { get; init; } = "false";

    /// <summary>Why a value cannot be taken, in words; null when it can.</summary>
    public string? Fault(string value) => Type switch
    {
        _ when value.Any(char.IsControl) => "Use one line, without control characters.",
        FormFieldType.Number when !long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) => "Use a whole number.",
        FormFieldType.Number when long.Parse(value, CultureInfo.InvariantCulture) is var number && (number < Min || number > Max) => Range,
        FormFieldType.Switch when value != On && value != Off => $"Use {On} or {Off}.",
        FormFieldType.Choice when !Choices.Contains(value) => "Choose one of the values.",
        FormFieldType.Text or FormFieldType.Secret when value.Length > (Max ?? 1000) => string.Create(CultureInfo.InvariantCulture, $"Use at most {Max ?? 1000:N0} characters."),
        _ => null,
    };

    string Range => (Min, Max) switch
    {
        ({ } least, { } most) => string.Create(CultureInfo.InvariantCulture, $"Use a number from {least:N0} to {most:N0}."),
        ({ } least, null) => string.Create(CultureInfo.InvariantCulture, $"Use a number from {least:N0} on."),
        _ => string.Create(CultureInfo.InvariantCulture, $"Use a number up to {Max:N0}."),
    };
}
