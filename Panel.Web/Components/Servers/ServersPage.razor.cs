using Microsoft.AspNetCore.Components;
using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;

namespace Panel.Web.Components.Servers;

/// <summary>The servers of a person and those that were shared with them, or all of them for whoever sees all. What changes is read again row by row.</summary>
public sealed partial class ServersPage
{
    /// <summary>More changes than these are read as a whole list.</summary>
    const int Many = 100;

    List<ServerRow>? rows;
    List<ServerRow> shown = [];
    bool makes;
    string? me;

    [SupplyParameterFromQuery(Name = "q")] string? Text { get; set; }
    [SupplyParameterFromQuery(Name = "phase")] string? Phase { get; set; }

    /// <summary>The rows that the page came with, so that they do not vanish while the live page loads.</summary>
    [PersistentState] public List<ServerRow>? First { get; set; }

    ServerFilter Filter => ServerFilter.From(Text, Phase);
    string Count => Filter.Active ? $"{shown.Count} of {rows!.Count}" : $"{rows!.Count}";

    protected override async Task OnInitializedAsync()
    {
        if (First is not null) Show(First);
        var actor = await Me.GetAsync();
        (me, makes) = (actor.Name, actor.May(PanelPermissions.CreateServers));
        if (RendererInfo.IsInteractive)
        {
            FollowQuietly(cancellation => Following.RunAsync(actor, cancellation), ApplyAsync);   // tells of all servers first
            return;
        }
        Show([.. await Queries.ListAsync(actor, Closing)]);
        First = rows!.Count <= ServerList.Plain ? rows : null;
    }

    protected override void OnParametersSet() => Sift();

    async Task ApplyAsync(IReadOnlyCollection<ServerId> changed)
    {
        var actor = await Me.GetAsync();
        makes = actor.May(PanelPermissions.CreateServers);
        if (rows is null || changed.Count > Many)
        {
            Show([.. await Queries.ListAsync(actor, Closing)]);
        }
        else
        {
            var fresh = (await Queries.ListAsync(actor, changed, Closing)).ToDictionary(row => row.Id);
            var gone = changed.Where(id => !fresh.ContainsKey(id)).ToHashSet();
            var next = rows.Where(row => !gone.Contains(row.Id)).Select(row => fresh.Remove(row.Id, out var now) ? now : row).ToList();
            next.AddRange(fresh.Values);
            Show(next);
        }
        StateHasChanged();
    }

    void Show(List<ServerRow> list)
    {
        rows = list;
        Sift();
    }

    void Sift() => shown = rows is null ? [] : Filter.Apply(rows);

    void Navigate(string? text, string? phase) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>
    {
        ["q"] = string.IsNullOrEmpty(text) ? null : text,
        ["phase"] = string.IsNullOrEmpty(phase) ? null : phase.ToLowerInvariant(),
    }), replace: true);
}
