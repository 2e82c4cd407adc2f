using System.Globalization;
using System.Text.Json.Nodes;
using Panel.Kube.Wire;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Admission;

/// <summary>Gives containers the defaults of their namespace and refuses what is out of its limits, in the words of the LimitRanger admission plug-in.</summary>
static class LimitRanges
{
    const string Annotation = "kubernetes.io/limit-ranger";

    /// <summary>Gives the containers of a new pod the requests and limits they do not say.</summary>
    /// <returns>Whether anything was set.</returns>
    public static bool Complete(StoreState state, ObjectKey key, JsonObject document)
    {
        if (key.Resource != Resources.Pods) return false;
        var items = Items(state, key.Namespace).Where(item => item.Type == "Container").ToList();
        if (items.Count == 0) return false;
        var notes = new List<string>();
        TypedChange.Apply<Pod>(document, pod =>
        {
            foreach (var container in pod.Spec.Containers) notes.AddRange(Complete(items, container, "container"));
            foreach (var container in pod.Spec.InitContainers ?? []) notes.AddRange(Complete(items, container, "init container"));
            if (notes.Count > 0) (pod.Metadata.Annotations ??= [])[Annotation] = "LimitRanger plugin set: " + string.Join("; ", notes);
        });
        return notes.Count > 0;
    }

    /// <summary>Checks a new pod or claim, or a changed claim.</summary>
    /// <exception cref="StatusException">Forbidden (403).</exception>
    public static void Check(StoreState state, ObjectKey key, StoredObject? before, JsonObject document)
    {
        var claim = key.Resource == Resources.Claims;
        if (!claim && (key.Resource != Resources.Pods || before is not null)) return;
        var items = Items(state, key.Namespace).ToList();
        if (items.Count == 0) return;
        List<string> wrong = claim
            ? [.. items.Where(item => item.Type == "PersistentVolumeClaim").SelectMany(item => Faults(item, TypedChange.Read<PersistentVolumeClaim>(document).Spec.Resources?.Requests, null))]
            : [.. Faults(items, TypedChange.Read<Pod>(document))];
        if (wrong.Count > 0) throw Statuses.Forbidden(key.Resource, key.Name, wrong.Count == 1 ? wrong[0] : $"[{string.Join(", ", wrong)}]");
    }

    static IEnumerable<LimitRangeItem> Items(StoreState state, string? space) =>
        state.Of(Resources.LimitRanges).All(space).SelectMany(stored => stored.To<LimitRange>().Spec.Limits);

    static IEnumerable<string> Complete(List<LimitRangeItem> items, Container container, string title)
    {
        var resources = container.Resources ??= new();
        var (requests, limits) = (new List<string>(), new List<string>());
        foreach (var item in items)
        {
            foreach (var (name, amount) in item.DefaultRequest ?? [])
            {
                if ((resources.Requests ??= []).TryAdd(name, amount)) requests.Add(name);
            }
            foreach (var (name, amount) in item.Default ?? [])
            {
                if ((resources.Limits ??= []).TryAdd(name, amount)) limits.Add(name);
            }
        }
        if (requests.Count > 0) yield return $"{string.Join(", ", requests.Order(StringComparer.Ordinal))} request for {title} {container.Name}";
        if (limits.Count > 0) yield return $"{string.Join(", ", limits.Order(StringComparer.Ordinal))} limit for {title} {container.Name}";
    }

    static IEnumerable<string> Faults(List<LimitRangeItem> items, Pod pod)
    {
        foreach (var item in items)
        {
            IEnumerable<string> wrong = item.Type switch
            {
                "Container" => pod.Spec.Containers.Concat(pod.Spec.InitContainers ?? []).SelectMany(container => Faults(item, container.Resources?.Requests, container.Resources?.Limits)),
                "Pod" => Faults(item, Sum(pod, container => container.Resources?.Requests), Sum(pod, container => container.Resources?.Limits)),
                _ => [],
            };
            foreach (var text in wrong) yield return text;
        }
    }

    static IEnumerable<string> Faults(LimitRangeItem item, Dictionary<string, string>? requests, Dictionary<string, string>? limits)
    {
        foreach (var (name, least) in item.Min ?? []) if (BelowLeast(item.Type, name, least, requests, limits) is { } wrong) yield return wrong;
        foreach (var (name, most) in item.Max ?? []) if (AboveMost(item.Type, name, most, requests, limits) is { } wrong) yield return wrong;
        foreach (var (name, ratio) in item.MaxLimitRequestRatio ?? []) if (AboveRatio(item.Type, name, ratio, requests, limits) is { } wrong) yield return wrong;
    }

    static string? BelowLeast(string type, string name, string least, Dictionary<string, string>? requests, Dictionary<string, string>? limits)
    {
        var rule = $"minimum {name} usage per {type} is {least}";
        if (Amount(requests, name) is not { } asked) return $"{rule}.  No request is specified";
        if (asked < Quantity.Parse(least)) return $"{rule}, but request is {requests![name]}";
        return Amount(limits, name) < Quantity.Parse(least) ? $"{rule}, but limit is {limits![name]}" : null;
    }

    // a claim has no limit: what it asks for is what it gets
    static string? AboveMost(string type, string name, string most, Dictionary<string, string>? requests, Dictionary<string, string>? limits)
    {
        var rule = $"maximum {name} usage per {type} is {most}";
        if (Amount(requests, name) > Quantity.Parse(most)) return $"{rule}, but request is {requests![name]}";
        if (type == "PersistentVolumeClaim") return null;
        if (Amount(limits, name) is not { } limit) return $"{rule}.  No limit is specified";
        return limit > Quantity.Parse(most) ? $"{rule}, but limit is {limits![name]}" : null;
    }

    static string? AboveRatio(string type, string name, string ratio, Dictionary<string, string>? requests, Dictionary<string, string>? limits)
    {
        var rule = $"{name} max limit to request ratio per {type} is {ratio}";
        if (Amount(requests, name) is not { } asked || asked == 0) return $"{rule}, but no request is specified or request is 0";
        if (Amount(limits, name) is not { } limit || limit == 0) return $"{rule}, but no limit is specified or limit is 0";
        return limit / asked > Quantity.Parse(ratio) ? string.Create(CultureInfo.InvariantCulture, $"{rule}, but provided ratio is {limit / asked:0.000000}") : null;
    }

    static Dictionary<string, string> Sum(Pod pod, Func<Container, Dictionary<string, string>?> part) =>
        pod.Spec.Containers.SelectMany(container => part(container) ?? []).GroupBy(pair => pair.Key).ToDictionary(
            group => group.Key,
            group => Quantity.Format(group.Sum(pair => Quantity.TryParse(pair.Value, out var amount) ? amount : 0), group.Any(pair => Quantity.IsBinary(pair.Value))));

    static decimal? Amount(Dictionary<string, string>? amounts, string name) =>
        amounts?.GetValueOrDefault(name) is { } text && Quantity.TryParse(text, out var amount) ? amount : null;
}
