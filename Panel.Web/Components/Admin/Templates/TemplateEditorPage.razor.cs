using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.AspNetCore.Components.Routing;
using Panel.Core.Errors;
using Panel.Core.Templates;
using Panel.Web.Components.Live;

namespace Panel.Web.Components.Admin.Templates;

/// <summary>The parts of a template as the editor shows them.</summary>
public enum TemplatePart
{
    /// <summary>What it is called and what it needs.</summary>
    General,
    /// <summary>Images, command lines, how it is ready and how it stops.</summary>
    Start,
    /// <summary>What people may choose.</summary>
    Variables,
    /// <summary>Where it listens.</summary>
    Ports,
    /// <summary>How players are followed.</summary>
    Players,
    /// <summary>The install script.</summary>
    Install,
    /// <summary>What is patched before each start.</summary>
    Files,
    /// <summary>All of it as JSON.</summary>
    Json,
}

/// <summary>Changes a template: as a form, its scripts and all of it as text. Nothing counts before it is saved.</summary>
public sealed partial class TemplateEditorPage
{
    const int MaxAmpFiles = 8, MaxAmpBytes = 1024 * 1024;

    static readonly Dictionary<TemplatePart, string[]> fields = new()
    {
        [TemplatePart.General] = ["key", "name", "icon", "idle", "minMemoryMiB", "advice"],
        [TemplatePart.Start] = ["images", "startups", "mountPath", "stop", "stopSeconds", "ready"],
        [TemplatePart.Variables] = ["variables"],
        [TemplatePart.Ports] = ["ports"],
        [TemplatePart.Players] = ["players"],
        [TemplatePart.Install] = ["install"],
        [TemplatePart.Files] = ["files"],
        [TemplatePart.Json] = ["forms", "input", "levels", "help", "say"],
    };

    readonly FieldErrors errors = new();
    readonly FieldErrors unfit = new();
    Template? draft;
    IReadOnlyList<TemplateFinding> findings = [];
    CodePart? code;
    TemplatePart part;
    string saved = "", owner = "";
    string? theirs;
    int revision;
    bool fresh, edited, typed, busy, leaving;

    [Parameter] public string? Key { get; set; }

    /// <summary>The template that a new one is a copy of.</summary>
    [SupplyParameterFromQuery(Name = "from")] string? From { get; set; }

    bool Changed => edited || typed || unfit.Any;

    protected override async Task OnInitializedAsync()
    {
        owner = (await Me.GetAsync()).UserId;
        Follow(Stored.FollowAsync, _ => See());
    }

    protected override void OnParametersSet()
    {
        if (draft is not null && (Key is null ? fresh : draft.Key == Key)) return;
        fresh = Key is null;
        if (!fresh) Load();
        else Begin(Catalogue.Find(From) is { } model ? model with { Key = Copied(model.Key), Name = $"{model.Name} (copy)", Demo = false } : Blank(), 0, "");
    }

    static Template Blank() => new()
    {
        Key = "",
        Name = "",
        Images = new Dictionary<string, string> { ["Default"] = "" },
        Startups = new Dictionary<string, string> { ["Default"] = "" },
        Ports = [new("game", TemplatePort.Both)],
    };

    static string Copied(string key) => $"{key[..Math.Min(key.Length, 35)].TrimEnd('-')}-copy";

    void Load()
    {
        if (Catalogue.Entry(Key ?? draft?.Key) is { } entry) Begin(entry.Template, entry.Revision, TemplateText.Write(entry.Template));
        else draft = null;
    }

    void Begin(Template template, int of, string kept)
    {
        (draft, revision, saved, theirs, typed) = (template, of, kept, null, false);
        errors.Clear();
        unfit.Clear();
        Look();
    }

    void Change(Template template)
    {
        draft = template;
        Look();
    }

    void Look()
    {
        findings = TemplateFindings.Of(draft!, Cluster.ScriptsMayBeRoot);
        edited = TemplateText.Write(draft!) != saved;
    }

    /// <summary>Somebody may have changed it meanwhile: who has changed nothing simply sees it, others are told.</summary>
    void See()
    {
        if (fresh || busy || draft is null) return;
        var now = Catalogue.Entry(draft.Key);
        if (now?.Revision == revision) theirs = null;
        else if (!Changed && now is not null && code is null) Load();
        else theirs = now is null ? "Somebody removed this game meanwhile. Saved, it is there again." : "Somebody else changed this game meanwhile.";
    }

    void LoadTheirs()
    {
        Turn(TemplatePart.General);
        Load();
    }

    void KeepMine() => (revision, theirs) = (Catalogue.Entry(draft!.Key)?.Revision ?? 0, null);

    async Task ShowAsync(TemplatePart next)
    {
        if (next != part && await TakeAsync()) Turn(next);
    }

    // a text editor that is not shown any more is not asked any more
    void Turn(TemplatePart next) => (part, typed, code) = (next, false, null);

    /// <summary>Takes over what stands in the text editor.</summary>
    /// <returns>Whether all that was typed can be read.</returns>
    async Task<bool> TakeAsync()
    {
        if (unfit.Any)
        {
            errors.Put("template", "A number is not in its range. Nothing is saved before it is put right.");
            return false;
        }
        if (code is null || !typed) return true;
        Template? taken = null;
        if (!await Feedback.TryAsync(async () => taken = await code.ReadAsync(draft!), errors)) return false;
        // servers and the database know it by its key
        if (!fresh && taken!.Key != draft!.Key) errors.Put("code", "The key cannot be changed. Make a copy for another one.");
        else Change(taken!);
        return errors["code"] is null;
    }

    async Task SaveAsync()
    {
        if (busy || draft is null || !await TakeAsync()) return;
        if (fresh && Catalogue.Find(draft.Key) is { } other)
        {
            errors.Put("key", $"{other.Name} has this key.");
            Turn(TemplatePart.General);
            return;
        }
        busy = true;
        if (await Feedback.TryAsync(async () => await Edit.SaveAsync(await Me.GetAsync(), draft, revision, CancellationToken.None), errors))
        {
            (revision, saved, theirs, typed) = (Catalogue.Entry(draft.Key)?.Revision ?? 0, TemplateText.Write(draft), null, false);
            Look();
            if (code is not null) await code.KeepAsync(revision);
            Feedback.Done(fresh ? $"{draft.Name} is in the catalogue." : "Saved. Servers follow at their next start.");
            if (fresh)
            {
                (fresh, leaving) = (false, true);
                Navigation.NavigateTo($"admin/templates/{Uri.EscapeDataString(draft.Key)}", replace: true);
            }
        }
        else if (fields.FirstOrDefault(pair => pair.Value.Any(field => errors[field] is not null)) is { Value: not null } place && !FaultIn(part))
        {
            Turn(place.Key);
        }
        busy = false;
    }

    /// <summary>Takes over what a template of AMP knows of the game; it has still to be saved.</summary>
    async Task TrackAsync(InputFileChangeEventArgs picked) => await Feedback.TryAsync(async () =>
    {
        if (Changed) throw new ConflictException("Save first what you have changed.");
        var files = new List<EggFile>();
        foreach (var file in picked.GetMultipleFiles(MaxAmpFiles))
        {
            await using var content = file.OpenReadStream(MaxAmpBytes, Closing);
            files.AddRange(await TemplateSources.ReadAsync(file.Name, content, Closing));
        }
        var preview = Tracking.Preview(await Me.GetAsync(), draft!.Key, files);
        if (preview.Faults.Count > 0) errors.Put("players", string.Join(' ', preview.Faults));
        Change(preview.Template);
        Feedback.Done(preview.Changes.Count == 0 ? "There is nothing new in it." : $"Taken over: {string.Join(", ", preview.Changes.Select(change => change.Place))}. Look at it, then save.");
    }, errors);

    async Task TryAsync() => await Dialogs.OpenAsync<TryDialog>(
        $"Try {draft!.Name}", new() { [nameof(TryDialog.Template)] = draft }, new() { Width = "min(44rem, calc(100vw - 2rem))", CloseDialogOnOverlayClick = false });

    bool FaultIn(TemplatePart known) => fields[known].Any(field => errors[field] is not null);

    static string NameOf(TemplatePart part) => part switch { TemplatePart.Install => "Install script", TemplatePart.Files => "Config files", TemplatePart.Json => "JSON", _ => part.ToString() };

    async Task LeaveAsync(LocationChangingContext context)
    {
        if (leaving || !Changed) leaving = false;
        else if (!await Dialogs.AskAsync(new("Leave without saving?", "What you changed in this game is lost then.", "Leave"))) context.PreventNavigation();
    }
}
