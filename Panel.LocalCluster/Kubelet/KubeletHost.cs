using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Panel.LocalCluster.Controllers;
using Panel.LocalCluster.Images;
using Panel.LocalCluster.Kubelet.Nodes;
using Panel.LocalCluster.Kubelet.Pods;
using Panel.LocalCluster.Kubelet.Streams;
using Panel.LocalCluster.Kubelet.Usage;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Kubelet;

/// <summary>The kubelet, the scheduler of its one node and their endpoints.</summary>
sealed class KubeletHost : IAsyncDisposable
{
    readonly KubeletContext context;
    readonly PodSupervisor pods;
    readonly UsageSampler usage;

    KubeletHost(KubeletContext context)
    {
        this.context = context;
        pods = new(context);
        usage = new(context, pods);
    }

    public IsolationStatus Isolation => context.Isolation.Status;

    public static async Task<KubeletHost> CreateAsync(LocalClusterOptions options, ClusterPaths paths, Objects objects, ILoggerFactory loggers, TimeProvider clock, CancellationToken cancellation)
    {
        var machine = MachineFacts.Read();
        var logger = loggers.CreateLogger("Panel.LocalCluster.Kubelet");
        var isolation = await Sandbox.Isolation.DetectAsync(options, machine, cancellation);
        logger.LogInformation("Isolation: {Reason}", isolation.Status.Reason);
        var events = new EventQueue(new EventRecorder(objects, "kubelet", clock, logger));
        return new(new(objects, options, paths, NodeFacts.Read(options), ImageCatalogue.Load(options, machine), isolation, events, logger, clock));
    }

    /// <summary>Takes over pods, then begins the loops.</summary>
    public async Task StartAsync(ClusterLoops loops, CancellationToken cancellation)
    {
        var node = new NodeReporter(context);
        await node.RegisterAsync(cancellation);
        pods.Recover();
        loops.Add("Node", node.RunAsync);
        loops.Add("Kubelet events", context.Events.RunAsync);
        loops.Add("Scheduler", new PodScheduler(context).RunAsync);
        loops.Add("Pods", pods.RunAsync);
        loops.Add("Usage", usage.RunAsync);
        loops.Add("Claim usage", new ClaimUsage(context, pods).RunAsync);
    }

    /// <summary>Maps logs, exec, attach, port-forward and metrics.</summary>
    public void Map(WebApplication app)
    {
        LogEndpoints.Map(app, pods, context.Clock);
        StreamEndpoints.Map(app, pods, context.Clock);
        PortForwardEndpoint.Map(app, pods, context.Logger);
        MetricsEndpoints.Map(app, pods, usage, context);
    }

    /// <summary>Ends the containers or leaves them, as the options say.</summary>
    public async ValueTask DisposeAsync()
    {
        if (context.Options.OnShutdown is ShutdownMode.Keep) await pods.LeaveAsync();
        else await pods.SuspendAsync(TimeSpan.FromSeconds(context.Options.ShutdownSeconds));
    }
}
