namespace Panel.Kube.Client;

/// <summary>In whose name requests are made.</summary>
/// <param name="User">The user.</param>
/// <param name="Uid">The user's id, or null.</param>
/// <param name="Group">The user's group, or null.</param>
/// <param name="Extra">More that an authorizer may look at, one value a key.</param>
/// <remarks>https://kubernetes.io/docs/reference/access-authn-authz/user-impersonation/</remarks>
public sealed record Impersonation(string User, string? Uid, string? Group, IReadOnlyList<KeyValuePair<string, string>> Extra)
{
    /// <summary>The headers that say so.</summary>
    public IEnumerable<KeyValuePair<string, string>> Headers()
    {
        yield return new("Impersonate-User", User);
        if (Uid is not null) yield return new("Impersonate-Uid", Uid);
        if (Group is not null) yield return new("Impersonate-Group", Group);
        foreach (var (key, value) in Extra) yield return new($"Impersonate-Extra-{Uri.EscapeDataString(key.ToLowerInvariant())}", value);
    }
}

/// <summary>Adds the headers to every request, those of WebSockets too.</summary>
sealed class ImpersonatingHandler(Impersonation other, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        foreach (var (name, value) in other.Headers()) request.Headers.TryAddWithoutValidation(name, value);
        return base.SendAsync(request, cancellationToken);
    }
}
