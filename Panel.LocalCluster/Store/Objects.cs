using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Panel.Kube.Wire;

namespace Panel.LocalCluster.Store;

/// <summary>What happened to an object.</summary>
public enum ChangeKind { Added, Modified, Removed }

/// <summary>One change of a typed object.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Object">The object after; when removed, its last state.</param>
public sealed record ObjectChange<T>(ChangeKind Kind, T Object) where T : KubeObject;

/// <summary>The objects as controllers and the kubelet see them: typed, with the rules of the API.</summary>
public sealed class Objects(ObjectStore store, ObjectOperations operations)
{
    /// <summary>A copy of an object, or null.</summary>
    public T? Find<T>(string? space, string name) where T : KubeObject => store.Find(new(Resources.Of<T>(), space, name))?.To<T>();

    /// <summary>Copies of the objects of a namespace (null: of all), in order of namespace and name.</summary>
    public IReadOnlyList<T> List<T>(string? space = null, Func<T, bool>? where = null) where T : KubeObject =>
        [.. store.State.Of(Resources.Of<T>()).All(space).Select(stored => stored.To<T>()).Where(where ?? (_ => true))];

    /// <summary>Copies of the objects of a namespace that labels choose; the others are not read.</summary>
    public IReadOnlyList<T> List<T>(string space, LabelQuery labels) where T : KubeObject =>
        [.. store.State.Of(Resources.Of<T>()).All(space).Where(labels.Matches).Select(stored => stored.To<T>())];

    /// <summary>Creates an object as the API would: defaults, rules, uid. A status is dropped; it is set by <see cref="UpdateStatusAsync"/>.</summary>
    /// <exception cref="StatusException">AlreadyExists, Invalid, NotFound or Forbidden (namespace).</exception>
    public async Task<T> CreateAsync<T>(T created, CancellationToken cancellation) where T : KubeObject
    {
        var document = TypedChange.Write(created);
        return (await operations.CreateAsync(Resources.Of<T>(), created.Metadata.Namespace, document, cancellation)).Object.To<T>();
    }

    /// <summary>Changes an object, except its status. The change sees the newest state and is made in one step; fields the type does not know live on.</summary>
    /// <exception cref="StatusException">NotFound, Invalid.</exception>
    public Task<T> UpdateAsync<T>(string? space, string name, Action<T> change, CancellationToken cancellation) where T : KubeObject =>
        ChangeAsync(space, name, change, Part.Spec, cancellation);

    /// <summary>Changes the status of an object, and nothing else of it.</summary>
    /// <exception cref="StatusException">NotFound, Invalid.</exception>
    public async Task UpdateStatusAsync<T>(string? space, string name, Action<T> change, CancellationToken cancellation) where T : KubeObject =>
        await ChangeAsync(space, name, change, Part.Status, cancellation);

    /// <summary>Asks for an object's end as the API would: pods end gracefully, finalizers and dependents are honoured.</summary>
    /// <exception cref="StatusException">NotFound, Conflict (preconditions).</exception>
    public async Task DeleteAsync<T>(string? space, string name, DeleteOptions? options, CancellationToken cancellation) where T : KubeObject =>
        await operations.DeleteAsync(new(Resources.Of<T>(), space, name), options ?? new(), cancellation);

    /// <summary>Removes a pod whose processes have ended (or anything else that needs no grace). One of another uid, or none, is left alone.</summary>
    public async Task RemoveAsync<T>(string? space, string name, string uid, CancellationToken cancellation) where T : KubeObject
    {
        try
        {
            await operations.DeleteAsync(new(Resources.Of<T>(), space, name), new() { GracePeriodSeconds = 0, Preconditions = new() { Uid = uid } }, cancellation);
        }
        catch (StatusException refusal) when (refusal.Code is 404 or 409)
        {
            // gone already, or another object that bears its name
            return;
        }
    }

    /// <summary>
    /// The present objects as Added, then every change, until cancelled. A reader that falls too far behind is brought up to date by the difference to the present state:
    /// changes in between are folded into one, and none is missed for good.
    /// </summary>
    public async IAsyncEnumerable<ObjectChange<T>> WatchAsync<T>([EnumeratorCancellation] CancellationToken cancellation) where T : KubeObject
    {
        var resource = Resources.Of<T>();
        var (seen, version) = (ObjectSet.Empty, -1L);
        while (!cancellation.IsCancellationRequested)
        {
            var changed = store.Changed(resource);
            if (version >= 0 && store.EventsAfter(resource, version) is { } read)
            {
                foreach (var item in read.Events)
                {
                    yield return new(item.Removed ? ChangeKind.Removed : item.Before is null ? ChangeKind.Added : ChangeKind.Modified, item.Object.To<T>());
                    seen = item.Items;
                }
                version = read.UpTo;
                if (read.Events.Count == 0) await changed.WaitAsync(cancellation);
                continue;
            }
            var state = store.State;
            foreach (var change in seen.DifferenceTo(state.Of(resource))) yield return new(change.Kind, change.Object.To<T>());
            (seen, version) = (state.Of(resource), state.Version);
        }
    }

    async Task<T> ChangeAsync<T>(string? space, string name, Action<T> change, Part part, CancellationToken cancellation) where T : KubeObject
    {
        var key = new ObjectKey(Resources.Of<T>(), space, name);
        var written = await operations.ChangeAsync(key, part, document =>
        {
            TypedChange.Apply(document, change);
            return document;
        }, cancellation);
        return written.Object.To<T>();
    }
}
