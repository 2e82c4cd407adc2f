using System.Text.Json.Nodes;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Admission;

/// <summary>A pod runs as a service account that exists. The account <c>default</c> is not waited for: it is made a moment after its namespace.</summary>
static class Accounts
{
    /// <exception cref="StatusException">Forbidden (403).</exception>
    public static void Check(StoreState state, ObjectKey key, StoredObject? before, JsonObject document)
    {
        if (key.Resource != Resources.Pods || before is not null) return;
        if ((string?)document["spec"]?["serviceAccountName"] is not { Length: > 0 } name || name == "default") return;
        if (state.Find(new(Resources.ServiceAccounts, key.Namespace, name)) is null)
            throw Statuses.Forbidden(key.Resource, key.Name, $"error looking up service account {key.Namespace}/{name}: serviceaccount \"{name}\" not found");
    }
}
