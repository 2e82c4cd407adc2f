using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Templates.Eggs;

namespace Panel.Core.Templates;

/// <summary>A template in the administration's list.</summary>
/// <param name="Entry">The template and how it is offered.</param>
/// <param name="Servers">How many servers are made from it.</param>
public sealed record TemplateRow(CatalogueEntry Entry, int Servers);

/// <summary>Reads the catalogue for people.</summary>
public sealed class TemplateQueries(IDbContextFactory<PanelDb> databases, TemplateCatalogue catalogue, StoredTemplates stored)
{
    /// <summary>The templates that somebody may make servers of: the demo first, then by name.</summary>
    public async Task<IReadOnlyList<Template>> OfferedAsync(Actor actor, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var role = await RoleAsync(db, actor, cancellation);
        return [.. catalogue.Entries.Where(entry => entry.IsFor(actor, role)).Select(entry => entry.Template)];
    }

    /// <summary>All templates with how they are offered and used.</summary>
    /// <exception cref="ForbiddenException">The actor may not change templates.</exception>
    public async Task<IReadOnlyList<TemplateRow>> ListAsync(Actor actor, CancellationToken cancellation)
    {
        actor.Require(PanelPermissions.ManageTemplates);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var used = await UsedAsync(db, cancellation);
        return [.. catalogue.Entries.Select(entry => new TemplateRow(entry, used.GetValueOrDefault(entry.Template.Key)))];
    }

    /// <summary>How many servers are made from each template, by its key; templates without any are not among them.</summary>
    public async Task<IReadOnlyDictionary<string, int>> UsedAsync(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await UsedAsync(db, cancellation);
    }

    /// <summary>The roles that a template may be offered to: their names by key.</summary>
    /// <exception cref="ForbiddenException">The actor may not change templates.</exception>
    public async Task<IReadOnlyDictionary<string, string>> RolesAsync(Actor actor, CancellationToken cancellation)
    {
        actor.Require(PanelPermissions.ManageTemplates);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await Roles.NamesAsync(db, cancellation);
    }

    /// <summary>A template as an egg, over the egg it came from.</summary>
    /// <exception cref="ForbiddenException">The actor may not change templates.</exception>
    /// <exception cref="NotFoundException">There is no such template.</exception>
    public async Task<string> ExportAsync(Actor actor, string key, EggVersion version, bool yaml, CancellationToken cancellation)
    {
        actor.Require(PanelPermissions.ManageTemplates);
        var template = catalogue.Find(key) ?? throw new NotFoundException("Template");
        return Egg.Write(template, await stored.EggAsync(key, cancellation), version, yaml && version is EggVersion.PlcnV3);
    }

    static Task<Dictionary<string, int>> UsedAsync(PanelDb db, CancellationToken cancellation) =>
        db.Servers.GroupBy(server => server.Template).Select(group => new { group.Key, Count = group.Count() }).ToDictionaryAsync(group => group.Key, group => group.Count, cancellation);

    /// <summary>The key of somebody's role; null for none.</summary>
    internal static Task<string?> RoleAsync(PanelDb db, Actor actor, CancellationToken cancellation) =>
        db.Users.Where(account => account.Id == actor.UserId).Select(account => (string?)account.Role).SingleOrDefaultAsync(cancellation);
}
