using System.Text.Json;
using Panel.Kube.Wire;

namespace Panel.LocalCluster.Rules;

/// <summary>Collects what is wrong with a document, field by field, in the words of Kubernetes.</summary>
sealed class Faults
{
    readonly List<StatusCause> causes = [];

    public IReadOnlyList<StatusCause> Causes => causes;

    public void Required(string field, string? why = null) => Add("FieldValueRequired", field, "Required value" + (why is null ? "" : ": " + why));

    public void Invalid(string field, object? value, string why) => Add("FieldValueInvalid", field, $"Invalid value: {Quote(value)}: {why}");

    public void Unsupported(string field, string? value, params IEnumerable<string> supported) =>
        Add("FieldValueNotSupported", field, $"Unsupported value: {Quote(value)}: supported values: {string.Join(", ", supported.Select(Quote))}");

    public void Forbidden(string field, string why) => Add("FieldValueForbidden", field, "Forbidden: " + why);

    public void Duplicate(string field, string value) => Add("FieldValueDuplicate", field, "Duplicate value: " + Quote(value));

    public void TooLong(string field, int bytes) => Add("FieldValueTooLong", field, $"Too long: may not be more than {bytes} bytes");

    public void NotFound(string field, string value) => Add("FieldValueNotFound", field, "Not found: " + Quote(value));

    /// <summary>A value that must be one of a few; absent is fine.</summary>
    public void OneOf(string field, string? value, params ReadOnlySpan<string> supported)
    {
        if (value is not null && !supported.Contains(value)) Unsupported(field, value, supported.ToArray());
    }

    /// <summary>A number with limits; absent is fine.</summary>
    public void Between(string field, long? value, long least, long most)
    {
        if (value < least || value > most) Invalid(field, value, most == long.MaxValue ? $"must be greater than or equal to {least}" : $"must be between {least} and {most}, inclusive");
    }

    public void NotNegative(string field, long? value) => Between(field, value, 0, long.MaxValue);

    /// <summary>A quantity such as <c>1Gi</c>.</summary>
    public void Amount(string field, string? value)
    {
        if (!Quantity.TryParse(value, out var amount)) Invalid(field, value, "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
        else if (amount < 0) Invalid(field, value, "must be greater than or equal to 0");
    }

    void Add(string reason, string field, string message) => causes.Add(new() { Reason = reason, Field = field, Message = message });

    static string Quote(object? value) => value is null or long or int ? $"{value ?? "null"}" : JsonSerializer.Serialize(value.ToString());
}
