using Microsoft.Net.Http.Headers;
using Panel.Contracts.Access;
using Panel.Core.Errors;
using Panel.Core.Templates;
using Panel.Core.Templates.Eggs;
using Panel.Web.Accounts;

namespace Panel.Web.Templates;

/// <summary>What of a template is a file: its picture, and the egg that it is exported as.</summary>
public static class TemplateEndpoints
{
    /// <summary>Adds them.</summary>
    public static void MapTemplates(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/templates/{key}/icon", Icon).RequireAuthorization();
        routes.MapGet("/admin/templates/{key}/export", ExportAsync).RequireAuthorization(PanelPermissions.ManageTemplates);
    }

    static IResult Icon(string key, string? v, TemplateCatalogue templates, HttpContext context)
    {
        if (templates.Find(key) is not { } template || TemplateIcon.Of(template) is not { } icon) return Results.NotFound();
        var headers = context.Response.Headers;
        // opened by itself, a picture that is a document runs nothing and has no origin
        headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'";
        headers.CacheControl = v == icon.Version ? "private, max-age=31536000, immutable" : "private, no-cache";
        return Results.Bytes(icon.Content, icon.Type, entityTag: new EntityTagHeaderValue($"\"{icon.Version}\""));
    }

    static async Task<IResult> ExportAsync(string key, string? version, bool? yaml, TemplateQueries queries, CurrentActor me, CancellationToken cancellation)
    {
        if (!Enum.TryParse<EggVersion>(version ?? nameof(EggVersion.PtdlV2), ignoreCase: true, out var wanted) || wanted is not (EggVersion.PtdlV2 or EggVersion.PlcnV3)) return Results.BadRequest();
        var asYaml = yaml is true && wanted is EggVersion.PlcnV3;
        try
        {
            var text = await queries.ExportAsync(await me.GetAsync(), key, wanted, asYaml, cancellation);
            return Results.File(System.Text.Encoding.UTF8.GetBytes(text), asYaml ? "application/yaml" : "application/json", $"egg-{key}.{(asYaml ? "yaml" : "json")}");
        }
        catch (NotFoundException)
        {
            return Results.NotFound();
        }
    }
}
