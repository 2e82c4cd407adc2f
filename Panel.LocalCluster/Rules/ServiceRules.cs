using System.Net;
using Panel.Kube.Wire;

namespace Panel.LocalCluster.Rules;

/// <summary>What a service is and must be. Pods share the machine's network, so every service is reached at the loopback address, by the pods' own ports.</summary>
static class ServiceRules
{
    public static void Complete(Service service)
    {
        var spec = service.Spec;
        spec.Type ??= "ClusterIP";
        spec.SessionAffinity ??= "None";
        if (spec.Type != "ExternalName")
        {
            spec.ClusterIP ??= "127.0.0.1";
            spec.ClusterIPs = [spec.ClusterIP];
            spec.IpFamilies ??= ["IPv4"];
            spec.IpFamilyPolicy ??= "SingleStack";
            spec.InternalTrafficPolicy ??= "Cluster";
        }
        if (spec.Type is "NodePort" or "LoadBalancer") spec.ExternalTrafficPolicy ??= "Cluster";
        foreach (var port in spec.Ports ?? [])
        {
            port.Protocol ??= "TCP";
            port.TargetPort ??= port.Port;
            if (spec.Type is "NodePort" or "LoadBalancer") port.NodePort ??= port.Port;
        }
        service.Status ??= new();
        service.Status.LoadBalancer ??= new();
        if (spec.Type == "LoadBalancer") service.Status.LoadBalancer.Ingress ??= [new() { Address = IPAddress.Loopback.ToString() }];
    }

    public static void Check(Service service, Service? before, Faults faults)
    {
        var spec = service.Spec;
        faults.OneOf("spec.type", spec.Type, "ClusterIP", "ExternalName", "LoadBalancer", "NodePort");
        faults.OneOf("spec.externalTrafficPolicy", spec.ExternalTrafficPolicy, "Cluster", "Local");
        faults.OneOf("spec.sessionAffinity", spec.SessionAffinity, "ClientIP", "None");
        var ports = spec.Ports ?? [];
        if (ports.Count == 0 && spec.ClusterIP != "None" && spec.Type != "ExternalName") faults.Required("spec.ports");
        if (spec.ClusterIP is not (null or "" or "None") && !IPAddress.TryParse(spec.ClusterIP, out _)) faults.Invalid("spec.clusterIPs[0]", spec.ClusterIP, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
        var (names, numbers) = (new HashSet<string>(), new HashSet<(int, string?)>());
        foreach (var (i, port) in ports.Index())
        {
            var field = $"spec.ports[{i}]";
            if (string.IsNullOrEmpty(port.Name) && ports.Count > 1) faults.Required($"{field}.name");
            if (port.Name is { Length: > 0 } name)
            {
                if (Names.Label(name) is { } wrong) faults.Invalid($"{field}.name", name, wrong);
                else if (!names.Add(name)) faults.Duplicate($"{field}.name", name);
            }
            faults.Between($"{field}.port", port.Port, 1, 65535);
            if (port.TargetPort is { Text: null } target) faults.Between($"{field}.targetPort", target.Number, 1, 65535);
            faults.Between($"{field}.nodePort", port.NodePort, 0, 65535);
            faults.OneOf($"{field}.protocol", port.Protocol, "SCTP", "TCP", "UDP");
            if (!numbers.Add((port.Port, port.Protocol))) faults.Duplicate(field, $"{port.Port}/{port.Protocol}");
        }
        foreach (var (key, value) in spec.Selector ?? [])
        {
            if (Names.QualifiedName(key) is { } wrong) faults.Invalid("spec.selector", key, wrong);
            if (Names.LabelValue(value) is { } bad) faults.Invalid("spec.selector", value, bad);
        }
        if (before?.Spec is { Type: "ClusterIP", ClusterIP: { Length: > 0 } old } && spec.Type == "ClusterIP" && spec.ClusterIP != old)
            faults.Invalid("spec.clusterIPs[0]", spec.ClusterIP, "may not change once set");
    }
}
