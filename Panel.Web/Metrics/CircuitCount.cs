using Microsoft.AspNetCore.Components.Server.Circuits;
using Panel.Core.Metrics;

namespace Panel.Web.Metrics;

/// <summary>Counts the pages that are kept.</summary>
sealed class CircuitCount : CircuitHandler
{
    /// <inheritdoc/>
    public override Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        PanelMeter.CircuitOpened();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task OnCircuitClosedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        PanelMeter.CircuitClosed();
        return Task.CompletedTask;
    }
}
