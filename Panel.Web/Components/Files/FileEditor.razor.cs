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
    (string Title, string Text)? refused;
    string? problem;
    bool dirty, saving, saved, leaving;

    /// <summary>The server.</summary>
    [Parameter, EditorRequired] public ServerId ServerId { get; set; }

    /// <summary>The file.</summary>
    [Parameter, EditorRequired] public string Path { get; set; } = "";

    /// <summary>The address to go back to.</summary>
    [Parameter, EditorRequired] public string Close { get; set; } = "";

    /// <summary>The address of the file's bytes.</summary>
    [Parameter, EditorRequired] public string DownloadLink { get; set; } = "";

    /// <summary>Where the file is.</summary>
    [Parameter] public RenderFragment? Trail { get; set; }

    /// <summary>Why nothing can be saved; null when it can.</summary>
    [Parameter] public string? Locked { get; set; }

    string Name => FileNames.Shown(Path[(Path.LastIndexOf('/') + 1)..]);

    string State => saving ? "Saving…" : dirty ? "Unsaved changes" : saved ? "Saved" : "";

    string Kind => string.Join(" · ", ((string?[])
    [
        text!.Marked ? "UTF-8 with mark" : "UTF-8",
        text.Ends switch { LineEnds.CrLf => "CRLF", LineEnds.Mixed => "mixed line ends", _ => "LF" },
    ]).OfType<string>());

    /// <inheritdoc/>
    protected override Task OnInitializedAsync() => RendererInfo.IsInteractive ? OpenAsync() : Task.CompletedTask;

    async Task OpenAsync()
    {
        (problem, refused, text) = (null, null, null);
        try
        {
            Take(await Reading.RunAsync(await Me.GetAsync(), ServerId, Path, Closing));
        }
        catch (OperationCanceledException) when (Closing.IsCancellationRequested) { return; }
        catch (InvalidFieldException refusal) { refused = ($"{Name} is too large for the editor", $"{refusal.Message} Download it, edit it, and upload it again."); }
        catch (PanelException refusal) { problem = refusal.Message; }
        catch (Exception failure) { problem = Feedback.Report(Log, failure); }
    }

    void Take(FileContent content)
    {
        version = content.Version;
        text = TextFile.Read(content.Content, out var fault);
        if (text is not null) return;
        refused = fault is TextFault.Binary
            ? ($"{Name} is no text", "It holds bytes that an editor would damage.")
            : ($"{Name} is not in UTF-8", "Its text is in another encoding, which the editor would damage. Convert it to UTF-8 to edit it here.");
    }

    async Task FillAsync() => await Feedback.TryAsync(() => editor!.LoadAsync(text!.Bytes, FileLanguage.Of(Name), Closing));

    void Dirtied(bool now) => (dirty, saved) = (now, saved && !now);

    async Task SaveAsync()
    {
        if (editor is null || saving || !dirty) return;
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
        await editor!.KeepAsync();
        saved = true;
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
                Take(theirs);
                if (text is not null) await editor!.LoadAsync(text.Bytes, FileLanguage.Of(Name), Closing);
                else dirty = false;
                break;
        }
    }

    async Task LeaveAsync(LocationChangingContext context)
    {
        if (!dirty || leaving) return;
        var leave = await Dialogs.AskAsync(new("Leave without saving?", $"The changes in {Name} are lost then.", "Leave"));
        if (!leave) context.PreventNavigation();
    }
}
