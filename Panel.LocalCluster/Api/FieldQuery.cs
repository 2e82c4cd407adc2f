using System.Text.Json;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Api;

/// <summary>Chooses objects by a few of their fields: <c>status.phase=Running,spec.nodeName!=a</c>.</summary>
sealed class FieldQuery
{
    static readonly string[] Everywhere = ["metadata.name", "metadata.namespace"];
    static readonly Dictionary<Resource, string[]> Known = new()
    {
        [Resources.Pods] = ["spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork", "status.phase", "status.podIP", "status.nominatedNodeName"],
        [Resources.Events] =
        [
            "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid", "involvedObject.apiVersion", "involvedObject.resourceVersion",
            "involvedObject.fieldPath", "reason", "reportingComponent", "source", "type",
        ],
        [Resources.Secrets] = ["type"],
        [Resources.Namespaces] = ["status.phase"],
        [Resources.Nodes] = ["spec.unschedulable"],
        [Resources.Jobs] = ["status.successful"],
    };

    readonly List<(string[] Path, string Value, bool Equal)> terms = [];

    public bool MatchesAll => terms.Count == 0;

    /// <summary>Reads the text of a request's <c>fieldSelector</c>.</summary>
    /// <exception cref="StatusException">BadRequest: the text is no selector, or a field cannot be selected by.</exception>
    public static FieldQuery Parse(Resource resource, string? text)
    {
        var query = new FieldQuery();
        foreach (var term in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var at = term.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0) throw Statuses.BadRequest($"invalid selector: '{text}'; can't understand '{term}'");
            var equal = term[at - 1] != '!';
            var field = term[..(equal ? at : at - 1)].Trim();
            var value = term[(at + 1)..].TrimStart('=').Trim();
            if (!Everywhere.Contains(field) && Known.GetValueOrDefault(resource)?.Contains(field) != true) throw Statuses.BadRequest($"field label not supported: {field}");
            query.terms.Add(((field == "source" ? "source.component" : field).Split('.'), value, equal));
        }
        return query;
    }

    public bool Matches(StoredObject stored) => terms.TrueForAll(term => (Find(stored.Document, term.Path) == term.Value) == term.Equal);

    static string Find(JsonElement node, string[] path)
    {
        foreach (var part in path)
        {
            if (node.ValueKind is not JsonValueKind.Object || !node.TryGetProperty(part, out node)) return "";
        }
        return node.ValueKind is JsonValueKind.String ? node.GetString()! : node.GetRawText();
    }
}
