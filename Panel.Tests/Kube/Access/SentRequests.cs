using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Panel.Tests.Kube.Access;

/// <summary>Notes what a cluster of this process is asked, as RBAC would see it: verb, group, resource and part.</summary>
sealed class SentRequests : ILoggerProvider, ILogger
{
    readonly ConcurrentDictionary<string, bool> sent = new(StringComparer.Ordinal);

    /// <summary>What was asked, such as <c>get pods/log.</c> and <c>patch statefulsets.apps</c>.</summary>
    public ICollection<string> All => sent.Keys;

    public ILogger CreateLogger(string categoryName) => this;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        // "Request starting" of the host
        if (eventId.Id != 1 || state is not IReadOnlyList<KeyValuePair<string, object?>> fields) return;
        if (Field(fields, "Method") is { } method && Field(fields, "Path") is { } path && Of(method, path, Field(fields, "QueryString") ?? "") is { } asked) sent[asked] = true;
    }

    /// <summary>A request as RBAC sees it; null where it is no request for objects.</summary>
    /// <remarks>https://kubernetes.io/docs/reference/access-authn-authz/authorization/#determine-the-request-verb</remarks>
    internal static string? Of(string method, string path, string query)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var (group, rest) = parts switch
        {
            ["api", _, .. var core] => ("", core),
            ["apis", var named, _, .. var others] => (named, others),
            _ => ("", []),
        };
        if (rest is ["namespaces", _, var resource, .. var inside]) rest = [resource, .. inside];
        if (rest.Length == 0) return null;
        var one = rest.Length > 1;
        var verb = method switch
        {
            "GET" when query.Contains("watch=", StringComparison.Ordinal) => "watch",
            "GET" => one ? "get" : "list",
            "POST" => "create",
            "PUT" => "update",
            "PATCH" => "patch",
            "DELETE" => one ? "delete" : "deletecollection",
            _ => method,
        };
        return $"{verb} {(rest.Length > 2 ? $"{rest[0]}/{rest[2]}" : rest[0])}.{group}";
    }

    public void Dispose()
    {
    }

    static string? Field(IReadOnlyList<KeyValuePair<string, object?>> fields, string name) => fields.FirstOrDefault(field => field.Key == name).Value?.ToString();
}
