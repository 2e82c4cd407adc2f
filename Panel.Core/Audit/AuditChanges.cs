using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Panel.Core.Audit;

/// <summary>What changed, by name: what was and what is. Only what differs is kept, and never a secret.</summary>
public sealed class AuditChanges
{
    const int MaxText = 1000;

    static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };   // whoever shows it escapes it

    readonly JsonObject changes = [];

    /// <summary>Notes a value.</summary>
    /// <param name="name">What changed, such as "plan".</param>
    /// <param name="was">Its value before; null where there was none.</param>
    /// <param name="now">Its value from now on; null where there is none any more.</param>
    public AuditChanges Set(string name, string? was, string? now)
    {
        if (was != now) changes[name] = new JsonObject { ["was"] = Cut(was), ["is"] = Cut(now) };
        return this;
    }

    /// <summary>Notes a value that was not noted yet.</summary>
    /// <inheritdoc cref="Set(string, string?, string?)"/>
    internal void SetUnlessSet(string name, string? was, string? now)
    {
        if (!changes.ContainsKey(name)) Set(name, was, now);
    }

    /// <summary>Notes a set of names, in order.</summary>
    /// <inheritdoc cref="Set(string, string?, string?)"/>
    public AuditChanges Set(string name, IEnumerable<string>? was, IEnumerable<string>? now) => Set(name, Words(was), Words(now));

    /// <summary>Notes a time, to the second.</summary>
    /// <inheritdoc cref="Set(string, string?, string?)"/>
    public AuditChanges Set(string name, DateTimeOffset? was, DateTimeOffset? now) => Set(name, Time(was), Time(now));

    /// <summary>As the record keeps it: <c>{"plan":{"was":"small","is":"large"}}</c>; null when nothing changed.</summary>
    internal string? ToJson() => changes.Count == 0 ? null : changes.ToJsonString(Json);

    static string? Cut(string? text) => text is null || text.Length <= MaxText ? text : text[..MaxText] + "…";

    static string? Words(IEnumerable<string>? names) => names is null ? null : string.Join(' ', names.Order(StringComparer.Ordinal));

    static string? Time(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>What the audit says of a change beside who made it.</summary>
/// <param name="Detail">In words; never a secret.</param>
/// <param name="Changes">What was and what is; null where the words say it all.</param>
public sealed record AuditNote(string Detail, AuditChanges? Changes = null);
