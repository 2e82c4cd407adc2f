using Panel.Contracts.Servers;
using Panel.Core.Reconciling;

namespace Panel.Core.Replicas;

/// <summary>The servers whose rows this replica changed, and of which the others were not told yet.</summary>
public sealed class ChangesMade : IDisposable
{
    internal Pending<string> Untold { get; } = new();

    internal void Add(ServerId id) => Untold.Add(id.Value.ToString("N"));

    /// <inheritdoc/>
    public void Dispose() => Untold.Dispose();
}
