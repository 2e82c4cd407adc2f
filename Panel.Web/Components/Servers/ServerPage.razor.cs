using Microsoft.AspNetCore.Components;
using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Web.Components.Accounts;

namespace Panel.Web.Components.Servers;

/// <summary>The parts of a server's page.</summary>
public enum ServerTab
{
    /// <summary>What it prints, and the line to type in.</summary>
    Console,
    /// <summary>What is in its volume.</summary>
    Files,
    /// <summary>Who is let in.</summary>
    People,
    /// <summary>What happened to it.</summary>
    Activity,
    /// <summary>What it is called, what it starts with, and how it goes away.</summary>
    Settings,
}

/// <summary>One server: its state at the top, and the part of it that the address names.</summary>
public sealed partial class ServerPage
{
    const string MissingTitle = "There is no such server", MissingText = "It was deleted, or it belongs to somebody else.";

    ServerView? view;
    ServerId id;
    bool missing;
    string? lost;
    static readonly (ServerTab Tab, string Icon)[] tabs =
        [(ServerTab.Console, "terminal"), (ServerTab.Files, "folder"), (ServerTab.People, "users"), (ServerTab.Activity, "history"), (ServerTab.Settings, "settings")];

    /// <summary>The server.</summary>
    [Parameter] public string Id { get; set; } = "";

    /// <summary>The part.</summary>
    [Parameter] public string? Tab { get; set; }

    // there while the page is made for a request, and not in a circuit
    [CascadingParameter] HttpContext? Context { get; set; }

    [SupplyParameterFromQuery(Name = "path")] string? Path { get; set; }

    [SupplyParameterFromQuery(Name = "line")] string? Line { get; set; }

    // whoever may not read the console begins with what they may
    ServerTab Shown => Enum.TryParse<ServerTab>(Tab, ignoreCase: true, out var tab) && Enum.IsDefined(tab) ? tab : tabs.Select(part => part.Tab).FirstOrDefault(May);

    bool May(ServerTab tab) => view is { Row.Allowed: var allowed } && tab switch
    {
        ServerTab.Console => allowed.Contains(ServerPermissions.ReadConsole),
        ServerTab.Files => allowed.Contains(ServerPermissions.ListFiles),
        ServerTab.People => view.Joined || allowed.Contains(ServerPermissions.ReadMembers),
        ServerTab.Activity => allowed.Contains(ServerPermissions.ReadActivity),
        _ => settings.Overlaps(allowed),
    };

    static readonly HashSet<string> settings = [ServerPermissions.ReadStartup, .. ServerPermissions.Catalogue.Where(permission => permission.Group is PermissionGroup.Settings or PermissionGroup.Delete).Select(permission => permission.Key)];

    string Link(ServerTab tab) => tab is ServerTab.Console ? $"servers/{Id}" : $"servers/{Id}/{tab.ToString().ToLowerInvariant()}";

    string? Current(ServerTab tab) => Shown == tab ? "page" : null;

    /// <summary>What the page came with, so that it does not vanish while the live page loads.</summary>
    [PersistentState] public ServerView? First { get; set; }

    protected override async Task OnParametersSetAsync()
    {
        if (!ServerId.TryParse(Id, null, out var wanted))
        {
            Miss();
            return;
        }
        if (wanted == id) return;
        var first = id == default;
        id = wanted;
        view = First is { } came && came.Row.Id == id ? came : null;
        var me = await Me.GetAsync();
        if (first) FollowQuietly(cancellation => Following.RunAsync(me, cancellation), changed => changed.Contains(id) ? ReadAsync() : Task.CompletedTask);
        await ReadAsync();
        First = view;
    }

    void Miss()
    {
        // only who was let in by somebody can be let out again
        (missing, lost, view) = (true, view is { Joined: true, Row.Phase: not ServerPhase.Deleting } ? view.Row.Name : null, null);
        if (Context is not { Response.HasStarted: false }) return;
        Context.Response.StatusCode = StatusCodes.Status404NotFound;
        Context.Features.Set(new Missing(MissingTitle, MissingText));
    }

    async Task ReadAsync()
    {
        try
        {
            view = await Queries.FindAsync(await Me.GetAsync(), id, Closing);
            missing = false;
        }
        catch (NotFoundException)
        {
            // who deleted it is on the way to the list; another is told here. To lead them there would be a call into a browser that may be gone for good
            Miss();
        }
        StateHasChanged();
    }
}
