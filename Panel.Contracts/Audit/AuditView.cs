namespace Panel.Contracts.Audit;

/// <summary>One thing that somebody did.</summary>
/// <param name="Id">Its place; later ones are higher.</param>
/// <param name="At">When, in UTC.</param>
/// <param name="Actor">Who, as the account was called then.</param>
/// <param name="Address">The IP address it came from, or null.</param>
/// <param name="Action">What was done, such as <c>server.create</c>.</param>
/// <param name="Subject">What it was done to, as it was called then.</param>
/// <param name="Detail">More in words.</param>
public sealed record AuditRow(long Id, DateTimeOffset At, string Actor, string? Address, string Action, string Subject, string Detail);

/// <summary>One page of the audit, newest first.</summary>
/// <param name="Rows">The rows.</param>
/// <param name="Total">How many there are in all.</param>
public sealed record AuditPage(IReadOnlyList<AuditRow> Rows, int Total);
