using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Panel.Contracts.Access;
using Panel.Contracts.Console;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Console;
using Panel.Core.Errors;
using Panel.Core.Secrets;
using Panel.Core.Templates;
using Panel.Core.Usage;

namespace Panel.Core.Servers;

/// <summary>Reads servers: rows from the database, the rest from what is seen. The cluster is never asked.</summary>
public sealed class ServerQueries(
    IDbContextFactory<PanelDb> databases, ObservedServers observed, TemplateCatalogue templates, SecretValues secrets, IOptionsMonitor<PanelOptions> options,
    IOptionsMonitor<NodePoolOptions> nodes, TimeProvider clock)
{
    /// <summary>The servers that the actor may see, oldest first.</summary>
    public async Task<IReadOnlyList<ServerRow>> ListAsync(Actor actor, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await ReadAsync(Seen(db, actor), db, actor, cancellation);
    }

    /// <summary>Those of the servers named that the actor may see and that still exist.</summary>
    public async Task<IReadOnlyList<ServerRow>> ListAsync(Actor actor, IReadOnlyCollection<ServerId> ids, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await ReadAsync(Seen(db, actor).Where(server => ids.Contains(server.Id)), db, actor, cancellation);
    }

    /// <summary>Those of somebody's own servers that the actor may see.</summary>
    /// <param name="actor">Who reads.</param>
    /// <param name="ownerId">The account that owns them.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public async Task<IReadOnlyList<ServerRow>> ListOfAsync(Actor actor, string ownerId, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await ReadAsync(Seen(db, actor).Where(server => server.OwnerId == ownerId), db, actor, cancellation);
    }

    /// <summary>All that a server's page shows.</summary>
    /// <exception cref="NotFoundException">There is no such server, or the actor may not know of it.</exception>
    public async Task<ServerView> FindAsync(Actor actor, ServerId id, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var (server, owner, allowed) = (await OwnedAsync(Seen(db, actor).Where(server => server.Id == id), db, actor, cancellation)).SingleOrDefault();
        if (server is null) throw new NotFoundException("Server");
        var template = templates.Find(server.Template);
        var seen = observed.Find(id);
        return new()
        {
            Row = (await RowsAsync([(server, owner, allowed)], db, cancellation))[0],
            Description = server.Description,
            Plan = server.Plan,
            Image = server.Image,
            Startup = server.Startup,
            InstallFailed = server.Hold == Hold.InstallFailed,
            Variables = allowed.Contains(ServerPermissions.ReadStartup) ? Visible(secrets.Open(server.Variables), template, actor, allowed) : [],
            RestartRequired = server.Intent == RunIntent.Running && seen?.Pod is { Deleting: false, TemplateHash: { } running } && seen.TemplateHash is { } wanted && running != wanted,
            Commands = seen?.Pod is { Running: true } && allowed.Contains(ServerPermissions.SendCommands) ? observed.Observe(id).Commands : [],
            Troubles = allowed.Contains(ServerPermissions.ReadConsole) ? Troubles(server) : [],
            Wanted = server.Intent == RunIntent.Running,
            StartedAt = seen?.Pod is { Running: true, Deleting: false } pod ? pod.StartedAt : null,
            CreatedAt = server.CreatedAt,
            Owned = server.OwnerId == actor.UserId,
            Joined = server.OwnerId != actor.UserId && await db.Members.AnyAsync(member => member.ServerId == id && member.AccountId == actor.UserId, cancellation),
            SupportUntil = server.SupportUntil > clock.GetUtcNow() ? server.SupportUntil : null,
        };
    }

    /// <summary>How many servers are in each phase, all owners' together: a number for those who look after the panel.</summary>
    public async Task<IReadOnlyDictionary<ServerPhase, int>> CountAsync(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var rows = await db.Servers.AsNoTracking().ToListAsync(cancellation);
        return rows.CountBy(server => Phase(server, observed.Observe(server.Id), templates.Find(server.Template))).ToDictionary();
    }

    List<ServerTrouble> Troubles(Server server)
    {
        if (server.Suspension != Suspension.None || server.Hold == Hold.Deleting) return [];
        return [.. observed.Observe(server.Id).Troubles.Where(trouble => trouble.Starts == server.Starts).OrderBy(trouble => trouble.At)
            .Select(trouble => (trouble, Feature: ConsoleFeatures.Find(trouble.Feature))).Where(one => one.Feature is not null)
            .Select(one => new ServerTrouble(one.trouble.Feature, Mark(server, one.trouble), one.Feature!.Title, one.Feature.Text, one.trouble.Line, one.trouble.At) { Address = one.Feature.AddressIn(one.trouble.Line) })];
    }

    // a start anew is another, and so is a failed install that is tried again; that the cluster starts the program again and again is not
    static string Mark(Server server, TroubleSeen trouble) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{server.Id} {server.Starts} {server.InstallAttempt} {trouble.Feature}")))[..32];

    IQueryable<Server> Seen(PanelDb db, Actor actor) => db.Servers.AsNoTracking().Where(AccessRules.Seen(db, actor, clock.GetUtcNow()));

    async Task<IReadOnlyList<ServerRow>> ReadAsync(IQueryable<Server> servers, PanelDb db, Actor actor, CancellationToken cancellation) =>
        await RowsAsync(await OwnedAsync(servers, db, actor, cancellation), db, cancellation);

    async Task<List<ServerRow>> RowsAsync(List<(Server Server, string Owner, FrozenSet<string> Allowed)> owned, PanelDb db, CancellationToken cancellation)
    {
        // how long it usually takes is asked for those alone that are on their way: most are not
        var rows = owned.ConvertAll(one => Row(one.Server, one.Owner, one.Allowed, _ => null));
        var waiting = rows.Where(row => row.Wait is not null).Select(row => row.Id).ToList();
        if (waiting.Count == 0) return rows;
        var usual = await StartTimes.UsualAsync(db, waiting, cancellation);
        return owned.ConvertAll(one => Row(one.Server, one.Owner, one.Allowed, install => usual.TryGetValue((one.Server.Id, install), out var seconds) ? seconds : null));
    }

    async Task<List<(Server Server, string Owner, FrozenSet<string> Allowed)>> OwnedAsync(IQueryable<Server> servers, PanelDb db, Actor actor, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var rows = await servers.Include(server => server.Allocations).OrderBy(server => server.CreatedAt).ThenBy(server => server.Id)
            .Join(db.Users, server => server.OwnerId, account => account.Id, (server, account) => new { server, owner = account.UserName })
            .ToListAsync(cancellation);
        var memberships = await db.Members.AsNoTracking().Where(member => member.AccountId == actor.UserId && (member.ExpiresAt == null || member.ExpiresAt > now))
            .ToDictionaryAsync(member => member.ServerId, member => member.Permissions, cancellation);
        return [.. rows.Select(row => (row.server, row.owner ?? "", AccessRules.Of(actor, row.server, memberships.GetValueOrDefault(row.server.Id), now) ?? FrozenSet<string>.Empty))];
    }

    ServerRow Row(Server server, string owner, FrozenSet<string> allowed, Func<bool, int?> usual)
    {
        var template = templates.Find(server.Template);
        var observation = observed.Observe(server.Id);
        var phase = Phase(server, observation, template);
        return new()
        {
            Id = server.Id,
            Name = server.Name,
            Game = template?.Name ?? server.Template,
            Template = server.Template,
            Owner = owner,
            Allowed = allowed,
            Phase = phase,
            Reason = template is null && phase != ServerPhase.Deleting ? $"Its template \"{server.Template}\" is gone." : ServerProblem.Describe(server, observation, phase),
            Wait = server.Wait(observation.Seen, phase, usual),
            Address = Address(server, observation),
            CpuLimitMillis = server.CpuMillis,
            MemoryLimitMiB = server.MemoryMiB,
            DiskLimitMiB = server.DiskMiB,
            Usage = observation.Usage,
            Players = phase == ServerPhase.Running ? observation.Players : null,
        };
    }

    static ServerPhase Phase(Server server, Observation observation, Template? template) =>
        server.Phase(observation.Seen, observation.ReadySeen || template is not { Ready.Count: > 0 });

    string Address(Server server, Observation observation)
    {
        var host = Host(server, observation);
        return server.Allocations.MinBy(allocation => allocation.Order) is { } main ? $"{host}:{main.Port}" : host;
    }

    /// <summary>The name or address under which people reach a server's ports.</summary>
    internal string HostOf(Server server) => Host(server, observed.Observe(server.Id));

    string Host(Server server, Observation observation)
    {
        var host = nodes.CurrentValue.Find(server.NodePool)?.Address is { Length: > 0 } own ? own : options.CurrentValue.PublicHost is { Length: > 0 } named ? named : observation.Host ?? observed.LastHost ?? "localhost";
        return host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
    }

    static Dictionary<string, string> Visible(Dictionary<string, string> variables, Template? template, Actor actor, FrozenSet<string> allowed) =>
        variables.Where(pair => template?.Variables.FirstOrDefault(variable => variable.Env == pair.Key) is { } variable
                && (actor.May(PanelPermissions.ManageServers) || (variable.Viewable && (!variable.Secret || (variable.Editable && allowed.Contains(ServerPermissions.ChangeStartup))))))
            .ToDictionary(pair => pair.Key, pair => pair.Value);
}
