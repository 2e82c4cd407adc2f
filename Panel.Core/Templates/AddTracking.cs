using Panel.Contracts.Access;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Templates.Amp;

namespace Panel.Core.Templates;

/// <summary>What a template of AMP would add to one of Panel's.</summary>
/// <param name="Template">The template that comes out.</param>
/// <param name="Changes">What changes in it.</param>
/// <param name="Faults">Patterns that cannot be read here.</param>
public sealed record TrackingPreview(Template Template, IReadOnlyList<MergeChange> Changes, IReadOnlyList<string> Faults);

/// <summary>Adds to a template what a template of AMP knows of the same game: by which lines players come and go, and the protocols of its ports.</summary>
public sealed class AddTracking(TemplateCatalogue catalogue, EditTemplates edit)
{
    /// <summary>What it would add; nothing is changed.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="key">The template.</param>
    /// <param name="files">The <c>.kvp</c> file of AMP's template, and its <c>…ports.json</c> where it is at hand; others are passed over.</param>
    /// <exception cref="ForbiddenException">The actor may not change templates.</exception>
    /// <exception cref="NotFoundException">There is no such template.</exception>
    /// <exception cref="ConflictException">There is no template of AMP among the files, or it cannot be read.</exception>
    public TrackingPreview Preview(Actor actor, string key, IReadOnlyList<EggFile> files)
    {
        actor.Require(PanelPermissions.ManageTemplates);
        var template = catalogue.Find(key) ?? throw new NotFoundException("Template");
        var settings = files.FirstOrDefault(file => file.Name.EndsWith(".kvp", StringComparison.OrdinalIgnoreCase)) ?? throw new ConflictException("Choose the .kvp file of AMP's template, and its …ports.json with it.");
        try
        {
            var amp = AmpTemplate.Read(settings.Text, files.FirstOrDefault(file => file.Name.EndsWith("ports.json", StringComparison.OrdinalIgnoreCase))?.Text);
            var tracked = amp.Over(template);
            return new(tracked, TemplateMerge.Of(template, template, tracked).Changes, amp.Faults);
        }
        catch (InvalidDataException fault)
        {
            throw new ConflictException(fault.Message);
        }
    }

    /// <summary>Adds what was previewed.</summary>
    /// <exception cref="ForbiddenException">The actor may not change templates.</exception>
    /// <exception cref="ConflictException">Somebody else changed the template meanwhile.</exception>
    public Task RunAsync(Actor actor, TrackingPreview preview, int revision, CancellationToken cancellation) => edit.SaveAsync(actor, preview.Template, revision, cancellation);
}
