using System.Net;
using Panel.Kube.Wire;

namespace Panel.Kube.Client;

/// <summary>An API server's refusal.</summary>
public sealed class KubeException(HttpStatusCode code, string reason, string message, IReadOnlyList<StatusCause> causes, TimeSpan? retryAfter = null) : Exception(message)
{
    /// <summary>The status code.</summary>
    public HttpStatusCode Code { get; } = code;

    /// <summary>The word for programs, such as <c>NotFound</c>, <c>Conflict</c> or <c>Invalid</c>; empty where the server gave none.</summary>
    public string Reason { get; } = reason;

    /// <summary>The fields that are wrong, for <c>Invalid</c>.</summary>
    public IReadOnlyList<StatusCause> Causes { get; } = causes;

    /// <summary>When the server wants to be asked again.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>Whether what a watch asked for lies too far back.</summary>
    public bool Expired => Code == HttpStatusCode.Gone || Reason is "Expired" or "Gone" or "ResourceExpired";

    internal static KubeException From(Status status, HttpStatusCode code, TimeSpan? retryAfter = null) => new(
        status.Code is > 0 and var number ? (HttpStatusCode)number : code,
        status.Reason ?? "",
        status.Message ?? $"The API server answered {(int)code}.",
        status.Details?.Causes ?? [],
        retryAfter ?? (status.Details?.RetryAfterSeconds is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : null));
}
