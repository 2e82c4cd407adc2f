using System.Net;
using Microsoft.Extensions.Options;
using Panel.Kube.Client;

namespace Panel.Kube.Servers;

/// <summary>The namespace that servers live in.</summary>
public sealed class ServerNamespace(KubeClient client, IOptions<KubeOptions> options)
{
    bool known;

    /// <summary>Makes the namespace when it is missing; an account that may not see namespaces finds out by the first refusal.</summary>
    public async Task EnsureAsync(CancellationToken cancellation)
    {
        if (known) return;
        var name = options.Value.Namespace;
        try
        {
            if (await client.FindAsync(Kinds.Namespaces, null, name, cancellation) is null)
            {
                var labels = new Dictionary<string, string> { [ServerObjects.ManagedByLabel] = "panel" };
                foreach (var mode in (string[])["enforce", "audit", "warn"]) labels[$"pod-security.kubernetes.io/{mode}"] = "restricted";
                await client.CreateAsync(Kinds.Namespaces, null, new() { Metadata = new() { Name = name, Labels = labels } }, cancellation);
            }
        }
        catch (KubeException refusal) when (refusal.Code is HttpStatusCode.Forbidden or HttpStatusCode.Conflict)
        {
            // it was made meanwhile, or is the operator's to make
        }
        known = true;
    }
}
