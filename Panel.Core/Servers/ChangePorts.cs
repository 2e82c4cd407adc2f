using System.Globalization;
using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Plans;
using Panel.Core.Templates;

namespace Panel.Core.Servers;

/// <summary>
/// The ports of a server: those of its game, and others that its people take within the quota, for a map in the web or a voice channel. The number is
/// the same inside and outside; the program has a new one from its next start on.
/// </summary>
public sealed class ChangePorts(ServerOperations servers, TemplateCatalogue templates, ServerQueries queries, PortPool pool, QuotaRules quota)
{
    const int MaxPorts = 50;

    /// <summary>The server's ports, the one that players are told first.</summary>
    /// <exception cref="NotFoundException">There is no such server, or the actor may not know of it.</exception>
    /// <exception cref="ForbiddenException">The actor may not see its ports.</exception>
    public async Task<IReadOnlyList<PortView>> ListAsync(Actor actor, ServerId id, CancellationToken cancellation)
    {
        var server = await servers.ReadAsync(actor, id, ServerPermissions.ReadPorts, cancellation);
        var (template, host) = (templates.Find(server.Template), queries.HostOf(server));
        return [.. server.Allocations.OrderBy(port => port.Order).Select((port, at) => View(port, template?.Ports.FirstOrDefault(known => known.Name == port.Name), host, at == 0))];
    }

    /// <summary>Takes a port more.</summary>
    /// <returns>Its number.</returns>
    /// <exception cref="InvalidFieldException">A field breaks a rule.</exception>
    /// <exception cref="QuotaExceededException">The owner has no port left.</exception>
    /// <exception cref="ConflictException">All ports of the panel are taken, or the server has too many.</exception>
    public async Task<int> AddAsync(Actor actor, ServerId id, AddPortRequest request, CancellationToken cancellation)
    {
        var owner = (await servers.ReadAsync(actor, id, ServerPermissions.AddPorts, cancellation)).OwnerId;
        FieldRules.Require(request);
        var number = 0;
        await servers.ChangeAsync(actor, id, ServerPermissions.AddPorts, "port.add", async (db, server) =>
        {
            if (server.OwnerId != owner) throw new ConflictException("The server was given to somebody else at this moment. Try again.");
            server.RequireNotDeleting();
            server.RequireInUse();
            if (server.Allocations.Count >= MaxPorts) throw new ConflictException($"A server has at most {MaxPorts} ports.");
            QuotaRules.RequirePort(await quota.ReadAsync(db, owner, apart: null, cancellation));
            var order = server.Allocations.Select(port => port.Order).DefaultIfEmpty(-1).Max() + 1;
            number = await pool.TakeAsync(db, server, cancellation);
            server.Allocations.Add(new() { Port = number, ServerId = id, Name = Name(server), Order = order, Protocol = request.Protocol, Note = request.Note.Trim() });
            return Text(number);
        }, cancellation, before: db => QuotaRules.LockAsync(db, owner, cancellation));
        return number;
    }

    /// <summary>Notes what a port is for.</summary>
    /// <exception cref="NotFoundException">The server has no such port.</exception>
    public Task ChangeAsync(Actor actor, ServerId id, int number, ChangePortRequest request, CancellationToken cancellation) =>
        servers.ChangeAsync(actor, id, ServerPermissions.ChangePorts, "port.note", (_, server) =>
        {
            FieldRules.Require(request);
            Find(server, number).Note = request.Note.Trim();
            return Task.FromResult(Text(number));
        }, cancellation);

    /// <summary>Makes a port the one that players are told: the game's first port gets its number, and what had that number before takes the place of this one.</summary>
    /// <exception cref="NotFoundException">The server has no such port.</exception>
    /// <exception cref="ConflictException">Only the panel reaches it.</exception>
    public Task MakePrimaryAsync(Actor actor, ServerId id, int number, CancellationToken cancellation) =>
        servers.ChangeAsync(actor, id, ServerPermissions.ChangePorts, "port.primary", (_, server) =>
        {
            server.RequireNotDeleting();
            server.RequireInUse();
            var port = Find(server, number);
            if (templates.Find(server.Template)?.Ports.FirstOrDefault(known => known.Name == port.Name) is { Internal: true }) throw new ConflictException("Only the panel reaches this port.");
            // what a port is stays with its place: its probe, its protocols and its name in config files are those of the number that it has now
            var main = server.Allocations.MinBy(other => other.Order)!;
            (main.Name, port.Name) = (port.Name, main.Name);
            (main.Protocol, port.Protocol) = (port.Protocol, main.Protocol);
            (main.Order, port.Order) = (port.Order, main.Order);
            return Task.FromResult(Text(number));
        }, cancellation);

    /// <summary>Gives a port back that people took.</summary>
    /// <exception cref="NotFoundException">The server has no such port.</exception>
    /// <exception cref="ConflictException">It is one of the game's, or the one that players are told.</exception>
    public Task RemoveAsync(Actor actor, ServerId id, int number, CancellationToken cancellation) =>
        servers.ChangeAsync(actor, id, ServerPermissions.RemovePorts, "port.remove", (db, server) =>
        {
            server.RequireNotDeleting();
            var port = Find(server, number);
            if (port.Protocol is null && templates.Find(server.Template)?.Ports.Any(known => known.Name == port.Name) != false) throw new ConflictException("The game needs this port.");
            if (port.Order == server.Allocations.Min(other => other.Order)) throw new ConflictException("Players are told this port. Make another one the primary first.");
            server.Allocations.Remove(port);
            db.Allocations.Remove(port);
            return Task.FromResult(Text(number));
        }, cancellation);

    static PortView View(Allocation port, TemplatePort? known, string host, bool primary) =>
        new(port.Port, port.Name, port.Protocol ?? known?.Protocol ?? "TCP", known is { Internal: true } ? null : string.Create(CultureInfo.InvariantCulture, $"{host}:{port.Port}"), port.Note, primary, port.Protocol is not null);

    static Allocation Find(Server server, int number) => server.Allocations.Find(port => port.Port == number) ?? throw new NotFoundException("Port");

    static string Name(Server server) => Enumerable.Range(1, MaxPorts + 1).Select(number => string.Create(CultureInfo.InvariantCulture, $"extra-{number}")).First(name => server.Allocations.TrueForAll(port => port.Name != name));

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
