using System.Text.Json;
using System.Text.Json.Nodes;
using Panel.Kube.Wire;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Rules;

/// <summary>What a kind of object must be: its defaults and its rules.</summary>
abstract class Rule
{
    static readonly HashSet<string> Amounts = ["requests", "limits", "capacity", "allocatable", "hard", "used", "max", "min", "default", "defaultRequest", "maxLimitRequestRatio"];

    static readonly Dictionary<Resource, Rule> Rules = new()
    {
        [Resources.Namespaces] = new Rule<Namespace>(SimpleRules.Complete, SimpleRules.Check),
        [Resources.Nodes] = new Rule<Node>(),
        [Resources.Pods] = new Rule<Pod>(PodDefaults.Complete, PodRules.Check),
        [Resources.Services] = new Rule<Service>(ServiceRules.Complete, ServiceRules.Check),
        [Resources.ConfigMaps] = new Rule<ConfigMap>(null, SimpleRules.Check),
        [Resources.Secrets] = new Rule<Secret>(SimpleRules.Complete, SimpleRules.Check),
        [Resources.Claims] = new Rule<PersistentVolumeClaim>(ClaimRules.Complete, ClaimRules.Check),
        [Resources.Events] = new Rule<Event>(),
        [Resources.StatefulSets] = new Rule<StatefulSet>(StatefulSetRules.Complete, StatefulSetRules.Check),
        [Resources.Jobs] = new Rule<Job>(JobRules.Complete, JobRules.Check),
        [Resources.Leases] = new Rule<Lease>(),
        [Resources.Endpoints] = new Rule<Endpoints>(),
        [Resources.EndpointSlices] = new Rule<EndpointSlice>(),
        [Resources.ServiceAccounts] = new Rule<ServiceAccount>(),
        [Resources.Quotas] = new Rule<ResourceQuota>(QuotaRules.Complete, QuotaRules.Check),
        [Resources.LimitRanges] = new Rule<LimitRange>(LimitRangeRules.Complete, LimitRangeRules.Check),
        [Resources.NetworkPolicies] = new Rule<NetworkPolicy>(NetworkPolicyRules.Complete, NetworkPolicyRules.Check),
        [Resources.Budgets] = new Rule<PodDisruptionBudget>(BudgetRules.Complete, BudgetRules.Check),
        [Resources.Deployments] = new Rule<Deployment>(),
        [Resources.CronJobs] = new Rule<CronJob>(),
        [Resources.Ingresses] = new Rule<Ingress>(),
        [Resources.Autoscalers] = new Rule<HorizontalPodAutoscaler>(),
        [Resources.Roles] = new Rule<Role>(null, RoleRules.Check),
        [Resources.ClusterRoles] = new Rule<ClusterRole>(null, RoleRules.Check),
        [Resources.RoleBindings] = new Rule<RoleBinding>(RoleRules.Complete, RoleRules.Check),
        [Resources.ClusterRoleBindings] = new Rule<ClusterRoleBinding>(RoleRules.Complete, RoleRules.Check),
    };

    /// <summary>Completes a document with defaults and checks it.</summary>
    /// <param name="resource">What the document is.</param>
    /// <param name="document">The document, changed in place.</param>
    /// <param name="before">The object before, when this is an update.</param>
    /// <exception cref="StatusException">BadRequest when a field has the wrong type, Invalid when it breaks a rule.</exception>
    public static void Check(Resource resource, JsonObject document, StoredObject? before)
    {
        Tidy(document);
        if (document["metadata"] is JsonObject metadata) DropEmpty(metadata);
        var faults = new Faults();
        MetadataRules.Check(resource, document, before, faults);
        if (Rules.TryGetValue(resource, out var rule)) rule.Run(resource, document, before, faults);
        if (faults.Causes.Count > 0) throw Statuses.Invalid(resource.Kind, resource.Group, (string?)document["metadata"]?["name"] ?? "", faults.Causes);
    }

    protected abstract void Run(Resource resource, JsonObject document, StoredObject? before, Faults faults);

    // nulls mean "absent" in Kubernetes; quantities may come as numbers and are kept as text
    static void Tidy(JsonNode node)
    {
        if (node is JsonArray list)
        {
            foreach (var item in list) Tidy(item ?? throw Statuses.BadRequest("a list may not hold null"));
            return;
        }
        if (node is not JsonObject fields) return;
        foreach (var (name, value) in fields.ToList())
        {
            if (value is null) fields.Remove(name);
            else if (Amounts.Contains(name) && value is JsonObject amounts) Texts(amounts);
            else Tidy(value);
        }
    }

    // as on a real server, where "no labels" is written one way
    static void DropEmpty(JsonObject metadata)
    {
        foreach (var name in (string[])["labels", "annotations", "finalizers", "ownerReferences"])
        {
            if (metadata[name] is JsonObject { Count: 0 } or JsonArray { Count: 0 }) metadata.Remove(name);
        }
    }

    static void Texts(JsonObject amounts)
    {
        foreach (var (name, value) in amounts.ToList())
        {
            if (value?.GetValueKind() is JsonValueKind.Number) amounts[name] = value.ToJsonString();
        }
    }
}

/// <summary>The rule of a kind that the wire models know.</summary>
sealed class Rule<T>(Action<T>? complete = null, Action<T, T?, Faults>? check = null) : Rule where T : KubeObject
{
    protected override void Run(Resource resource, JsonObject document, StoredObject? before, Faults faults)
    {
        try
        {
            TypedChange.Apply<T>(document, typed =>
            {
                complete?.Invoke(typed);
                check?.Invoke(typed, before?.To<T>(), faults);
            });
        }
        catch (JsonException failure)
        {
            throw Statuses.BadRequest($"{resource.Kind} in version \"{resource.Version}\" cannot be handled as a {resource.Kind}: {failure.Path}: {failure.Message}");
        }
    }
}
