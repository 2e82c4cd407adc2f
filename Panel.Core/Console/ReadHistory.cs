using Panel.Contracts.Access;
using Panel.Contracts.Console;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Servers;

namespace Panel.Core.Console;

/// <summary>Reads what is kept of a server's console, also what no page holds any more.</summary>
public sealed class ReadHistory(ServerOperations servers, ConsoleHub hub)
{
    /// <summary>How long a search may take; what it did not reach, the answer tells.</summary>
    static readonly TimeSpan SearchLimit = TimeSpan.FromSeconds(2);

    /// <summary>Some of its lines.</summary>
    /// <exception cref="InvalidFieldException">More lines are asked for than are given at once.</exception>
    /// <exception cref="NotFoundException">There is no such server, or the actor may not know of it.</exception>
    /// <exception cref="ForbiddenException">The actor may not read the console.</exception>
    public async Task<ConsolePage> PageAsync(Actor actor, ServerId id, ConsolePageRequest request, CancellationToken cancellation)
    {
        FieldRules.Require(request);
        return (await OpenAsync(actor, id, cancellation)).Page(request);
    }

    /// <summary>Looks for a text in all of them, newest first.</summary>
    /// <exception cref="InvalidFieldException">The text is empty or too long.</exception>
    /// <exception cref="NotFoundException">There is no such server, or the actor may not know of it.</exception>
    /// <exception cref="ForbiddenException">The actor may not read the console.</exception>
    public async Task<ConsoleMatches> SearchAsync(Actor actor, ServerId id, ConsoleSearchRequest request, CancellationToken cancellation)
    {
        FieldRules.Require(request);
        return (await OpenAsync(actor, id, cancellation)).Search(request, SearchLimit);
    }

    /// <summary>
    /// The number of the line that a link names: by its number where that line was written then, else by its time alone, for numbers begin
    /// anew with the panel. Null where nothing so late is kept.
    /// </summary>
    /// <exception cref="NotFoundException">There is no such server, or the actor may not know of it.</exception>
    /// <exception cref="ForbiddenException">The actor may not read the console.</exception>
    public async Task<long?> FindAsync(Actor actor, ServerId id, long number, long unixMilliseconds, CancellationToken cancellation)
    {
        var history = await OpenAsync(actor, id, cancellation);
        return history.Range(number, number + 1) is [var line] && line.At.ToUnixTimeMilliseconds() == unixMilliseconds ? number : history.At(unixMilliseconds);
    }

    /// <summary>All lines, oldest first, as they are now.</summary>
    /// <exception cref="NotFoundException">There is no such server, or the actor may not know of it.</exception>
    /// <exception cref="ForbiddenException">The actor may not read the console.</exception>
    public async Task<IEnumerable<ConsoleLine>> AllAsync(Actor actor, ServerId id, CancellationToken cancellation) => (await OpenAsync(actor, id, cancellation)).All();

    async Task<ConsoleHistory> OpenAsync(Actor actor, ServerId id, CancellationToken cancellation)
    {
        await servers.ReadAsync(actor, id, ServerPermissions.ReadConsole, cancellation);
        var feed = hub.Feed(id);
        await feed.BegunAsync(cancellation);
        return feed.Open();
    }
}
