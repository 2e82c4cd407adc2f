using System.Globalization;
using Panel.Contracts.Access;
using Panel.Contracts.Audit;
using Panel.Core.Audit;
using Panel.Core.Errors;
using Panel.Web.Accounts;

namespace Panel.Web.Audit;

/// <summary>The audit as a file.</summary>
public static class AuditEndpoints
{
    /// <summary>Where it is.</summary>
    public const string ExportPath = "/admin/audit/export";

    /// <summary>Adds the export.</summary>
    public static void MapAudit(this IEndpointRouteBuilder routes) =>
        routes.MapGet(ExportPath, ExportAsync).RequireAuthorization(PanelPermissions.ReadAudit);

    static async Task<IResult> ExportAsync([AsParameters] AuditQuery query, AuditExport export, CurrentActor me, TimeProvider clock, CancellationToken cancellation)
    {
        if (!Enum.TryParse<AuditFormat>(query.Format ?? nameof(AuditFormat.Csv), ignoreCase: true, out var format) || !Enum.IsDefined(format)) return Results.BadRequest();
        try
        {
            FieldRules.Require(query.Filter);
        }
        catch (InvalidFieldException broken)
        {
            return Results.ValidationProblem(broken.Errors.ToDictionary());
        }
        var actor = await me.GetAsync();
        var name = $"audit-{clock.GetUtcNow().UtcDateTime.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}.{(format is AuditFormat.Csv ? "csv" : "json")}";
        return Results.Stream(target => export.RunAsync(actor, query.Filter, format, target, cancellation), format is AuditFormat.Csv ? "text/csv; charset=utf-8" : "application/json", name);
    }
}

/// <summary>The filter of the audit as an address spells it.</summary>
/// <param name="Who">Who did it.</param>
/// <param name="Action">What was done.</param>
/// <param name="Server">To which server.</param>
/// <param name="From">From which day, in UTC.</param>
/// <param name="Until">Until the end of which day, in UTC.</param>
/// <param name="Q">What to look for.</param>
/// <param name="Format">How an export is written.</param>
public sealed record AuditQuery(string? Who, string? Action, string? Server, string? From, string? Until, string? Q, string? Format = null)
{
    /// <summary>The filter itself; what is no day excludes nothing.</summary>
    public AuditFilter Filter => new()
    {
        Who = Who,
        Action = Action,
        Server = Server,
        Search = Q,
        From = Day(From),
        Until = Day(Until)?.AddDays(1),
    };

    /// <summary>As an address spells it, without the question mark.</summary>
    public string Text => string.Join('&', new (string Name, string? Value)[] { ("who", Who), ("action", Action), ("server", Server), ("from", From), ("until", Until), ("q", Q), ("format", Format) }
        .Where(one => !string.IsNullOrWhiteSpace(one.Value)).Select(one => $"{one.Name}={Uri.EscapeDataString(one.Value!)}"));

    static DateTimeOffset? Day(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day < DateOnly.MaxValue ? new(day, TimeOnly.MinValue, TimeSpan.Zero) : null;
}
