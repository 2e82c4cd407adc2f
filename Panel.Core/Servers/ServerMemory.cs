using Panel.Contracts.Servers;
using Panel.Core.Console;

namespace Panel.Core.Servers;

/// <summary>What this replica keeps in memory of servers: what is seen of them, and their consoles.</summary>
public sealed class ServerMemory(ConsoleHub consoles, ObservedServers observed)
{
    /// <summary>Drops what is kept of a server that was removed.</summary>
    internal void Forget(ServerId id)
    {
        consoles.Forget(id);
        observed.Forget(id);
    }
}
