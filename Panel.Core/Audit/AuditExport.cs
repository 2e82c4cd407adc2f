using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Contracts.Audit;
using Panel.Core.Access;
using Panel.Core.Errors;

namespace Panel.Core.Audit;

/// <summary>How an export is written.</summary>
public enum AuditFormat
{
    /// <summary>Comma-separated values, for spreadsheets.</summary>
    Csv,
    /// <summary>A JSON array of objects.</summary>
    Json,
}

/// <summary>Writes the audit out, a few records at a time, however many there are. That it was done is a record itself.</summary>
public sealed class AuditExport(AuditQueries queries, AuditLog audit, Actors actors, IDbContextFactory<PanelDb> databases)
{
    static readonly string[] Columns = ["id", "at", "actor", "impersonator", "address", "action", "server", "subject", "detail", "changes"];

    /// <summary>Writes what is asked for, newest first.</summary>
    /// <param name="actor">Who exports.</param>
    /// <param name="filter">Which records.</param>
    /// <param name="format">How.</param>
    /// <param name="target">Where to.</param>
    /// <param name="cancellation">Ends the writing.</param>
    /// <exception cref="ForbiddenException">The actor may not read the audit, or no more.</exception>
    /// <exception cref="InvalidFieldException">A field of the filter breaks a rule.</exception>
    public async Task RunAsync(Actor actor, AuditFilter filter, AuditFormat format, Stream target, CancellationToken cancellation)
    {
        actor.Require(PanelPermissions.ReadAudit);
        FieldRules.Require(filter);
        long self;
        await using (var db = await databases.CreateDbContextAsync(cancellation))
        {
            audit.Add(db, actor, "audit.export", null, "Audit", $"{format.ToString().ToUpperInvariant()}{Words(filter)}");
            await db.SaveChangesAsync(cancellation);
            self = db.Audit.Local.Single().Id;
        }
        await using var writer = new StreamWriter(target, new UTF8Encoding(encoderShouldEmitUTF8Identifier: format is AuditFormat.Csv), bufferSize: 32 * 1024, leaveOpen: true);
        if (format is AuditFormat.Csv) await writer.WriteAsync($"{string.Join(',', Columns)}\r\n");
        else await writer.WriteAsync("[");
        var first = true;
        await foreach (var rows in queries.ReadAsync(actor, filter, before: self, cancellation))
        {
            // an export may take minutes; whoever may not read the audit any more gets no further
            if (actor.UserId.Length > 0) (await actors.FindAsync(actor.UserId, actor.Address, cancellation) ?? throw new ForbiddenException("Your account is out of use.")).Require(PanelPermissions.ReadAudit);
            foreach (var row in rows)
            {
                await writer.WriteAsync((format is AuditFormat.Csv ? Line(row) : (first ? "\n" : ",\n") + Json(row)).AsMemory(), cancellation);
                first = false;
            }
            await writer.FlushAsync(cancellation);
        }
        if (format is AuditFormat.Json) await writer.WriteAsync("\n]\n");
    }

    /// <summary>One cell: always quoted, and nothing that a spreadsheet would take for a formula.</summary>
    /// <remarks>https://owasp.org/www-community/attacks/CSV_Injection</remarks>
    internal static string Cell(string text)
    {
        var safe = text.Length > 0 && (text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '＝' or '＋' or '－' or '＠') ? $"'{text}" : text;
        return $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    static string Line(AuditRow row) => string.Join(',', Values(row).Select(value => Cell(value ?? ""))) + "\r\n";

    static string Json(AuditRow row)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))   // a file, never part of a page
        {
            json.WriteStartObject();
            foreach (var (name, value) in Columns.Zip(Values(row)))
            {
                json.WritePropertyName(name);
                if (name == "id") json.WriteNumberValue(row.Id);
                else if (name == "changes" && value is not null) json.WriteRawValue(value);
                else json.WriteStringValue(value);
            }
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }

    static string?[] Values(AuditRow row) =>
    [
        row.Id.ToString(CultureInfo.InvariantCulture), row.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        row.Actor, row.Impersonator, row.Address, row.Action, row.Server?.ToString(), row.Subject, row.Detail, row.Changes,
    ];

    static string Words(AuditFilter filter)
    {
        (string Name, string? Value)[] all =
        [
            ("who", filter.Who), ("action", filter.Action), ("server", filter.Server), ("search", filter.Search),
            ("from", filter.From?.ToString("u", CultureInfo.InvariantCulture)), ("until", filter.Until?.ToString("u", CultureInfo.InvariantCulture)),
        ];
        return string.Concat(all.Where(one => !string.IsNullOrWhiteSpace(one.Value)).Select(one => $", {one.Name} {one.Value}"));
    }
}
