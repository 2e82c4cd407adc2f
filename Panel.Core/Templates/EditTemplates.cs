using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Contracts.Templates;
using Panel.Core.Access;
using Panel.Core.Audit;
using Panel.Core.Errors;

namespace Panel.Core.Templates;

/// <summary>Changes templates, and says to whom they are offered. Servers follow a change at their next start.</summary>
public sealed class EditTemplates(TemplateCatalogue catalogue, StoredTemplates stored)
{
    /// <summary>Keeps a template: a new one, or one in the place of what was there.</summary>
    /// <param name="actor">Who changes it.</param>
    /// <param name="template">The template.</param>
    /// <param name="revision">The revision that was changed; 0 for a new one, or for one that only files have.</param>
    /// <param name="cancellation">Ends the writing.</param>
    /// <exception cref="ForbiddenException">The actor may not change templates.</exception>
    /// <exception cref="InvalidFieldException">The template breaks a rule; the field is its part.</exception>
    /// <exception cref="ConflictException">Somebody else changed it meanwhile, or another has its key.</exception>
    public async Task SaveAsync(Actor actor, Template template, int revision, CancellationToken cancellation)
    {
        actor.Require(PanelPermissions.ManageTemplates);
        if (TemplateRules.Fault(template) is { } fault) throw Field(fault);
        var before = catalogue.Find(template.Key);
        await stored.ChangeAsync(actor, async db =>
        {
            var row = await db.Templates.SingleOrDefaultAsync(row => row.Key == template.Key, cancellation);
            if ((row?.Revision ?? 0) != revision) throw new ConflictException("Somebody else changed this template meanwhile. Load it again.");
            if (row is null) db.Templates.Add(row = new() { Key = template.Key });
            row.Text = TemplateText.Write(template);
            return [new(before is null ? "template.create" : "template.change", template.Name, template.Key, Changes(before, template))];
        }, cancellation);
    }

    /// <summary>Says to whom a template is offered. Servers that have it keep it.</summary>
    /// <exception cref="ForbiddenException">The actor may not change templates.</exception>
    /// <exception cref="NotFoundException">There is no such template.</exception>
    /// <exception cref="InvalidFieldException">There is no such role.</exception>
    public async Task OfferAsync(Actor actor, string key, OfferTemplateRequest request, CancellationToken cancellation)
    {
        actor.Require(PanelPermissions.ManageTemplates);
        FieldRules.Require(request);
        var template = catalogue.Find(key) ?? throw new NotFoundException("Template");
        await stored.ChangeAsync(actor, async db =>
        {
            var roles = await db.Roles.Select(role => role.Key).ToListAsync(cancellation);
            if (request.Roles.FirstOrDefault(role => !roles.Contains(role)) is { } nobody) throw new InvalidFieldException(nameof(request.Roles), $"There is no role {nobody}.");
            var row = await db.Templates.SingleOrDefaultAsync(row => row.Key == key, cancellation);
            if (row is null) db.Templates.Add(row = new() { Key = key });
            var changes = new AuditChanges().Set("hidden", row.Hidden ? "yes" : "no", request.Hidden ? "yes" : "no").Set("roles", row.Roles, request.Roles);
            (row.Hidden, row.Roles) = (request.Hidden, [.. request.Roles]);
            return [new("template.offer", template.Name, request.Hidden ? "hidden" : request.Roles.Count > 0 ? "for roles" : "for all", changes)];
        }, cancellation);
    }

    /// <summary>Removes a template that was imported or written here; where one of a file has its key, that one counts again.</summary>
    /// <exception cref="ForbiddenException">The actor may not change templates.</exception>
    /// <exception cref="NotFoundException">There is no such template.</exception>
    /// <exception cref="ConflictException">It is that of a file, or servers are made from it.</exception>
    public async Task RemoveAsync(Actor actor, string key, CancellationToken cancellation)
    {
        actor.Require(PanelPermissions.ManageTemplates);
        var entry = catalogue.Entry(key) ?? throw new NotFoundException("Template");
        if (entry.Origin is not TemplateOrigin.Stored) throw new ConflictException("This template is a file of the panel. It can be hidden.");
        await stored.ChangeAsync(actor, async db =>
        {
            if (!entry.Replaces && await db.Servers.CountAsync(server => server.Template == key, cancellation) is > 0 and var servers)
                throw new ConflictException(servers == 1 ? "A server is made from it. Hide it, or remove that server first." : $"{servers} servers are made from it. Hide it, or remove those servers first.");
            var row = await db.Templates.SingleOrDefaultAsync(row => row.Key == key, cancellation) ?? throw new NotFoundException("Template");
            // to whom it is offered was said of the game, not of the change that goes
            if (entry.Replaces && (row.Hidden || row.Roles.Count > 0)) (row.Text, row.Egg, row.Source) = (null, null, null);
            else db.Templates.Remove(row);
            return [new(entry.Replaces ? "template.revert" : "template.remove", entry.Template.Name, key)];
        }, cancellation);
    }

    /// <summary>Which parts changed, by name: scripts and long texts would say more than an audit should hold.</summary>
    static AuditChanges? Changes(Template? before, Template template)
    {
        if (before is null) return null;
        var (was, now) = (TemplateText.ToTree(before), TemplateText.ToTree(template));
        var parts = now.Select(pair => pair.Key).Union(was.Select(pair => pair.Key)).Where(part => !System.Text.Json.Nodes.JsonNode.DeepEquals(was[part], now[part]));
        return new AuditChanges().Set("parts", (string?)null, string.Join(' ', parts));
    }

    static InvalidFieldException Field(string fault) => fault.Split(": ", 2) is [var field, var rule] && !field.Contains(' ', StringComparison.Ordinal) ? new(field, rule) : new("template", fault);
}
