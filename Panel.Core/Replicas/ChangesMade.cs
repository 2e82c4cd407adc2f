using Panel.Contracts.Servers;
using Panel.Core.Reconciling;

namespace Panel.Core.Replicas;

/// <summary>The servers whose rows this replica changed, and of which the others were not told yet.</summary>
public sealed class ChangesMade : IDisposable
{
    internal Pending<ServerId> Untold { get; } = new();

    /// <inheritdoc/>
    public void Dispose() => Untold.Dispose();
}
