using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Errors;

namespace Panel.Core.Servers;

/// <summary>Reads all servers page by page, for those who look after them. A page is found by the last name of the page before.</summary>
public sealed class ServerListing(IDbContextFactory<PanelDb> databases, ServerQueries queries, ObservedServers observed)
{
    /// <summary>How many servers a page has at most.</summary>
    public const int PageSize = 50;

    // what a server does is seen and not stored: to find those of a phase, rows are read and sifted, so many for one page
    const int Stretch = 500, Stretches = 10;

    /// <summary>One page.</summary>
    /// <exception cref="ForbiddenException">The actor may not see the servers of others.</exception>
    public async Task<ServerListPage> ListAsync(Actor actor, ServerListFilter filter, CancellationToken cancellation)
    {
        if (!actor.May(PanelPermissions.ManageServers)) actor.Require(PanelPermissions.ReadServers);
        var sifted = filter.Phase is not null || !string.IsNullOrEmpty(filter.Node);
        var most = sifted ? Stretch : PageSize + 1;
        var found = new List<ListedServer>();
        var after = ServerKey.Parse(filter.After);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        for (var stretch = 0; stretch < (sifted ? Stretches : 1); stretch++)
        {
            var keys = await KeysAsync(db, filter, after, most, cancellation);
            var rows = (await queries.ListAsync(actor, [.. keys.Select(key => key.Id)], cancellation)).ToDictionary(row => row.Id);
            foreach (var key in keys)
            {
                if (!rows.TryGetValue(key.Id, out var row)) continue;   // it was removed meanwhile
                var listed = new ListedServer(row, key.OwnerId, NodeOf(key.Id));
                if ((filter.Phase is not null && row.Phase != filter.Phase) || (!string.IsNullOrEmpty(filter.Node) && listed.Node != filter.Node)) continue;
                if (found.Count == PageSize) return new(found, after!.ToString());
                found.Add(listed);
                after = key;
            }
            if (keys.Count < most) return new(found, null);
            after = keys[^1];
        }
        return new(found, after?.ToString());
    }

    /// <summary>The addresses of the nodes that servers run on.</summary>
    public IReadOnlyList<string> Nodes() => [.. observed.Ids.Select(NodeOf).OfType<string>().Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The address of the node that a server runs on; null while it runs on none.</summary>
    public string? NodeOf(ServerId id) => observed.Find(id)?.Pod?.HostAddress;

    static async Task<List<ServerKey>> KeysAsync(PanelDb db, ServerListFilter filter, ServerKey? after, int most, CancellationToken cancellation)
    {
        var servers = db.Servers.AsNoTracking();
#pragma warning disable CA1304, CA1311, CA1862 // runs in the database, which has its own case rules
        if (!string.IsNullOrWhiteSpace(filter.Text))
        {
            var part = filter.Text.Trim().ToLowerInvariant();
            servers = servers.Where(server => server.Name.ToLower().Contains(part) || server.ObjectName.Contains(part));
        }
#pragma warning restore CA1304, CA1311, CA1862
        if (!string.IsNullOrWhiteSpace(filter.Owner))
        {
            var part = EmailRule.Part(filter.Owner);
            servers = servers.Where(server => db.Users.Any(account => account.Id == server.OwnerId && account.NormalizedEmail!.Contains(part)));
        }
        if (!string.IsNullOrEmpty(filter.Template)) servers = servers.Where(server => server.Template == filter.Template);
        if (after is { Name: var name, ObjectName: var mark })
        {
            servers = servers.Where(server => string.Compare(server.Name, name) >= 0 && (string.Compare(server.Name, name) > 0 || string.Compare(server.ObjectName, mark) > 0));
        }
        return [.. (await servers.OrderBy(server => server.Name).ThenBy(server => server.ObjectName).Take(most)
            .Select(server => new { server.Id, server.Name, server.ObjectName, server.OwnerId }).ToListAsync(cancellation)).Select(key => new ServerKey(key.Name, key.ObjectName) { Id = key.Id, OwnerId = key.OwnerId })];
    }

    /// <summary>Where a page ended.</summary>
    sealed record ServerKey(string Name, string ObjectName)
    {
        public ServerId Id { get; init; }

        public string OwnerId { get; init; } = "";

        // the name of its objects has no space
        public override string ToString() => $"{ObjectName} {Name}";

        public static ServerKey? Parse(string? text) => text?.IndexOf(' ', StringComparison.Ordinal) is > 0 and var mark ? new(text[(mark + 1)..], text[..mark]) : null;
    }
}
