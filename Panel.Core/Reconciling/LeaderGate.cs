namespace Panel.Core.Reconciling;

/// <summary>
/// Lets loops run while this replica leads, and only then. Who leads is decided elsewhere; for a moment two may believe it, which passes
/// bear: each makes the cluster as the row says, and repeats what another did.
/// </summary>
public sealed class LeaderGate : IDisposable
{
    readonly Lock gate = new();
    TaskCompletionSource<CancellationToken> opening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    CancellationTokenSource? term;

    /// <summary>Whether this replica leads.</summary>
    public bool Leads
    {
        get { lock (gate) return term is not null; }
    }

    /// <summary>The name of the replica that leads, as far as it is known.</summary>
    public string? Leader { get; set; }

    /// <summary>This replica leads from now on.</summary>
    public void Open()
    {
        lock (gate)
        {
            if (term is not null) return;
            term = new();
            opening.SetResult(term.Token);
        }
    }

    /// <summary>This replica leads no more: the loops end what they do.</summary>
    public void Close()
    {
        CancellationTokenSource? ended;
        lock (gate)
        {
            if (term is null) return;
            (ended, term) = (term, null);
            opening = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        ended.Cancel();
        ended.Dispose();
    }

    /// <summary>Runs a loop whenever this replica leads, until cancelled. What the loop throws is thrown.</summary>
    /// <param name="loop">Ends when its token is cancelled.</param>
    /// <param name="cancellation">Ends it for good.</param>
    public async Task WhileLeadingAsync(Func<CancellationToken, Task> loop, CancellationToken cancellation)
    {
        while (true)
        {
            Task<CancellationToken> open;
            lock (gate) open = opening.Task;
            var leading = await open.WaitAsync(cancellation);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(leading, cancellation);
            try
            {
                await loop(both.Token);
            }
            catch (OperationCanceledException) when (leading.IsCancellationRequested && !cancellation.IsCancellationRequested)
            {
                // its term is over; the next begins where the gate opens again
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Close();
}
