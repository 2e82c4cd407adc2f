using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Panel.Web.Hosting;

/// <summary>How the panel answers those who look after it: in words, as JSON. Anybody may ask, so no address and no error of a database is told.</summary>
static class HealthAnswers
{
    /// <summary>Whether the process runs, whatever it depends on: who restarts it for a database that is away makes two faults of one.</summary>
    public static HealthCheckOptions Alive { get; } = new() { Predicate = _ => false, ResponseWriter = WriteAsync };

    /// <summary>Whether requests can be served.</summary>
    public static HealthCheckOptions Ready { get; } = new() { ResponseWriter = WriteAsync };

    static Task WriteAsync(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(new Answer(
        Word(report.Status), report.Entries.ToDictionary(entry => entry.Key, entry => new Check(Word(entry.Value.Status), Words(entry.Value)))), context.RequestAborted);

    static string Word(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "healthy",
        HealthStatus.Degraded => "degraded",
        _ => "unhealthy",
    };

    // the health checks log what failed
    static string? Words(HealthReportEntry entry) => entry.Exception is null ? entry.Description : "It does not answer; the panel's log says why.";

    sealed record Answer(string Status, Dictionary<string, Check> Checks);

    sealed record Check(string Status, string? Message);
}
