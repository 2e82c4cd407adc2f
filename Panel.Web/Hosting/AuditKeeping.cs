using Panel.Core.Audit;
using Panel.Core.Reconciling;

namespace Panel.Web.Hosting;

/// <summary>Seals the audit every minute, and deletes every hour what was kept long enough; on the replica that leads.</summary>
public sealed class AuditKeeping(AuditSealing sealing, AuditRetention retention, LeaderGate gate, Preparation preparation, TimeProvider clock, ILogger<AuditKeeping> log) : Loop(preparation, clock, log)
{
    static readonly TimeSpan Pace = TimeSpan.FromMinutes(1), RetentionPace = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    protected override Task RunAsync(CancellationToken stopping) => gate.WhileLeadingAsync(KeepAsync, stopping);

    async Task KeepAsync(CancellationToken leading)
    {
        var due = Clock.GetUtcNow();
        while (true)
        {
            await sealing.RunAsync(leading);
            if (Clock.GetUtcNow() >= due)
            {
                await retention.RunAsync(leading);
                due = Clock.GetUtcNow() + RetentionPace;
            }
            await Task.Delay(Pace * (0.75 + (Random.Shared.NextDouble() / 2)), Clock, leading);
        }
    }
}
