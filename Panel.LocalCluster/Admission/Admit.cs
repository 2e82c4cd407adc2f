using System.Text.Json.Nodes;
using Panel.LocalCluster.Rules;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Admission;

/// <summary>What a namespace has to say about a document that is right in itself.</summary>
static class Admit
{
    /// <summary>Completes and checks a document that the rules have passed.</summary>
    /// <exception cref="StatusException">Forbidden, or Invalid where a default of the namespace breaks a rule.</exception>
    public static void Check(StoreState state, ObjectKey key, StoredObject? before, JsonObject document)
    {
        if (before is null && LimitRanges.Complete(state, key, document))
        {
            (document["status"] as JsonObject)?.Remove("qosClass");
            Rule.Check(key.Resource, document, null);
        }
        Accounts.Check(state, key, before, document);
        LimitRanges.Check(state, key, before, document);
        Quotas.Check(state, key, before, document);
    }
}
