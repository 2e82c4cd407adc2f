using Panel.Kube.Wire;

namespace Panel.LocalCluster.Api.Tables;

/// <summary>What a row says of addresses, ports and selectors.</summary>
static class NetworkTexts
{
    const int Shown = 3;

    public static string Addresses(Endpoints endpoints) => Few([.. (endpoints.Subsets ?? []).SelectMany(subset =>
        (subset.Addresses ?? []).SelectMany(address => subset.Ports is { Count: > 0 } ports ? ports.Select(port => $"{address.Address}:{port.Port}") : [address.Address]))]);

    public static string Addresses(EndpointSlice slice) => Few([.. slice.Endpoints.SelectMany(endpoint => endpoint.Addresses)]);

    public static string Ports(EndpointSlice slice) => slice.Ports is { Count: > 0 } ports ? Few([.. ports.Select(port => $"{port.Port}")]) : "<unset>";

    public static string Hosts(Ingress ingress)
    {
        List<string> hosts = [.. (ingress.Spec.Rules ?? []).Select(rule => rule.Host).OfType<string>()];
        return hosts.Count == 0 ? "*" : Few(hosts);
    }

    public static string Selector(LabelSelector selector)
    {
        var terms = (selector.MatchLabels ?? []).Select(label => $"{label.Key}={label.Value}")
            .Concat((selector.MatchExpressions ?? []).Select(term => term.Operator switch
            {
                "In" => $"{term.Key} in ({string.Join(',', term.Values ?? [])})",
                "NotIn" => $"{term.Key} notin ({string.Join(',', term.Values ?? [])})",
                "DoesNotExist" => "!" + term.Key,
                _ => term.Key,
            }));
        return string.Join(',', terms) is { Length: > 0 } text ? text : "<none>";
    }

    static string Few(List<string> items) =>
        items.Count == 0 ? "<none>" : string.Join(',', items.Take(Shown)) + (items.Count > Shown ? $" + {items.Count - Shown} more..." : "");
}
