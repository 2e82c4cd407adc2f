using System.Globalization;
using System.Text.Json;
using Panel.Kube.Wire;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Api.Tables;

/// <summary>A column of a table.</summary>
/// <param name="Name">Heading.</param>
/// <param name="Cell">The text or whole number of an object's cell, at a time.</param>
/// <param name="Wide">Shown only when much is asked for.</param>
/// <param name="Type">Kind of the values.</param>
sealed record Column(string Name, Func<StoredObject, DateTimeOffset, object?> Cell, bool Wide = false, string Type = "string");

/// <summary>Objects as rows for people: what <c>kubectl get</c> prints.</summary>
static class TableWriter
{
    public static void Write(Utf8JsonWriter writer, Resource resource, IReadOnlyList<StoredObject> items, AnswerForm form, ListMeta place, DateTimeOffset now, bool headings)
    {
        var columns = TableColumns.Of(resource);
        writer.WriteStartObject();
        writer.WriteString("kind", "Table");
        writer.WriteString("apiVersion", AnswerForm.MetaVersion);
        writer.WritePropertyName("metadata");
        JsonSerializer.Serialize(writer, place, KubeJson.Default.ListMeta);
        writer.WriteStartArray("columnDefinitions");
        foreach (var column in headings ? columns : []) WriteHeading(writer, column);
        writer.WriteEndArray();
        writer.WriteStartArray("rows");
        foreach (var item in items) WriteRow(writer, item, columns, form, now);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    static void WriteHeading(Utf8JsonWriter writer, Column column)
    {
        writer.WriteStartObject();
        writer.WriteString("name", column.Name);
        writer.WriteString("type", column.Type);
        writer.WriteString("format", column.Name == "Name" ? "name" : "");
        writer.WriteString("description", "");
        writer.WriteNumber("priority", column.Wide ? 1 : 0);
        writer.WriteEndObject();
    }

    static void WriteRow(Utf8JsonWriter writer, StoredObject item, IReadOnlyList<Column> columns, AnswerForm form, DateTimeOffset now)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("cells");
        foreach (var column in columns)
        {
            var cell = column.Cell(item, now);
            if (column.Type == "integer") writer.WriteNumberValue(Convert.ToInt64(cell ?? 0, CultureInfo.InvariantCulture));
            else writer.WriteStringValue(cell?.ToString() ?? "");
        }
        writer.WriteEndArray();
        if (form.Include != "None") writer.WritePropertyName("object");
        if (form.Include == "Object") writer.WriteRawValue(item.Json, skipInputValidation: true);
        else if (form.Include != "None") Answers.WriteMetadata(writer, item);
        writer.WriteEndObject();
    }
}
