using Panel.Contracts.Servers;
using Panel.Core.Replicas;
using Panel.Core.Servers;

namespace Panel.Core.Reconciling;

/// <summary>Hints that a server needs a pass. A hint that is lost does no harm: <see cref="Resync"/> finds it.</summary>
public sealed class Wake(WorkQueue<ServerId> queue, ChangedServers changed, ChangesMade made)
{
    /// <summary>The server needs a pass now.</summary>
    public void Server(ServerId id) => queue.Add(id);

    /// <summary>The server's row changed or went: it needs a pass, and pages have something new to show, here and on other replicas.</summary>
    public void Changed(ServerId id)
    {
        Heard(id);
        made.Add(id);
    }

    /// <summary>Another replica changed the server's row.</summary>
    internal void Heard(ServerId id)
    {
        queue.Add(id);
        changed.Tell(id);
    }

    /// <summary>The server needs a pass after a while.</summary>
    public void Later(ServerId id, TimeSpan wait) => queue.AddAfter(id, wait);
}
