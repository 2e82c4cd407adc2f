using Panel.Kube.Wire;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Controllers;

/// <summary>Knows which objects choose a pod by its labels, so that news of a pod reaches only those.</summary>
sealed class SelectorIndex
{
    readonly Dictionary<ObjectName, LabelQuery> queries = [];
    readonly Dictionary<ObjectName, ObjectName[]> choosers = [];
    readonly Lock gate = new();

    /// <summary>Notes what an object chooses; null when it chooses nothing any more.</summary>
    public void Set(ObjectName chooser, LabelQuery? query)
    {
        lock (gate)
        {
            if (query is null) queries.Remove(chooser);
            else queries[chooser] = query;
        }
    }

    /// <summary>The objects that choose a pod now or did when it was last seen.</summary>
    public IReadOnlyList<ObjectName> Touched(ObjectChange<Pod> change)
    {
        var pod = new ObjectName(change.Object.Metadata.Namespace!, change.Object.Metadata.Name!);
        lock (gate)
        {
            var before = choosers.GetValueOrDefault(pod, []);
            ObjectName[] now = [.. queries.Where(pair => pair.Key.Space == pod.Space && pair.Value.Matches(change.Object.Metadata.Labels)).Select(pair => pair.Key)];
            if (change.Kind is ChangeKind.Removed) choosers.Remove(pod);
            else choosers[pod] = now;
            return [.. before.Union(now)];
        }
    }
}
