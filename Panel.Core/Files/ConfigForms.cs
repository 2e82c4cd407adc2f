using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Templates;
using Panel.Core.Templates.Forms;

namespace Panel.Core.Files;

/// <summary>A form over a config file of a server.</summary>
/// <param name="Form">Its fields.</param>
/// <param name="Managed">Keys that the server's settings write before each start: what is changed in the file does not last.</param>
public sealed record ConfigForm(TemplateForm Form, IReadOnlySet<string> Managed);

/// <summary>What the server's settings write into a file before each start.</summary>
/// <param name="Format">How the file is written, as the template names it: <c>properties</c>, <c>ini</c>, <c>file</c>, <c>json</c>, <c>yaml</c> or <c>xml</c>.</param>
/// <param name="Keys">The places, as that format spells them; none when nothing is written.</param>
public sealed record WrittenKeys(string Format, IReadOnlyList<string> Keys);

/// <summary>Finds which files of a server can be filled in as a form.</summary>
public sealed class ConfigForms(ServerVolumes volumes, TemplateCatalogue templates)
{
    /// <summary>The form over a file; null when its game has none for it.</summary>
    /// <inheritdoc cref="ServerVolumes.OpenAsync"/>
    public async Task<ConfigForm?> FindAsync(Actor actor, ServerId id, string path, CancellationToken cancellation)
    {
        var file = ServerPath.Parse(path);
        var server = await volumes.OpenAsync(actor, id, ServerPermissions.ReadFiles, cancellation);
        volumes.For(actor, server).Require(file);
        var template = templates.Find(server.Template);
        if (template?.Forms.FirstOrDefault(form => ServerPath.Parse(form.File) == file) is not { } form) return null;
        var managed = template.Files.FirstOrDefault(patched => ServerPath.Parse(patched.Key) == file).Value?.Find.Keys ?? [];
        var byImage = form.Fields.Where(field => template.Variables.Any(variable => variable.Env == field.Variable)).Select(field => field.Key);
        return new(form, managed.Concat(byImage).ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>What is written into a file before each start.</summary>
    /// <inheritdoc cref="ServerVolumes.OpenAsync"/>
    public async Task<WrittenKeys> WrittenAsync(Actor actor, ServerId id, string path, CancellationToken cancellation)
    {
        var file = ServerPath.Parse(path);
        var server = await volumes.OpenAsync(actor, id, ServerPermissions.ReadFiles, cancellation);
        volumes.For(actor, server).Require(file);
        var patched = templates.Find(server.Template)?.Files.FirstOrDefault(one => ServerPath.Parse(one.Key) == file).Value;
        return patched is null ? new("", []) : new(patched.Parser, [.. patched.Find.Keys]);
    }
}
