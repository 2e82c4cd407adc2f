using System.Runtime.CompilerServices;
using Panel.Contracts.Console;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Metrics;
using Panel.Core.Servers;

namespace Panel.Core.Console;

/// <summary>Opens a server's console to read along.</summary>
public sealed class OpenConsole(ServerOperations servers, ConsoleHub hub)
{
    /// <summary>The lines that are kept, then those that come, in batches at least 100 ms apart.</summary>
    /// <exception cref="NotFoundException">There is no such server, or the actor may not know of it.</exception>
    public async IAsyncEnumerable<ConsoleBatch> RunAsync(Actor actor, ServerId id, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await servers.ReadAsync(actor, id, cancellation);
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
