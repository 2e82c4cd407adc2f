using System.Net;
using Panel.Kube.Wire;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Rules;

/// <summary>What a NetworkPolicy is and must be.</summary>
static class NetworkPolicyRules
{
    public static void Complete(NetworkPolicy policy)
    {
        var spec = policy.Spec;
        spec.PolicyTypes ??= spec.Egress is null ? ["Ingress"] : ["Ingress", "Egress"];
        foreach (var port in AllPorts(spec).SelectMany(ports => ports.Ports)) port.Protocol ??= "TCP";
    }

    public static void Check(NetworkPolicy policy, NetworkPolicy? before, Faults faults)
    {
        foreach (var (i, type) in (policy.Spec.PolicyTypes ?? []).Index()) faults.OneOf($"spec.policyTypes[{i}]", type, "Egress", "Ingress");
        foreach (var (field, ports) in AllPorts(policy.Spec))
        {
            foreach (var (i, port) in ports.Index()) CheckPort($"{field}[{i}]", port, faults);
        }
        foreach (var (i, rule) in (policy.Spec.Ingress ?? []).Index()) CheckPeers($"spec.ingress[{i}].from", rule.From, faults);
        foreach (var (i, rule) in (policy.Spec.Egress ?? []).Index()) CheckPeers($"spec.egress[{i}].to", rule.To, faults);
    }

    static IEnumerable<(string Field, List<NetworkPolicyPort> Ports)> AllPorts(NetworkPolicySpec spec) =>
    [
        .. (spec.Ingress ?? []).Select((rule, i) => ($"spec.ingress[{i}].ports", rule.Ports ?? [])),
        .. (spec.Egress ?? []).Select((rule, i) => ($"spec.egress[{i}].ports", rule.Ports ?? [])),
    ];

    static void CheckPort(string field, NetworkPolicyPort port, Faults faults)
    {
        faults.OneOf($"{field}.protocol", port.Protocol, "SCTP", "TCP", "UDP");
        if (port.Port is { Text: null } number) faults.Between($"{field}.port", number.Number, 1, 65535);
        if (port.Port is { Text: { } name } && Names.PortName(name) is { } wrong) faults.Invalid($"{field}.port", name, wrong);
        if (port.EndPort is not { } end) return;
        faults.Between($"{field}.endPort", end, 1, 65535);
        if (port.Port is not { Text: null } first) faults.Required($"{field}.port", "must be specified when `endPort` is specified, and be a number");
        else if (end < first.Number) faults.Invalid($"{field}.endPort", end, "must be greater than or equal to `port`");
    }

    static void CheckPeers(string field, List<NetworkPolicyPeer>? peers, Faults faults)
    {
        foreach (var (i, peer) in (peers ?? []).Index())
        {
            if (peer is { PodSelector: null, NamespaceSelector: null, Block: null }) faults.Required($"{field}[{i}]", "must specify a peer");
            if (peer.Block is not { } block) continue;
            if (peer.PodSelector is not null || peer.NamespaceSelector is not null) faults.Forbidden($"{field}[{i}]", "may not specify both ipBlock and another peer");
            if (!IPNetwork.TryParse(block.Range, out var range)) faults.Invalid($"{field}[{i}].ipBlock.cidr", block.Range, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
            foreach (var (j, text) in (block.Except ?? []).Index())
            {
                if (!IPNetwork.TryParse(text, out var except) || !range.Contains(except.BaseAddress) || except.PrefixLength <= range.PrefixLength)
                    faults.Invalid($"{field}[{i}].ipBlock.except[{j}]", text, "must be a strict subset of `cidr`");
            }
        }
    }
}

/// <summary>What a PodDisruptionBudget is and must be.</summary>
static class BudgetRules
{
    public static void Complete(PodDisruptionBudget budget)
    {
        budget.Status ??= new();
        if (budget.Spec is { MinAvailable: null, MaxUnavailable: null }) budget.Spec.MinAvailable = 1;
    }

    public static void Check(PodDisruptionBudget budget, PodDisruptionBudget? before, Faults faults)
    {
        var spec = budget.Spec;
        if (spec is { MinAvailable: not null, MaxUnavailable: not null }) faults.Invalid("spec", "", "minAvailable and maxUnavailable cannot be both set");
        CheckAmount("spec.minAvailable", spec.MinAvailable, faults);
        CheckAmount("spec.maxUnavailable", spec.MaxUnavailable, faults);
        if (spec.Selector is { } selector) _ = LabelQuery.Of(selector);
    }

    static void CheckAmount(string field, IntOrString? amount, Faults faults)
    {
        if (amount is { Text: null } number) faults.NotNegative(field, number.Number);
        if (amount is not { Text: { } text }) return;
        if (!text.EndsWith('%') || !int.TryParse(text.AsSpan(0, text.Length - 1), out var percent) || percent < 0) faults.Invalid(field, text, "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')");
        else if (percent > 100) faults.Invalid(field, text, "must not be greater than 100%");
    }
}
