using Microsoft.AspNetCore.Http;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Authorization;

/// <summary>What somebody wants to do: a verb on a resource, or on a path that is none.</summary>
/// <param name="Verb">Such as <c>list</c>.</param>
/// <param name="Group">API group; empty for the core group.</param>
/// <param name="Resource">Such as <c>pods</c>; empty on a path.</param>
/// <param name="Subresource">Such as <c>log</c>, or empty.</param>
/// <param name="Space">The namespace; empty for everywhere.</param>
/// <param name="Name">Which one; empty for all.</param>
/// <param name="Path">The path, where it is no resource.</param>
sealed record Deed(string Verb, string Group, string Resource, string Subresource, string Space, string Name, string Path = "")
{
    public bool OnResource => Path.Length == 0;

    /// <summary>What a role calls it: <c>pods/log</c>.</summary>
    public string FullResource => Subresource.Length == 0 ? Resource : $"{Resource}/{Subresource}";

    /// <summary>What a request does.</summary>
    public static Deed Of(HttpRequest request)
    {
        var path = request.Path.Value ?? "/";
        string[] parts = path.Trim('/').Split('/');
        return parts switch
        {
            ["api", _, .. { Length: > 0 } rest] => OnObjects(request, "", rest),
            ["apis", var group, _, .. { Length: > 0 } rest] => OnObjects(request, group, rest),
            _ => new(request.Method.ToLowerInvariant(), "", "", "", "", "", path),
        };
    }

    /// <summary>The refusal, in the words of an API server.</summary>
    public StatusException Refuse(User user)
    {
        if (!OnResource) return Statuses.Of(403, "Forbidden", $"forbidden: User \"{user.Name}\" cannot {Verb} path \"{Path}\"");
        var title = Group.Length == 0 ? Resource : $"{Resource}.{Group}";
        var where = Space.Length == 0 ? "at the cluster scope" : $"in the namespace \"{Space}\"";
        var refusal = Statuses.Of(403, "Forbidden", $"{title}{(Name.Length == 0 ? "" : $" \"{Name}\"")} is forbidden: User \"{user.Name}\" cannot {Verb} resource \"{FullResource}\" in API group \"{Group}\" {where}");
        refusal.Status.Details = new() { Name = Name.Length == 0 ? null : Name, Group = Group.Length == 0 ? null : Group, Kind = Resource };
        return refusal;
    }

    static Deed OnObjects(HttpRequest request, string group, string[] parts)
    {
        var space = "";
        // a namespace is where things lie, unless it is itself what is meant
        if (parts is ["namespaces", var home, .. { Length: > 0 } inner] && inner[0] is not ("status" or "finalize")) (space, parts) = (home, inner);
        else if (parts is ["namespaces", var itself, ..]) space = itself;
        var name = parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : NameInSelector(request);
        return new(VerbOf(request, parts.Length > 1), group, parts[0], parts.Length > 2 ? parts[2] : "", space, name);
    }

    // a list or watch of one object by its name is allowed to whoever may read that object
    static string NameInSelector(HttpRequest request)
    {
        const string field = "metadata.name=";
        var selector = (string?)request.Query["fieldSelector"] ?? "";
        return selector.StartsWith(field, StringComparison.Ordinal) && !selector.Contains(',', StringComparison.Ordinal) ? selector[field.Length..].TrimStart('=') : "";
    }

    static string VerbOf(HttpRequest request, bool named) => request.Method switch
    {
        "GET" or "HEAD" when (string?)request.Query["watch"] is "1" or "true" or "True" => "watch",
        "GET" or "HEAD" => named ? "get" : "list",
        "POST" => "create",
        "PUT" => "update",
        "PATCH" => "patch",
        "DELETE" => named ? "delete" : "deletecollection",
        var other => other.ToLowerInvariant(),
    };
}
