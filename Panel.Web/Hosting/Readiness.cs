using Microsoft.Extensions.Diagnostics.HealthChecks;
using Panel.Core.Accounts;

namespace Panel.Web.Hosting;

/// <summary>Whether requests can be served: the database has its newest form and answers. The cluster may be away, pages say so.</summary>
public sealed class Readiness(Preparation preparation, FirstAdministrator first) : IHealthCheck
{
    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (!preparation.Done.IsCompletedSuccessfully) return HealthCheckResult.Unhealthy("The database is being prepared.");
        await first.IsPendingAsync(cancellationToken);
        return HealthCheckResult.Healthy();
    }
}
