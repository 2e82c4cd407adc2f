using Microsoft.Extensions.Logging;
using Panel.Kube.Wire;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Controllers;

/// <summary>Lists the pods behind each service that has a selector: as Endpoints, and as one EndpointSlice.</summary>
public sealed class EndpointsController
{
    const string ServiceName = "kubernetes.io/service-name", ManagedBy = "endpointslice.kubernetes.io/managed-by";

    readonly Objects objects;
    readonly SelectorIndex index = new();
    readonly PassQueue queue;

    /// <summary>A controller that does nothing until <see cref="RunAsync"/>.</summary>
    public EndpointsController(Objects objects, TimeProvider clock, ILogger<EndpointsController> logger)
    {
        this.objects = objects;
        queue = new(PassAsync, clock, logger);
    }

    /// <summary>Runs until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellation) => ClusterLoops.TogetherAsync(cancellation, FollowServicesAsync, FollowPodsAsync, queue.RunAsync);

    async Task FollowServicesAsync(CancellationToken cancellation)
    {
        await foreach (var change in objects.WatchAsync<Service>(cancellation))
        {
            var name = new ObjectName(change.Object.Metadata.Namespace!, change.Object.Metadata.Name!);
            index.Set(name, change.Kind is ChangeKind.Removed ? null : Query(change.Object));
            queue.Add(name);
        }
    }

    async Task FollowPodsAsync(CancellationToken cancellation)
    {
        await foreach (var change in objects.WatchAsync<Pod>(cancellation))
        {
            foreach (var service in index.Touched(change)) queue.Add(service);
        }
    }

    async Task<TimeSpan?> PassAsync(ObjectName name, CancellationToken cancellation)
    {
        var service = objects.Find<Service>(name.Space, name.Name);
        if (service is null or { Metadata.DeletionTimestamp: not null })
        {
            // the slice dies with its owner; Endpoints have none
            if (objects.Find<Endpoints>(name.Space, name.Name) is { } left) await objects.RemoveAsync<Endpoints>(name.Space, name.Name, left.Metadata.Uid!, cancellation);
            return null;
        }
        if (Query(service) is not { } query) return null;
        var groups = objects.List<Pod>(name.Space, query).Where(pod => !pod.IsOver() && pod.Status?.PodIP is { Length: > 0 }).GroupBy(pod => PortsOf(service, pod), PortList.Same).ToList();
        await PutAsync(objects.Find<Endpoints>(name.Space, name.Name), NewEndpoints(service, groups), (current, wanted) => current.Subsets = wanted.Subsets, cancellation);
        var slice = NewSlice(service, groups);
        await PutAsync(objects.Find<EndpointSlice>(name.Space, slice.Metadata.Name!), slice, (current, wanted) => (current.Endpoints, current.Ports) = (wanted.Endpoints, wanted.Ports), cancellation);
        return null;
    }

    async Task PutAsync<T>(T? there, T wanted, Action<T, T> change, CancellationToken cancellation) where T : KubeObject
    {
        var (space, name) = (wanted.Metadata.Namespace, wanted.Metadata.Name!);
        try
        {
            if (there is null) await objects.CreateAsync(wanted, cancellation);
            else await objects.UpdateAsync<T>(space, name, current => change(current, wanted), cancellation);
        }
        catch (StatusException refusal) when (refusal.Code is 403 or 404 or 409)
        {
            return;     // the namespace or the service goes away, which brings us back
        }
    }

    static Endpoints NewEndpoints(Service service, List<IGrouping<PortList, Pod>> groups) => new()
    {
        Metadata = new() { Namespace = service.Metadata.Namespace, Name = service.Metadata.Name, Labels = service.Metadata.Labels },
        Subsets = groups.Count == 0 ? null : [.. groups.Select(group => new EndpointSubset
        {
            Addresses = Addresses(group.Where(pod => IsReady(service, pod))),
            NotReadyAddresses = Addresses(group.Where(pod => !IsReady(service, pod))),
            Ports = group.Key.Ports,
        })],
    };

    static EndpointSlice NewSlice(Service service, List<IGrouping<PortList, Pod>> groups) => new()
    {
        Metadata = new()
        {
            Namespace = service.Metadata.Namespace,
            Name = $"{service.Metadata.Name}-{service.Metadata.Uid![..5]}",
            Labels = new(service.Metadata.Labels ?? []) { [ServiceName] = service.Metadata.Name!, [ManagedBy] = "endpointslice-controller.k8s.io" },
            OwnerReferences = [OwnedPods.Reference(service, "v1", "Service")],
        },
        AddressType = "IPv4",
        Ports = groups.FirstOrDefault()?.Key.Ports ?? [],
        Endpoints = [.. groups.SelectMany(group => group).Select(pod => new SliceEndpoint
        {
            Addresses = [pod.Status!.PodIP!],
            Conditions = new() { Ready = IsReady(service, pod), Serving = pod.IsReady(), Terminating = pod.IsTerminating() },
            Hostname = Hostname(service, pod),
            NodeName = pod.Spec.NodeName,
            TargetRef = Target(pod),
        })],
    };

    static List<EndpointAddress>? Addresses(IEnumerable<Pod> pods)
    {
        List<EndpointAddress> addresses = [.. pods.Select(pod => new EndpointAddress { Address = pod.Status!.PodIP!, NodeName = pod.Spec.NodeName, TargetRef = Target(pod) })];
        return addresses.Count == 0 ? null : addresses;
    }

    static ObjectReference Target(Pod pod) => new() { Kind = "Pod", Namespace = pod.Metadata.Namespace, Name = pod.Metadata.Name, Uid = pod.Metadata.Uid };

    static string? Hostname(Service service, Pod pod) => pod.Spec.Subdomain == service.Metadata.Name ? pod.Spec.Hostname : null;

    static bool IsReady(Service service, Pod pod) => service.Spec.PublishNotReadyAddresses == true || (pod.IsReady() && !pod.IsTerminating());

    static LabelQuery? Query(Service service) => service.Spec.Selector is { Count: > 0 } selector && service.Spec.Type != "ExternalName" ? LabelQuery.Of(new LabelSelector { MatchLabels = selector }) : null;

    static PortList PortsOf(Service service, Pod pod)
    {
        var found = new List<EndpointPort>();
        foreach (var port in service.Spec.Ports ?? [])
        {
            var target = port.TargetPort ?? port.Port;
            var number = target.Text is not { } name
                ? target.Number
                : pod.Spec.Containers.SelectMany(container => container.Ports ?? []).FirstOrDefault(own => own.Name == name && own.Protocol == port.Protocol)?.Number;
            if (number is not null) found.Add(new() { Name = port.Name ?? "", Port = number, Protocol = port.Protocol });
        }
        return new(found);
    }

    /// <summary>The ports of a pod behind a service: pods with the same ones go together.</summary>
    sealed record PortList(List<EndpointPort> Ports)
    {
        public static readonly IEqualityComparer<PortList> Same = EqualityComparer<PortList>.Create((one, other) => one!.Text == other!.Text, list => list.Text.GetHashCode(StringComparison.Ordinal));

        string Text => string.Join(',', Ports.Select(port => $"{port.Name}:{port.Port}/{port.Protocol}"));
    }
}
