using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Api;

/// <summary>Which objects a list, a watch or a deletion of many is about.</summary>
/// <param name="Space">The namespace; null is all.</param>
/// <param name="Labels">By label.</param>
/// <param name="Fields">By field.</param>
/// <param name="Name">Only the object of that name; null is any.</param>
sealed record ObjectQuery(string? Space, LabelQuery Labels, FieldQuery Fields, string? Name = null)
{
    public bool HasSelector => !Labels.MatchesAll || !Fields.MatchesAll;

    public static ObjectQuery Of(HttpContext context, Resource resource)
    {
        var query = context.Request.Query;
        return new(Route(context, "space"), LabelQuery.Parse(query["labelSelector"]), FieldQuery.Parse(resource, query["fieldSelector"]), Route(context, "name"));
    }

    public bool Matches(StoredObject stored) =>
        (Space is null || stored.Key.Namespace == Space) && (Name is null || stored.Key.Name == Name) && Labels.Matches(stored) && Fields.Matches(stored);

    /// <summary>The key that a request's path names.</summary>
    public static ObjectKey Key(HttpContext context, Resource resource) => new(resource, Route(context, "space"), Route(context, "name")!);

    static string? Route(HttpContext context, string name) => context.GetRouteValue(name) as string;
}
