namespace Panel.Kube.Servers;

/// <summary>Tells Core what the cluster shows of servers, what they use, and whether the cluster answers.</summary>
public sealed class ServerWatch
{
    readonly ServerCaches caches;
    readonly ServerPublisher publisher;
    readonly UsageMeter usage;
    readonly TrafficMeter traffic;
    readonly ProgramWatch programs;

    internal ServerWatch(ServerCaches caches, ServerPublisher publisher, UsageMeter usage, TrafficMeter traffic, ProgramWatch programs) =>
        (this.caches, this.publisher, this.usage, this.traffic, this.programs) = (caches, publisher, usage, traffic, programs);

    /// <summary>Watches until cancelled; survives every failure of the cluster.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var together = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task[] loops = [caches.RunAsync(together.Token), publisher.RunAsync(together.Token), usage.RunAsync(together.Token), traffic.RunAsync(together.Token), programs.RunAsync(together.Token)];
        await Task.WhenAny(loops);
        await together.CancelAsync();   // one that fails takes the others with it: the host begins anew with all
        await Task.WhenAll(loops);
    }
}
