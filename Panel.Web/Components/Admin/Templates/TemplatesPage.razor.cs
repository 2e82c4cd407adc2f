using Microsoft.AspNetCore.Components;
using Panel.Contracts.Templates;
using Panel.Core.Templates;
using Panel.Web.Components.Live;

namespace Panel.Web.Components.Admin.Templates;

/// <summary>All templates, for whoever may change them; what others change is seen at once.</summary>
public sealed partial class TemplatesPage
{
    /// <summary>Up to so many rows are simply drawn: find-in-page works on them, and a page comes with them already in it.</summary>
    public const int Plain = 30;

    IReadOnlyDictionary<string, string> roles = new Dictionary<string, string>();
    IReadOnlyList<TemplateRow>? rows;
    List<TemplateRow> shown = [];
    List<string> tags = [];

    [SupplyParameterFromQuery(Name = "q")] string? Text { get; set; }
    [SupplyParameterFromQuery(Name = "tag")] string? Tag { get; set; }
    [SupplyParameterFromQuery(Name = "origin")] string? Origin { get; set; }

    TemplateFilter Filter => new(Text, Tag, Enum.TryParse<TemplateSource>(Origin, ignoreCase: true, out var source) && Enum.IsDefined(source) ? source : null);

    protected override async Task OnInitializedAsync()
    {
        roles = await Queries.RolesAsync(await Me.GetAsync(), Closing);
        await ReadAsync();
        FollowQuietly(Stored.FollowAsync, async _ =>
        {
            await ReadAsync();
            StateHasChanged();
        });
    }

    protected override void OnParametersSet() => shown = Filter.Apply(rows ?? []);

    async Task ReadAsync()
    {
        rows = await Queries.ListAsync(await Me.GetAsync(), Closing);
        tags = TemplateFilter.Tags(rows.Select(row => row.Entry.Template));
        shown = Filter.Apply(rows);
    }

    void Search(string? text) => Go("q", text);

    void Go(string name, string? value) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter(name, string.IsNullOrWhiteSpace(value) ? null : value), replace: true);

    async Task OfferAsync(TemplateRow row)
    {
        var entry = row.Entry;
        await Dialogs.OpenAsync<OfferDialog>(
            $"Who is offered {entry.Template.Name}?",
            new()
            {
                [nameof(OfferDialog.Roles)] = roles,
                [nameof(OfferDialog.Request)] = new OfferTemplateRequest { Hidden = entry.Hidden, Roles = [.. entry.Roles] },
                [nameof(OfferDialog.Save)] = (Func<OfferTemplateRequest, Task>)(async request => await Edit.OfferAsync(await Me.GetAsync(), entry.Template.Key, request, CancellationToken.None)),
            },
            new() { Width = "min(28rem, calc(100vw - 2rem))", CloseDialogOnEsc = true });
        await ReadAsync();
    }

    async Task RemoveAsync(TemplateRow row)
    {
        var (name, reverts) = (row.Entry.Template.Name, row.Entry.Replaces);
        var question = reverts
            ? new Question($"Undo what was changed in {name}?", "The template that ships with Panel counts again. Servers follow it at their next start.", "Undo changes")
            : new Question($"Remove {name}?", "The template goes for good, with the egg it came from. Templates that servers are made from cannot be removed.", "Remove");
        if (!await Dialogs.AskAsync(question)) return;
        if (await Feedback.TryAsync(async () => await Edit.RemoveAsync(await Me.GetAsync(), row.Entry.Template.Key, CancellationToken.None))) Feedback.Done(reverts ? $"{name} is as it ships." : $"{name} is removed.");
        await ReadAsync();
    }
}
