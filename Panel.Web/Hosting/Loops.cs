using Microsoft.Extensions.Options;
using Panel.Core.Accounts;
using Panel.Core.Console;
using Panel.Core.Mail;
using Panel.Core.Reconciling;
using Panel.Core.Replicas;
using Panel.Core.Servers;
using Panel.Core.Usage;
using Panel.Kube;
using Panel.Kube.Access;
using Panel.Kube.Files;
using Panel.Kube.Replicas;
using Panel.Kube.Servers;

namespace Panel.Web.Hosting;

/// <summary>Follows what the cluster shows of servers.</summary>
public sealed class Watches(ServerWatch watch, LocalClusterState local, Preparation preparation, TimeProvider clock, ILogger<Watches> log) : Loop(preparation, clock, log)
{
    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken stopping)
    {
        await local.Tried.WaitAsync(stopping);
        await watch.RunAsync(stopping);
    }
}

/// <summary>Follows the consoles of running servers: ready lines and players are known without anybody looking.</summary>
public sealed class ConsoleFollower(ConsoleHub hub, Preparation preparation, TimeProvider clock, ILogger<ConsoleFollower> log) : Loop(preparation, clock, log)
{
    /// <inheritdoc/>
    protected override Task RunAsync(CancellationToken stopping) => hub.RunAsync(stopping);
}

/// <summary>Keeps what consoles show, on the replica that leads.</summary>
public sealed class ConsoleHistoryKeeping(ConsoleKeeping keeping, LeaderGate gate, Preparation preparation, TimeProvider clock, ILogger<ConsoleHistoryKeeping> log) : Loop(preparation, clock, log)
{
    /// <inheritdoc/>
    protected override Task RunAsync(CancellationToken stopping) => gate.WhileLeadingAsync(keeping.RunAsync, stopping);
}

/// <summary>Asks for a pass of every server now and then.</summary>
public sealed class Resyncing(Resync resync, LeaderGate gate, Preparation preparation, TimeProvider clock, ILogger<Resyncing> log) : Loop(preparation, clock, log)
{
    /// <inheritdoc/>
    protected override Task RunAsync(CancellationToken stopping) => gate.WhileLeadingAsync(resync.RunAsync, stopping);
}

/// <summary>Tells other replicas of changes, and hears of theirs.</summary>
public sealed class Notices(ChangeNotices notices, Preparation preparation, TimeProvider clock, ILogger<Notices> log) : Loop(preparation, clock, log)
{
    /// <inheritdoc/>
    protected override Task RunAsync(CancellationToken stopping) => notices.RunAsync(stopping);
}

/// <summary>Finds out whether this replica leads. The cluster of this machine belongs to one panel, which leads as soon as there is a cluster.</summary>
public sealed class Leadership(LeaseElection election, LeaderGate gate, LocalClusterState local, IOptions<KubeOptions> cluster, Preparation preparation, TimeProvider clock, ILogger<Leadership> log) : Loop(preparation, clock, log)
{
    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken stopping)
    {
        await local.Tried.WaitAsync(stopping);
        if (cluster.Value.Mode != ClusterMode.Local)
        {
            await election.RunAsync(stopping);
            return;
        }
        gate.Open();
        await Task.Delay(Timeout.InfiniteTimeSpan, Clock, stopping);
    }
}

/// <summary>Removes the pods through which files were reached, once nobody uses them.</summary>
public sealed class FilesReaper(FilesPod pods, LocalClusterState local, Preparation preparation, TimeProvider clock, ILogger<FilesReaper> log) : Loop(preparation, clock, log)
{
    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken stopping)
    {
        await local.Tried.WaitAsync(stopping);
        await pods.ReapAsync(stopping);
    }
}

/// <summary>Asks the cluster what the panel's account may do.</summary>
public sealed class Permissions(PermissionCheck check, LocalClusterState local, Preparation preparation, TimeProvider clock, ILogger<Permissions> log) : Loop(preparation, clock, log)
{
    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken stopping)
    {
        await local.Tried.WaitAsync(stopping);
        await check.RunAsync(stopping);
    }
}

/// <summary>Keeps what servers use, on the replica that leads.</summary>
public sealed class UsageKeeping(UsageSampling sampling, LeaderGate gate, Preparation preparation, TimeProvider clock, ILogger<UsageKeeping> log) : Loop(preparation, clock, log)
{
    /// <inheritdoc/>
    protected override Task RunAsync(CancellationToken stopping) => gate.WhileLeadingAsync(sampling.RunAsync, stopping);
}

/// <summary>Keeps how long servers take to start, on the replica that leads.</summary>
public sealed class StartTiming(StartTimes times, LeaderGate gate, Preparation preparation, TimeProvider clock, ILogger<StartTiming> log) : Loop(preparation, clock, log)
{
    /// <inheritdoc/>
    protected override Task RunAsync(CancellationToken stopping) => gate.WhileLeadingAsync(times.RunAsync, stopping);
}

/// <summary>Carries out the stops that were announced, also those of replicas that are gone.</summary>
public sealed class Countdowns(CarryOutStops stops, Preparation preparation, TimeProvider clock, ILogger<Countdowns> log) : Loop(preparation, clock, log)
{
    /// <inheritdoc/>
    protected override Task RunAsync(CancellationToken stopping) => stops.RunAsync(stopping);
}

/// <summary>Sends the mail that waits.</summary>
public sealed class MailSender(Outbox outbox, Preparation preparation, TimeProvider clock, ILogger<MailSender> log) : Loop(preparation, clock, log)
{
    /// <inheritdoc/>
    protected override Task RunAsync(CancellationToken stopping) => outbox.RunAsync(stopping);
}

/// <summary>Removes sessions that have ended by time, accounts that waited for their last server to go, and those that nobody confirmed.</summary>
public sealed class AccountSweep(Sessions sessions, DeleteAccount deleted, RegisterAccount registered, Preparation preparation, TimeProvider clock, ILogger<AccountSweep> log) : Loop(preparation, clock, log)
{
    static readonly TimeSpan pause = TimeSpan.FromMinutes(5);

    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken stopping)
    {
        while (true)
        {
            await sessions.SweepAsync(stopping);
            await deleted.SweepAsync(stopping);
            await registered.SweepAsync(stopping);
            await Task.Delay(pause, Clock, stopping);
        }
    }
}
