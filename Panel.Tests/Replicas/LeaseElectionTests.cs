using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Panel.Core.Reconciling;
using Panel.Kube;
using Panel.Kube.Client;
using Panel.Kube.Replicas;
using Panel.Kube.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Replicas;

[Trait("Lane", "cluster")]
public class LeaseElectionTests(Cluster cluster)
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_of_three_leads_and_another_follows_at_once_when_it_ends()
    {
        await using var space = await cluster.OpenAsync(watching: false);
        Replica[] replicas = [new(space, "one"), new(space, "two"), new(space, "three")];
        foreach (var replica in replicas) replica.Start();
        await Deadline.UntilAsync("a leader", () => replicas.Any(replica => replica.Gate.Leads));
        var first = Assert.Single(replicas, replica => replica.Gate.Leads);
        await Deadline.UntilAsync("all know it", () => replicas.All(replica => replica.Gate.Leader == first.Name));

        await first.DisposeAsync();

        Assert.False(first.Gate.Leads);
        var rest = replicas.Where(replica => replica != first).ToList();
        // given back: it is not waited for until it runs out
        await Deadline.UntilAsync("another leader", () => rest.Any(replica => replica.Gate.Leads), TimeSpan.FromSeconds(8));
        Assert.Single(rest, replica => replica.Gate.Leads);
        foreach (var replica in rest) await replica.DisposeAsync();
    }

    [Fact]
    public async Task Lease_of_one_that_vanished_is_taken_when_it_ran_out_and_not_before()
    {
        await using var space = await cluster.OpenAsync(watching: false);
        var now = TimeProvider.System.GetUtcNow();
        // its clock is an hour behind: only the time since it was seen counts
        await space.Client.CreateAsync(Kinds.Leases, space.Space, new()
        {
            Metadata = new() { Name = LeaseElection.LeaseName },
            Spec = new() { HolderIdentity = "gone", LeaseDurationSeconds = 4, AcquireTime = now.AddHours(-1), RenewTime = now.AddHours(-1), LeaseTransitions = 6 },
        }, Stop);
        var replica = new Replica(space, "next");
        var began = TimeProvider.System.GetTimestamp();
        replica.Start();
        await Deadline.UntilAsync("the lease is taken", () => replica.Gate.Leads);
        Assert.InRange(TimeProvider.System.GetElapsedTime(began).TotalSeconds, 3.9, 20);
        Assert.Equal(7, (await space.Client.FindAsync(Kinds.Leases, space.Space, LeaseElection.LeaseName, Stop))!.Spec!.LeaseTransitions);
        await replica.DisposeAsync();
    }

    [Fact]
    public async Task Own_lease_is_taken_again_at_once_after_a_crash()
    {
        await using var space = await cluster.OpenAsync(watching: false);
        var now = TimeProvider.System.GetUtcNow();
        await space.Client.CreateAsync(Kinds.Leases, space.Space, new()
        {
            Metadata = new() { Name = LeaseElection.LeaseName },
            Spec = new() { HolderIdentity = "same", LeaseDurationSeconds = 600, AcquireTime = now, RenewTime = now },
        }, Stop);
        var replica = new Replica(space, "same");
        replica.Start();
        await Deadline.UntilAsync("it leads again", () => replica.Gate.Leads, TimeSpan.FromSeconds(10));
        await replica.DisposeAsync();
    }

    [Fact]
    public async Task Leader_whose_lease_was_taken_steps_back()
    {
        await using var space = await cluster.OpenAsync(watching: false);
        var replica = new Replica(space, "one");
        replica.Start();
        await Deadline.UntilAsync("it leads", () => replica.Gate.Leads);
        var ended = new TaskCompletionSource();
        var loop = replica.Gate.WhileLeadingAsync(async token =>
        {
            token.Register(() => ended.TrySetResult());
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
        }, Stop);

        await space.Client.MergeAsync(Kinds.Leases, space.Space, LeaseElection.LeaseName, null, """{"spec":{"holderIdentity":"other","leaseDurationSeconds":600}}"""u8.ToArray(), Stop);

        await ended.Task.Within("the loop to end");
        Assert.False(replica.Gate.Leads);
        Assert.Equal("other", replica.Gate.Leader);
        Assert.False(loop.IsCompleted);     // it waits for the next term
        await replica.DisposeAsync();
    }

    sealed class Replica(ClusterSpace space, string name) : IAsyncDisposable
    {
        readonly CancellationTokenSource stopping = new();
        Task running = Task.CompletedTask;

        public string Name => name;

        public LeaderGate Gate { get; } = new();

        public void Start()
        {
            var election = new LeaseElection(space.Get<KubeClient>(), space.Get<ServerNamespace>(), Gate, space.Get<IOptions<KubeOptions>>(), new(name), TimeProvider.System, NullLogger<LeaseElection>.Instance);
            running = Task.Run(() => election.RunAsync(stopping.Token));
        }

        public async ValueTask DisposeAsync()
        {
            await stopping.CancelAsync();
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stopping.Dispose();
        }
    }
}
