using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Panel.Core.Reconciling;
using Panel.Kube.Client;
using Panel.Kube.Servers;
using Panel.Kube.Wire;

namespace Panel.Kube.Replicas;

/// <summary>
/// Decides by a Lease which replica leads, and opens and closes the <see cref="LeaderGate"/>. When the holder last renewed is measured by
/// this replica's own clock from the moment it saw the lease change, so that clocks that differ do no harm; a holder that cannot renew in
/// time steps back before any other may take over.
/// </summary>
/// <remarks>The way of client-go and its numbers, https://github.com/kubernetes/client-go/blob/master/tools/leaderelection/leaderelection.go</remarks>
public sealed partial class LeaseElection(
    KubeClient client, ServerNamespace games, LeaderGate gate, IOptions<KubeOptions> options, ReplicaName self, TimeProvider clock, ILogger<LeaseElection> log)
{
    internal const string LeaseName = "panel-leader";

    static readonly TimeSpan Lasts = TimeSpan.FromSeconds(15), RenewWithin = TimeSpan.FromSeconds(10), Pause = TimeSpan.FromSeconds(2);

    (string? Holder, DateTimeOffset? Renewed, int Seconds) seen;
    long seenAt, renewedAt;

    string Space => options.Value.Namespace;

    /// <summary>Takes part until cancelled; then gives the lease back, so that the next leader need not wait.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                await TryAsync(cancellation);
                await Task.Delay(Pause * (1 + (Random.Shared.NextDouble() / 5)), clock, cancellation);
            }
        }
        finally
        {
            if (gate.Leads)
            {
                gate.Close();
                await GiveBackAsync();
            }
        }
    }

    async Task TryAsync(CancellationToken cancellation)
    {
        // an answer that comes after the lease ran out must not be waited for
        var patience = gate.Leads ? RenewWithin - clock.GetElapsedTime(renewedAt) : RenewWithin;
        using var limit = new CancellationTokenSource(patience > TimeSpan.Zero ? patience : TimeSpan.Zero, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            var asked = clock.GetTimestamp();
            if (await HoldAsync(both.Token)) Lead(asked);
            else StepBack($"{gate.Leader} leads");
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            var why = failure is OperationCanceledException ? "the cluster does not answer in time" : failure.Message;
            if (!gate.Leads) LogWaiting(why);
            else if (clock.GetElapsedTime(renewedAt) >= RenewWithin) StepBack(why);
        }
    }

    /// <summary>Takes the lease, or renews it.</summary>
    /// <returns>Whether this replica holds it.</returns>
    async Task<bool> HoldAsync(CancellationToken cancellation)
    {
        var lease = await client.FindAsync(Kinds.Leases, Space, LeaseName, cancellation);
        var now = clock.GetUtcNow();
        if (lease is null)
        {
            await games.EnsureAsync(cancellation);
            var first = new Lease
            {
                Metadata = new() { Name = LeaseName, Labels = new() { [ServerObjects.ManagedByLabel] = "panel" } },
                Spec = new() { HolderIdentity = self.Value, LeaseDurationSeconds = (int)Lasts.TotalSeconds, AcquireTime = now, RenewTime = now, LeaseTransitions = 0 },
            };
            return await UnlessOthersAsync(() => client.CreateAsync(Kinds.Leases, Space, first, cancellation));
        }
        var spec = lease.Spec ?? new();
        if (seen != (spec.HolderIdentity, spec.RenewTime, spec.LeaseDurationSeconds ?? 0))
        {
            (seen, seenAt) = ((spec.HolderIdentity, spec.RenewTime, spec.LeaseDurationSeconds ?? 0), clock.GetTimestamp());
        }
        gate.Leader = spec.HolderIdentity;
        var mine = spec.HolderIdentity == self.Value;
        var free = string.IsNullOrEmpty(spec.HolderIdentity) || clock.GetElapsedTime(seenAt) >= TimeSpan.FromSeconds(seen.Seconds);
        if (!mine && !free) return false;
        (spec.HolderIdentity, spec.LeaseDurationSeconds, spec.RenewTime) = (self.Value, (int)Lasts.TotalSeconds, now);
        if (!mine || spec.AcquireTime is null) (spec.AcquireTime, spec.LeaseTransitions) = (now, (spec.LeaseTransitions ?? 0) + 1);
        return await UnlessOthersAsync(() => WriteAsync(lease, spec, cancellation));
    }

    // with the version that was read: of two who take it at once, one fails
    Task WriteAsync(Lease lease, LeaseSpec spec, CancellationToken cancellation)
    {
        var change = new Lease { ApiVersion = Kinds.Leases.ApiVersion, Kind = Kinds.Leases.Name, Metadata = new() { ResourceVersion = lease.Metadata.ResourceVersion }, Spec = spec };
        return client.MergeAsync(Kinds.Leases, Space, LeaseName, null, JsonSerializer.SerializeToUtf8Bytes(change, Kinds.Leases.Item), cancellation);
    }

    static async Task<bool> UnlessOthersAsync(Func<Task> write)
    {
        try
        {
            await write();
            return true;
        }
        catch (KubeException refusal) when (refusal.Code == HttpStatusCode.Conflict)
        {
            return false;
        }
    }

    void Lead(long since)
    {
        renewedAt = since;
        gate.Leader = self.Value;
        if (gate.Leads) return;
        LogLeads(self.Value);
        gate.Open();
    }

    void StepBack(string why)
    {
        if (!gate.Leads) return;
        LogStepsBack(self.Value, why);
        gate.Close();
    }

    async Task GiveBackAsync()
    {
        using var limit = new CancellationTokenSource(Pause, clock);
        try
        {
            if (await client.FindAsync(Kinds.Leases, Space, LeaseName, limit.Token) is not { } lease || lease.Spec?.HolderIdentity != self.Value) return;
            lease.Spec.HolderIdentity = "";
            lease.Spec.LeaseDurationSeconds = 1;
            await WriteAsync(lease, lease.Spec, limit.Token);
        }
        catch (Exception failure)
        {
            LogNotGivenBack(failure.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Replica} leads: it keeps servers as they are wanted")]
    partial void LogLeads(string replica);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Replica} leads no more: {Why}")]
    partial void LogStepsBack(string replica, string why);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Who leads is not known: {Problem}")]
    partial void LogWaiting(string problem);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The lease was not given back and runs out by itself: {Problem}")]
    partial void LogNotGivenBack(string problem);
}

/// <summary>The name by which this replica holds the lease. The same after a restart, so that a panel that crashed leads again at once.</summary>
/// <param name="Value">The name.</param>
public sealed record ReplicaName(string Value)
{
    /// <summary>The name of the replica that runs here. A pod keeps its name when its container crashed; two panels on one machine have two data directories.</summary>
    /// <param name="dataDirectory">The data directory's full path.</param>
    public static ReplicaName Of(string dataDirectory) =>
        new($"{Environment.MachineName.ToLowerInvariant()}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(dataDirectory)).AsSpan(0, 4))}");
}
