using Panel.Kube.Wire;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.LocalCluster.Kubelet;

/// <summary>What controllers write beside workloads: endpoints, budgets, quotas, accounts.</summary>
[Trait("Lane", "cluster")]
public sealed class ControllerTests
{
    static readonly Dictionary<string, string> App = new() { ["app"] = "game" };

    [Fact]
    public async Task A_service_lists_its_pods_and_forgets_them_when_they_are_gone()
    {
        await using var machine = await LocalMachine.StartAsync();
        await machine.Objects.CreateAsync(new Service
        {
            Metadata = new() { Name = "game", Namespace = LocalMachine.Space },
            Spec = new() { Selector = App, Ports = [new() { Name = "game", Port = 80, TargetPort = new(0, "play") }] },
        }, CancellationToken.None);
        await machine.RunAsync("one", "sleep 1000", pod =>
        {
            pod.Metadata.Labels = App;
            pod.Spec.Containers[0].Ports = [new() { Name = "play", Number = 25565 }];
        });

        await Deadline.UntilAsync("the pod behind the service", () => machine.Objects.Find<Endpoints>(LocalMachine.Space, "game")?.Subsets is [{ Addresses: [{ TargetRef.Name: "one" }], Ports: [{ Port: 25565 }] }]);
        await Deadline.UntilAsync("the slice of the service", () => machine.Objects.List<EndpointSlice>(LocalMachine.Space) is [{ Metadata.Labels: { } labels, Endpoints: [{ Conditions.Ready: true }] }]
            && labels["kubernetes.io/service-name"] == "game");

        await machine.Objects.DeleteAsync<Pod>(LocalMachine.Space, "one", new() { GracePeriodSeconds = 0 }, CancellationToken.None);
        await Deadline.UntilAsync("no pod behind the service", () => machine.Objects.Find<Endpoints>(LocalMachine.Space, "game") is { Subsets: null } && machine.Objects.List<EndpointSlice>(LocalMachine.Space)[0].Endpoints.Count == 0);
        await machine.Objects.DeleteAsync<Service>(LocalMachine.Space, "game", null, CancellationToken.None);
        await Deadline.UntilAsync("no endpoints", () => machine.Objects.Find<Endpoints>(LocalMachine.Space, "game") is null && machine.Objects.List<EndpointSlice>(LocalMachine.Space).Count == 0);
    }

    [Fact]
    public async Task A_budget_counts_its_pods_and_a_quota_what_is_used()
    {
        await using var machine = await LocalMachine.StartAsync();
        await machine.Objects.CreateAsync(new PodDisruptionBudget { Metadata = new() { Name = "game", Namespace = LocalMachine.Space }, Spec = new() { MinAvailable = 1, Selector = new() { MatchLabels = App } } }, CancellationToken.None);
        await machine.Objects.CreateAsync(new ResourceQuota { Metadata = new() { Name = "all", Namespace = LocalMachine.Space }, Spec = new() { Hard = new() { ["pods"] = "4", ["limits.memory"] = "1Gi" } } }, CancellationToken.None);

        await machine.RunAsync("one", "sleep 1000", pod =>
        {
            pod.Metadata.Labels = App;
            pod.Spec.Containers[0].Resources = new() { Limits = new() { ["memory"] = "64Mi" } };
        });

        await Deadline.UntilAsync("the budget", () => machine.Objects.Find<PodDisruptionBudget>(LocalMachine.Space, "game")?.Status is { CurrentHealthy: 1, ExpectedPods: 1, DisruptionsAllowed: 0 });
        await Deadline.UntilAsync("the quota", () => machine.Objects.Find<ResourceQuota>(LocalMachine.Space, "all")?.Status?.Used is { } used && used["pods"] == "1" && used["limits.memory"] == "64Mi");
    }

    [Fact]
    public async Task Every_namespace_gets_an_account_and_a_token_secret_is_filled()
    {
        await using var machine = await LocalMachine.StartAsync();
        await machine.Objects.CreateAsync(new Namespace { Metadata = new() { Name = "games" } }, CancellationToken.None);
        await Deadline.UntilAsync("the account", () => machine.Objects.Find<ServiceAccount>("games", "default") is not null);

        await machine.Objects.CreateAsync(new Secret
        {
            Metadata = new() { Name = "token", Namespace = "games", Annotations = new() { ["kubernetes.io/service-account.name"] = "default" } },
            Type = "kubernetes.io/service-account-token",
        }, CancellationToken.None);

        await Deadline.UntilAsync("the token", () => machine.Objects.Find<Secret>("games", "token")?.Data?.ContainsKey("token") == true);
        using var client = machine.Client();
        client.DefaultRequestHeaders.Authorization = new("Bearer", System.Text.Encoding.ASCII.GetString(machine.Objects.Find<Secret>("games", "token")!.Data!["token"]));
        using var refused = await client.GetAsync(new Uri("/api/v1/namespaces/games/pods", UriKind.Relative)).Within("the request");
        Assert.Equal(403, (int)refused.StatusCode);
        using var discovery = await client.GetAsync(new Uri("/apis", UriKind.Relative)).Within("the request");
        Assert.Equal(200, (int)discovery.StatusCode);
    }
}
