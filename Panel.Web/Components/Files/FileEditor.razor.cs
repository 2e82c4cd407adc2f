using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Panel.Contracts.Files;
using Panel.Contracts.Servers;
using Panel.Core.Errors;
using Panel.Core.Files;
using Panel.Web.Components.Live;
using FileOptions = Panel.Core.Files.FileOptions;

namespace Panel.Web.Components.Files;

/// <summary>
/// Edits one file. Its bytes come back as they were, but for what was edited; a file that changed underneath is never written over
/// without being asked.
/// </summary>
public sealed partial class FileEditor
{
    CodeEditor? editor;
    TextFile? text;
    FileVersion version;
    (byte[] Bytes, string Why)? peek;
    string? problem, language;
    bool typed, saving, saved, leaving;

    /// <summary>The server.</summary>
    [Parameter, EditorRequired] public ServerId ServerId { get; set; }

    /// <summary>The file.</summary>
    [Parameter, EditorRequired] public string Path { get; set; } = "";

    /// <summary>The address to go back to.</summary>
    [Parameter, EditorRequired] public string Close { get; set; } = "";

    /// <summary>The address of the file's bytes.</summary>
    [Parameter, EditorRequired] public string DownloadLink { get; set; } = "";

    /// <summary>The line that is shown first; null for the beginning.</summary>
    [Parameter] public int? Line { get; set; }

    /// <summary>Where the file is.</summary>
    [Parameter] public RenderFragment? Trail { get; set; }

    /// <summary>Why nothing can be saved; null when it can.</summary>
    [Parameter] public string? Locked { get; set; }

    string Name => FileNames.Shown(Path[(Path.LastIndexOf('/') + 1)..]);

    string State => saving ? "Saving…" : Changed ? "Unsaved changes" : saved ? "Saved" : "";

    bool Changed => typed || recoded;

    /// <inheritdoc/>
    protected override Task OnInitializedAsync() => RendererInfo.IsInteractive ? OpenAsync() : Task.CompletedTask;

    async Task OpenAsync()
    {
        (problem, peek, text, filled) = (null, null, null, false);
        try
        {
            var actor = await Me.GetAsync();
            account = actor.UserId;
            if (!looked) (looked, form) = (true, await FindFormAsync(actor));
            try { Take(await Reading.RunAsync(actor, ServerId, Path, Closing)); }
            catch (InvalidFieldException)
            {
                peek = (await Reading.PeekAsync(actor, ServerId, Path, Closing), $"{Name} is larger than the 10 MiB that the editor opens; this is its beginning. Download it, edit it, and upload it again.");
            }
        }
        catch (OperationCanceledException) when (Closing.IsCancellationRequested) { return; }
        catch (PanelException refusal) { problem = refusal.Message; }
        catch (Exception failure) { problem = Feedback.Report(Log, failure); }
    }

    void Take(FileContent content)
    {
        version = content.Version;
        (text, bytes, recoded, draft) = (TextFile.Read(content.Content), content.Content.Length, false, null);
        if (text is null) peek = (content.Content[..Math.Min(content.Content.Length, FileOptions.PeekBytes)], $"{Name} is no text: an editor would damage it. These are its first bytes.");
    }

    async Task FillAsync() => await Feedback.TryAsync(async () =>
    {
        language = FileLanguage.Of(Name, text!.Bytes.Span);
        await editor!.LoadAsync(text.Bytes, language, $"{account} {ServerId} {Path}", version.Value, Closing);
        text = text with { Bytes = default };    // the browser has it now
        if (written.Keys.Count > 0) await editor.MarkAsync(written);
        filled = true;
        if (asForm || wantsForm) await ReadFormAsync();
        wantsForm = false;
        if (Line is { } line) await editor.RevealAsync(line);
    });

    void Typed(bool now) => (typed, saved) = (now, saved && !now);

    async Task SaveAsync()
    {
        if (editor is null || saving || !Changed || Locked is not null || faults > 0) return;
        saving = true;
        await Feedback.TryAsync(async () =>
        {
            var mine = text!.With(await ReadEditorAsync());
            try { await WriteAsync(mine, version); }
            catch (ConflictException refusal) { await ResolveAsync(mine, refusal); }
            catch (NotFoundException refusal) { await ResolveAsync(mine, refusal); }
        });
        saving = false;
    }

    async Task<byte[]> ReadEditorAsync()
    {
        try { return await editor!.ReadAsync(FileOptions.EditorBytes, Closing); }
        catch (ArgumentOutOfRangeException) { throw new InvalidFieldException("content", "The text is larger than the editor saves. Upload it as a file."); }
    }

    async Task WriteAsync(byte[] content, FileVersion? expected)
    {
        version = await Writing.RunAsync(await Me.GetAsync(), ServerId, Path, content, expected, Closing);
        await editor!.KeepAsync(version.Value);
        (saved, recoded, draft, bytes) = (true, false, null, content.Length);
        if (comparing is Comparing.Theirs) await PartAsync();
    }

    /// <summary>Finds out whether the file changed underneath, and asks which content stays.</summary>
    async Task ResolveAsync(byte[] mine, PanelException refusal)
    {
        FileContent? theirs;
        try { theirs = await Reading.RunAsync(await Me.GetAsync(), ServerId, Path, Closing); }
        catch (NotFoundException) { theirs = null; }
        if (theirs?.Version == version) throw refusal;    // the file is as it was: something else forbids the write

        switch (await Dialogs.AskConflictAsync(Name, gone: theirs is null))
        {
            case ConflictAnswer.Mine:
                await WriteAsync(mine, theirs?.Version ?? FileVersion.Absent);
                break;
            case ConflictAnswer.Theirs when theirs is null:
                leaving = true;
                Navigation.NavigateTo(Close);
                break;
            case ConflictAnswer.Theirs:
                await editor!.ForgetAsync();
                Take(theirs);
                if (text is not null) await FillAsync();
                else typed = false;
                break;
            case ConflictAnswer.Both:
                if (TextFile.Read(theirs!.Content) is not { } other) throw new ConflictException("What is there now is no text that the editor can show.");
                // what is saved from here on has seen theirs
                version = theirs.Version;
                asForm = false;
                await editor!.CompareAsync(other.Bytes, Closing);
                comparing = Comparing.Theirs;
                break;
        }
    }

    async Task LeaveAsync(LocationChangingContext context)
    {
        if (!Changed || leaving) return;
        var leave = await Dialogs.AskAsync(new("Leave without saving?", $"The changes in {Name} are lost then.", "Leave"));
        if (!leave) context.PreventNavigation();
        else if (editor is not null) await Feedback.TryAsync(async () => await editor.ForgetAsync());
    }
}
