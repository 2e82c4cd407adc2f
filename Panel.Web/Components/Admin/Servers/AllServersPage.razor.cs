using Microsoft.AspNetCore.Components;
using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Servers;

namespace Panel.Web.Components.Admin.Servers;

/// <summary>All servers, page by page, and what is done to many of them at once. What those on the page do shows as it happens.</summary>
public sealed partial class AllServersPage
{
    readonly Dictionary<ServerId, string> chosen = [];
    ServerListPage? page;
    IReadOnlyList<string> nodes = [];
    bool manages;

    [SupplyParameterFromQuery(Name = "q")] string? Text { get; set; }
    [SupplyParameterFromQuery(Name = "owner")] string? Owner { get; set; }
    [SupplyParameterFromQuery(Name = "game")] string? Game { get; set; }
    [SupplyParameterFromQuery(Name = "phase")] string? Phase { get; set; }
    [SupplyParameterFromQuery(Name = "node")] string? Node { get; set; }
    [SupplyParameterFromQuery(Name = "after")] string? After { get; set; }

    ServerPhase? Wanted => Enum.TryParse<ServerPhase>(Phase, ignoreCase: true, out var phase) && Enum.IsDefined(phase) ? phase : null;

    bool All => page is { Rows.Count: > 0 } && page.Rows.All(listed => chosen.ContainsKey(listed.Row.Id));

    protected override async Task OnInitializedAsync()
    {
        var me = await Me.GetAsync();
        manages = me.May(PanelPermissions.ManageServers);
        FollowQuietly(cancellation => Following.RunAsync(me, cancellation), ApplyAsync);
    }

    protected override Task OnParametersSetAsync() => ReadAsync();

    async Task ReadAsync()
    {
        nodes = Listing.Nodes();
        page = await Listing.ListAsync(await Me.GetAsync(), new() { Text = Text, Owner = Owner, Template = Game, Phase = Wanted, Node = Node, After = After }, Closing);
    }

    // those that are shown are read again where they stand; a list that moved under the hand that chooses would be worse than an old filter
    async Task ApplyAsync(IReadOnlyCollection<ServerId> changed)
    {
        if (page is null || page.Rows.Select(listed => listed.Row.Id).Where(changed.Contains).ToList() is not { Count: > 0 } mine) return;
        var fresh = (await Queries.ListAsync(await Me.GetAsync(), mine, Closing)).ToDictionary(row => row.Id);
        page = page with { Rows = [.. page.Rows.Where(listed => !mine.Contains(listed.Row.Id) || fresh.ContainsKey(listed.Row.Id)).Select(listed => fresh.TryGetValue(listed.Row.Id, out var row) ? listed with { Row = row, Node = Listing.NodeOf(row.Id) } : listed)] };
        StateHasChanged();
    }

    void Choose(ServerRow row, bool on)
    {
        if (on) chosen[row.Id] = row.Name;
        else chosen.Remove(row.Id);
    }

    void ChooseAll(bool on)
    {
        foreach (var listed in page!.Rows) Choose(listed.Row, on);
    }

    // every change of a filter begins at the first page
    void Go((string Name, string? Value) change)
    {
        var query = new Dictionary<string, object?> { ["after"] = null, [change.Name] = string.IsNullOrWhiteSpace(change.Value) ? null : change.Value };
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(query));
    }
}
