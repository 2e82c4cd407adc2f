using System.ComponentModel.DataAnnotations;
using Panel.Contracts.Servers;

namespace Panel.Contracts.Audit;

/// <summary>One thing that somebody did.</summary>
/// <param name="Id">Its place; later ones are higher.</param>
/// <param name="At">When, in UTC.</param>
/// <param name="Actor">Who, as the account was called then.</param>
/// <param name="Address">The IP address it came from, or null.</param>
/// <param name="Action">What was done, such as <c>server.create</c>.</param>
/// <param name="Subject">What it was done to, as it was called then.</param>
/// <param name="Detail">More in words.</param>
public sealed record AuditRow(long Id, DateTimeOffset At, string Actor, string? Address, string Action, string Subject, string Detail)
{
    /// <summary>The server it was done to, or null.</summary>
    public ServerId? Server { get; init; }

    /// <summary>Who acted in the actor's name, or null.</summary>
    public string? Impersonator { get; init; }

    /// <summary>What changed, as a JSON object <c>{"name":{"was":…,"is":…}}</c>; null where the words say it all.</summary>
    public string? Changes { get; init; }
}

/// <summary>Some of the audit, newest first.</summary>
/// <param name="Rows">The rows.</param>
/// <param name="Next">Where to go on: what was not looked at yet has lower ids than this one. Null at the end.</param>
public sealed record AuditPage(IReadOnlyList<AuditRow> Rows, long? Next);

/// <summary>Which part of the audit is asked for; what is null or empty excludes nothing.</summary>
public sealed record AuditFilter
{
    /// <summary>An account: its id or mail address, or a part of a name.</summary>
    [StringLength(256)]
    public string? Who { get; init; }

    /// <summary>An action such as <c>server.create</c>, or the beginning of some such as <c>server.</c></summary>
    [StringLength(64)]
    public string? Action { get; init; }

    /// <summary>A server: its id or its name.</summary>
    [StringLength(80)]
    public string? Server { get; init; }

    /// <summary>From when, in UTC.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Until when, in UTC; that moment is not among them.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>A part of an action, an actor, a subject or a detail, in any case.</summary>
    [StringLength(100)]
    public string? Search { get; init; }

    /// <summary>Whether it excludes nothing.</summary>
    public bool IsEmpty => string.IsNullOrWhiteSpace(Who) && string.IsNullOrWhiteSpace(Action) && string.IsNullOrWhiteSpace(Server) && string.IsNullOrWhiteSpace(Search) && From is null && Until is null;
}
