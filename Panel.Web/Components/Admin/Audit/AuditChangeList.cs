using System.Text.Json;

namespace Panel.Web.Components.Admin.Audit;

/// <summary>Reads what a record says of fields.</summary>
public static class AuditChangeList
{
    /// <summary>Each field with what it was and is.</summary>
    /// <param name="changes">As the record holds it, or null.</param>
    public static IReadOnlyList<(string Name, string? Was, string? Now)> Read(string? changes)
    {
        if (changes is null) return [];
        using var json = JsonDocument.Parse(changes);
        return [.. json.RootElement.EnumerateObject().Select(field => (field.Name, Text(field.Value, "was"), Text(field.Value, "is")))];
    }

    static string? Text(JsonElement field, string side) => field.TryGetProperty(side, out var value) && value.ValueKind != JsonValueKind.Null ? value.ToString() : null;
}
