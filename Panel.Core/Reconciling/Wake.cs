using Panel.Contracts.Servers;
using Panel.Core.Servers;

namespace Panel.Core.Reconciling;

/// <summary>Hints that a server needs a pass. A hint that is lost does no harm: <see cref="Resync"/> finds it.</summary>
public sealed class Wake(WorkQueue<ServerId> queue, ChangedServers changed)
{
    /// <summary>The server needs a pass now.</summary>
    public void Server(ServerId id) => queue.Add(id);

    /// <summary>The server's row changed: it needs a pass, and pages have something new to show.</summary>
    public void Changed(ServerId id)
    {
        queue.Add(id);
        changed.Tell(id);
    }

    /// <summary>The server needs a pass after a while.</summary>
    public void Later(ServerId id, TimeSpan wait) => queue.AddAfter(id, wait);
}
