using Panel.Kube.Wire;

namespace Panel.LocalCluster.Store;

/// <summary>The refusals of a Kubernetes API server, in its own words.</summary>
public static class Statuses
{
    public static StatusException NotFound(Resource resource, string name) => Of(404, "NotFound", $"{resource.Id} \"{name}\" not found", resource, name);

    public static StatusException AlreadyExists(Resource resource, string name) => Of(409, "AlreadyExists", $"{resource.Id} \"{name}\" already exists", resource, name);

    public static StatusException Conflict(Resource resource, string name, string message) =>
        Of(409, "Conflict", $"Operation cannot be fulfilled on {resource.Id} \"{name}\": {message}", resource, name);

    public static StatusException Stale(Resource resource, string name) =>
        Conflict(resource, name, "the object has been modified; please apply your changes to the latest version and try again");

    public static StatusException Forbidden(Resource resource, string name, string message) => Of(403, "Forbidden", $"{resource.Id} \"{name}\" is forbidden: {message}", resource, name);

    public static StatusException BadRequest(string message) => Of(400, "BadRequest", message);

    /// <summary>The history a request needs is no longer kept.</summary>
    public static StatusException Expired(string message) => Of(410, "Expired", message);

    /// <summary>A document that breaks rules, each named by its field.</summary>
    public static StatusException Invalid(string kind, string group, string name, IReadOnlyList<StatusCause> causes)
    {
        var texts = causes.Select(cause => $"{cause.Field}: {cause.Message}").ToList();
        var listed = texts.Count == 1 ? texts[0] : $"[{string.Join(", ", texts)}]";
        var title = group.Length == 0 ? kind : $"{kind}.{group}";
        var refusal = Of(422, "Invalid", $"{title} \"{name}\" is invalid: {listed}");
        refusal.Status.Details = new() { Name = name, Group = group.Length == 0 ? null : group, Kind = kind, Causes = [.. causes] };
        return refusal;
    }

    public static StatusException Of(int code, string reason, string message, Resource? resource = null, string? name = null) => new(new()
    {
        Outcome = "Failure",
        Message = message,
        Reason = reason,
        Code = code,
        Details = resource is null ? null : new() { Name = name, Group = resource.Group.Length == 0 ? null : resource.Group, Kind = resource.Plural },
    });
}
