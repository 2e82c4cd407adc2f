using Microsoft.AspNetCore.Components;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;

namespace Panel.Web.Components.Servers;

/// <summary>The parts of a server's page.</summary>
public enum ServerTab
{
    /// <summary>What it prints, and the line to type in.</summary>
    Console,
    /// <summary>What is in its volume.</summary>
    Files,
    /// <summary>What it is called, what it starts with, and how it goes away.</summary>
    Settings,
}

/// <summary>One server: its state at the top, and the part of it that the address names.</summary>
public sealed partial class ServerPage
{
    ServerView? view;
    ServerId id;
    bool missing;

    /// <summary>The server.</summary>
    [Parameter] public string Id { get; set; } = "";

    /// <summary>The part.</summary>
    [Parameter] public string? Tab { get; set; }

    [SupplyParameterFromQuery(Name = "path")] string? Path { get; set; }

    ServerTab Shown => Enum.TryParse<ServerTab>(Tab, ignoreCase: true, out var tab) && Enum.IsDefined(tab) ? tab : ServerTab.Console;

    string? Current(ServerTab tab) => Shown == tab ? "page" : null;

    /// <summary>What the page came with, so that it does not vanish while the live page loads.</summary>
    [PersistentState] public ServerView? First { get; set; }

    protected override async Task OnParametersSetAsync()
    {
        if (!ServerId.TryParse(Id, null, out var wanted))
        {
            missing = true;
            return;
        }
        if (wanted == id) return;
        var first = id == default;
        id = wanted;
        view = First is { } came && came.Row.Id == id ? came : null;
        var me = await Me.GetAsync();
        if (first) FollowQuietly(cancellation => Queries.FollowAsync(me, cancellation), changed => changed.Contains(id) ? ReadAsync(me) : Task.CompletedTask);
        await ReadAsync(me);
        First = view;
    }

    async Task ReadAsync(Actor me)
    {
        try
        {
            view = await Queries.FindAsync(me, id, Closing);
            missing = false;
        }
        catch (NotFoundException)
        {
            // it went while somebody looked: the list is where they want to be
            if (view?.Row.Phase is ServerPhase.Deleting) Navigation.NavigateTo("servers");
            else missing = true;
        }
        StateHasChanged();
    }
}
