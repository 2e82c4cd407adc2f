using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Panel.Contracts.Templates;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Templates;
using Panel.Web.Components.Live;

namespace Panel.Web.Components.Admin.Templates;

/// <summary>Takes eggs over: from an address, files or a paste to a preview, and from there, with one button, into the catalogue.</summary>
public sealed partial class ImportPage
{
    const int MaxFiles = 500;

    readonly FieldErrors errors = new();
    readonly HashSet<ImportPreview> chosen = [];
    CancellationTokenSource? patience;
    IReadOnlyList<ImportPreview>? previews;
    IReadOnlyList<string>? imported;
    string? working, source;
    string address = "";

    /// <summary>The template that is brought up to a newer egg; null for whichever came from the same egg.</summary>
    [SupplyParameterFromQuery(Name = "into")] string? IntoKey { get; set; }

    Template? Into => Catalogue.Find(IntoKey);

    string Action => previews is [{ Older: true }] ? "Go back to this older egg" : previews is [{ Into: not null }] ? "Update" : chosen.Count > 1 || previews is { Count: > 1 } ? $"Import {chosen.Count}" : "Import";

    protected override void OnInitialized()
    {
        if (Catalogue.Entry(IntoKey)?.Source is { } known) address = known;
    }

    Task FetchAsync(string from)
    {
        address = from.Trim();
        return PreviewAsync("Fetching…", nameof(ImportTemplateRequest.Address), address, (actor, cancellation) =>
            address.Length == 0 ? throw new InvalidFieldException(nameof(ImportTemplateRequest.Address), "Give an address.") : Import.PreviewAsync(actor, new() { Address = address, Into = Into?.Key }, cancellation));
    }

    Task PasteAsync(string text) => PreviewAsync("Reading…", nameof(ImportTemplateRequest.Text), null, (actor, cancellation) => Import.PreviewAsync(actor, new() { Text = text, Into = Into?.Key }, cancellation));

    Task FilesAsync(InputFileChangeEventArgs picked) => PreviewAsync("Reading…", "Files", null, async (actor, cancellation) =>
    {
        if (picked.FileCount > MaxFiles) throw new ConflictException($"At most {MaxFiles} files at once. Put them into an archive.");
        if (picked.GetMultipleFiles(MaxFiles).Sum(file => file.Size) is > TemplateSources.MaxBytes) throw new ConflictException($"At most {ByteSize.Text(TemplateSources.MaxBytes)} at once.");
        var files = new List<EggFile>();
        foreach (var (place, file) in picked.GetMultipleFiles(MaxFiles).Index())
        {
            await InvokeAsync(() =>
            {
                working = picked.FileCount > 1 ? $"Reading {place + 1} of {picked.FileCount}…" : $"Reading {ByteSize.Text(file.Size)}…";
                StateHasChanged();
            });
            await using var content = file.OpenReadStream(TemplateSources.MaxBytes, cancellation);
            files.AddRange(await TemplateSources.ReadAsync(file.Name, content, cancellation));
        }
        return await Import.PreviewAsync(actor, files, Into?.Key, cancellation);
    });

    /// <summary>Shows what would be imported; what cannot be read is told beside the field it came from.</summary>
    async Task PreviewAsync(string words, string field, string? from, Func<Actor, CancellationToken, Task<IReadOnlyList<ImportPreview>>> read)
    {
        if (working is not null) return;
        errors.Clear();
        working = words;
        patience = CancellationTokenSource.CreateLinkedTokenSource(Closing);
        try
        {
            var actor = await Me.GetAsync();
            var cancellation = patience.Token;
            var found = await Task.Run(() => read(actor, cancellation), cancellation);   // hundreds of eggs at once would hold up the page
            if (found is [{ Fault: { } fault }])
            {
                errors.Put(field, fault);
                return;
            }
            (previews, source) = (found, from);
            chosen.UnionWith(EggTable.Best(found).Where(preview => found.Count == 1 || preview.Into is null || !preview.Older && preview.Changes.Any(change => change.Outcome is MergeOutcome.Taken)));
        }
        catch (OperationCanceledException) { errors.Clear(); }
        catch (InvalidFieldException refusal) { errors.Put(field, string.Join(' ', refusal.Errors.SelectMany(broken => broken.Value))); }
        catch (PanelException refusal) { errors.Put(field, refusal.Message); }
        catch (IOException) { errors.Put(field, "The file could not be read from the browser."); }
        catch (Exception failure) { errors.Put(field, Feedback.Report(Log, failure)); }
        finally
        {
            patience.Dispose();
            (patience, working) = (null, null);
        }
    }

    void Choose(ImportPreview preview, IReadOnlySet<string> theirs)
    {
        errors.Clear();
        try
        {
            var taking = preview.Taking(theirs);
            previews = [taking];
            chosen.Clear();
            chosen.Add(taking);
        }
        catch (ConflictException refusal) { errors.Put("", refusal.Message); }
    }

    void Cancel() => patience?.Cancel();

    async Task ImportAsync()
    {
        if (working is not null) return;
        errors.Clear();
        working = "Importing…";
        try
        {
            imported = await Import.RunAsync(await Me.GetAsync(), [.. previews!.Where(chosen.Contains)], source, CancellationToken.None);
        }
        catch (PanelException refusal) { errors.Put("", refusal.Message); }
        catch (Exception failure) { errors.Put("", Feedback.Report(Log, failure)); }
        finally { working = null; }
    }

    async Task ShowAsync(ImportPreview preview) => await Dialogs.OpenAsync<EggPreview>(
        preview.Template?.Name ?? preview.Name, new() { [nameof(EggPreview.Preview)] = preview }, new() { Width = "min(56rem, calc(100vw - 2rem))", CloseDialogOnEsc = true });

    void Reset()
    {
        (previews, imported) = (null, null);
        chosen.Clear();
        errors.Clear();
    }
}
