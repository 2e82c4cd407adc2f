using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Metrics;
using Panel.Core.Reconciling;
using Panel.Core.Secrets;
using Panel.Core.Templates;

namespace Panel.Core.Servers;

/// <summary>What a pass reads and writes in the database. Each write names the state it starts from, so that one that comes late changes nothing.</summary>
public sealed class ServerRows(IDbContextFactory<PanelDb> databases, SecretValues secrets, Wake wake, TimeProvider clock)
{
    static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(2);

    /// <summary>A server with its secrets open, never to be saved; and the mail address of its owner.</summary>
    internal async Task<(Server Server, string Owner)?> FindAsync(ServerId id, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var row = await db.Servers.AsNoTracking().Include(server => server.Allocations).Where(server => server.Id == id)
            .Join(db.Users, server => server.OwnerId, account => account.Id, (server, account) => new { server, account.Email }).SingleOrDefaultAsync(cancellation);
        if (row is null) return null;
        row.server.Variables = secrets.Open(row.server.Variables);
        return (row.server, row.Email ?? "");
    }

    /// <summary>The config files of this start are in place.</summary>
    internal async Task PreparedAsync(Server server, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await db.Servers.Where(row => row.Id == server.Id && row.PreparedStarts < server.Starts && row.InstallAttempt == server.InstallAttempt)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.PreparedStarts, server.Starts), cancellation);
    }

    /// <summary>This install ended; with a fault, it failed.</summary>
    internal async Task InstalledAsync(Server server, string? fault, CancellationToken cancellation)
    {
        var hold = fault is null ? Hold.None : Hold.InstallFailed;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await db.Servers.Where(row => row.Id == server.Id && row.Hold == Hold.Installing && row.InstallAttempt == server.InstallAttempt)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Hold, hold).SetProperty(row => row.HoldReason, fault)
                .SetProperty(row => row.PreparedStarts, 0).SetProperty(row => row.Revision, row => row.Revision + 1), cancellation);
        wake.Changed(server.Id);
    }

    /// <summary>The cluster has nothing left of the server.</summary>
    internal async Task RemovedAsync(Server server, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        db.RemovedServers.Add(new() { ObjectName = server.ObjectName, At = clock.GetUtcNow() });
        db.Servers.Remove(server);
        await db.SaveChangesAsync(cancellation);
        wake.Changed(server.Id);
        PanelMeter.ServerRemoved();
    }

    /// <summary>The server needs another look soon, whatever a watch tells.</summary>
    internal void LookAgainSoon(Server server) => wake.Later(server.Id, LookAgain);
}

/// <summary>What a server is made from.</summary>
public sealed class ServerTemplates(TemplateCatalogue templates, SecretValues secrets, IOptionsMonitor<PanelOptions> options, IOptionsMonitor<NodePoolOptions> nodes)
{
    /// <summary>The template that a server is asked to be made from.</summary>
    /// <exception cref="InvalidFieldException">There is none, or the actor is not offered it; both read the same.</exception>
    internal async Task<Template> ChooseAsync(PanelDb db, Actor actor, string key, string field, CancellationToken cancellation) =>
        templates.Entry(key) is { } entry && entry.IsFor(actor, await TemplateQueries.RoleAsync(db, actor, cancellation)) ? entry.Template : throw new InvalidFieldException(field, "There is no such game.");

    /// <summary>The template of a server that exists.</summary>
    /// <exception cref="ConflictException">The template is gone.</exception>
    internal Template Require(Server server) => templates.Require(server.Template);

    /// <summary>The values for a row, secrets sealed: those that are asked for over those that it has.</summary>
    /// <param name="template">What the server is made from.</param>
    /// <param name="stored">What the row has.</param>
    /// <param name="asked">What is asked for, open.</param>
    /// <param name="actor">Who asks.</param>
    /// <exception cref="InvalidFieldException">Names every variable that is unknown, may not be changed, or breaks its rules.</exception>
    internal Dictionary<string, string> Values(Template template, IReadOnlyDictionary<string, string> stored, IReadOnlyDictionary<string, string> asked, Actor actor) =>
        secrets.Seal(template, template.Values(secrets.Open(stored), asked, actor), stored);

    /// <summary>The server's template, and what the cluster must know of the server; null when the template is gone.</summary>
    internal (Template Template, ServerSpec Spec)? Find(Server server, string ownerEmail) =>
        templates.Find(server.Template) is { } template ? (template, server.Spec(template, options.CurrentValue.TimeZone, ownerEmail, nodes.CurrentValue.Find(server.NodePool))) : null;
}
