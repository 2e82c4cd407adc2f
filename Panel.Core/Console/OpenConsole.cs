using System.Runtime.CompilerServices;
using Panel.Contracts.Access;
using Panel.Contracts.Console;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Metrics;

namespace Panel.Core.Console;

/// <summary>Opens a server's console to read along.</summary>
public sealed class OpenConsole(AccessGuard guard, ConsoleHub hub)
{
    /// <summary>The lines that are kept, then those that come, in batches at least 100 ms apart.</summary>
    /// <exception cref="NotFoundException">There is no such server, or the actor may not know of it.</exception>
    /// <exception cref="ForbiddenException">The actor may not read the console, or no more.</exception>
    public IAsyncEnumerable<ConsoleBatch> RunAsync(Actor actor, ServerId id, CancellationToken cancellation) =>
        guard.ReadAsync(actor, id, ServerPermissions.ReadConsole, (_, token) => ReadAsync(id, token), cancellation);

    async IAsyncEnumerable<ConsoleBatch> ReadAsync(ServerId id, [EnumeratorCancellation] CancellationToken cancellation)
    {
        PanelMeter.ConsoleOpened();
        try
        {
            await foreach (var batch in hub.Feed(id).ReadAsync(cancellation)) yield return batch;
        }
        finally
        {
            PanelMeter.ConsoleClosed();
        }
    }
}
