using System.Text.Json;
using System.Text.Json.Nodes;

namespace Panel.LocalCluster.Store;

/// <summary>A change that waits for its turn.</summary>
sealed class Change(ObjectKey key, Func<StoreState, StoredObject?, JsonObject?> make)
{
    readonly TaskCompletionSource<Written> done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<Written> Done => done.Task;

    /// <summary>What the change makes of a state. An object that stays as it was is its own result.</summary>
    public Written Make(StoreState state, long version)
    {
        var before = state.Find(key);
        if (make(state, before) is not { } document)
            return new((before ?? throw new InvalidOperationException($"{key} is removed but does not exist.")).At(version), before, Removed: true);
        if (before is null) return new(StoredObject.Seal(key, version, document), null, Removed: false);
        var same = JsonElement.DeepEquals(StoredObject.Seal(key, before.Version, document).Document, before.Document);
        return new(same ? before : StoredObject.Seal(key, version, document), before, Removed: false);
    }

    public void Succeed(Written written) => done.TrySetResult(written);

    public void Fail(Exception refusal) => done.TrySetException(refusal);
}
