using Panel.Contracts.Servers;
using Panel.Core.Errors;
using Panel.Core.Metrics;
using Panel.Core.Reconciling;
using Panel.Core.Servers;

namespace Panel.Web.Hosting;

/// <summary>Works through the queue of servers that need a pass while this replica leads, a few at once and never one twice.</summary>
public sealed partial class ServerReconciler(WorkQueue<ServerId> queue, ServerPass pass, ObservedServers observed, LeaderGate gate, Preparation preparation, TimeProvider clock, ILogger<ServerReconciler> log) : Loop(preparation, clock, log)
{
    const int AtOnce = 8;
    static readonly TimeSpan patience = TimeSpan.FromMinutes(2);

    /// <inheritdoc/>
    protected override Task RunAsync(CancellationToken stopping) => gate.WhileLeadingAsync(WorkAsync, stopping);

    Task WorkAsync(CancellationToken stopping) => Parallel.ForEachAsync(
        queue.ReadAsync(stopping), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stopping }, async (id, cancellation) =>
        {
            var (succeeded, began) = (false, Clock.GetTimestamp());
            string? reason = null;
            using var limit = new CancellationTokenSource(patience, Clock);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
            try
            {
                await pass.RunAsync(id, both.Token);
                succeeded = true;
                observed.SetPassFailure(id, null);
            }
            catch (ClusterUnavailableException failure) when (!cancellation.IsCancellationRequested)
            {
                reason = "cluster";
                observed.SetPassFailure(id, failure.Message);
                LogPassWaits(log, failure.Message, id);   // the watch tells once that the cluster is away; not every server has to
            }
            catch (Exception failure) when (!cancellation.IsCancellationRequested)
            {
                reason = "other";
                observed.SetPassFailure(id, "The panel could not do what is wanted of it, and tries again. An administrator finds the reason in the panel's log.");
                LogPassFailed(log, failure, id);
            }
            finally
            {
                queue.Finish(id, succeeded);
                PanelMeter.Pass(Clock.GetElapsedTime(began), reason);
            }
        });

    [LoggerMessage(Level = LogLevel.Warning, Message = "A pass of server {Server} failed and comes again")]
    static partial void LogPassFailed(ILogger log, Exception failure, ServerId server);

    [LoggerMessage(Level = LogLevel.Debug, Message = "A pass of server {Server} comes again: {Reason}")]
    static partial void LogPassWaits(ILogger log, string reason, ServerId server);
}
