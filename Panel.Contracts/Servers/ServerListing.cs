namespace Panel.Contracts.Servers;

/// <summary>Which of all servers a list shows, and where it goes on.</summary>
public sealed record ServerListFilter
{
    /// <summary>Part of the name, in any case; null for all.</summary>
    public string? Text { get; init; }
    /// <summary>Part of the owner's mail address, in any case; null for all.</summary>
    public string? Owner { get; init; }
    /// <summary>The key of the template, or null for all.</summary>
    public string? Template { get; init; }
    /// <summary>What it is doing, or null for all.</summary>
    public ServerPhase? Phase { get; init; }
    /// <summary>The address of the node it runs on, or null for all.</summary>
    public string? Node { get; init; }
    /// <summary>What <see cref="ServerListPage.Next"/> said on the page before; null for the first page.</summary>
    public string? After { get; init; }
}

/// <summary>A line of the list of all servers.</summary>
/// <param name="Row">The server.</param>
/// <param name="OwnerId">The account that owns it.</param>
/// <param name="Node">The address of the node it runs on; null while it runs on none.</param>
public sealed record ListedServer(ServerRow Row, string OwnerId, string? Node);

/// <summary>A page of servers, by name.</summary>
/// <param name="Rows">The servers; there may be fewer than a page has room for, and more behind them.</param>
/// <param name="Next">Where the next page begins, for <see cref="ServerListFilter.After"/>; null when this is the last.</param>
public sealed record ServerListPage(IReadOnlyList<ListedServer> Rows, string? Next);
