using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Panel.LocalCluster.Authorization;
using Panel.LocalCluster.Kubelet;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Controllers;

/// <summary>The loops that make up the cluster. One that fails is begun again after a while; they all end together.</summary>
sealed class ClusterLoops(ILogger<ClusterLoops> logger, TimeProvider clock) : IAsyncDisposable
{
    /// <summary>Writes are known one by one for that long at least, and twice as long at most: a watch that was cut comes back within seconds.</summary>
    static readonly TimeSpan Kept = TimeSpan.FromMinutes(2);
    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200), LongestPause = TimeSpan.FromSeconds(30);

    readonly CancellationTokenSource stop = new();
    readonly List<Task> running = [];

    public void Add(string name, Func<CancellationToken, Task> loop) => running.Add(Task.Run(() => RunAsync(name, loop)));

    /// <summary>Runs loops that are one: when one fails the others end too, and all begin anew. Else what is left of them would go on without it, and nobody would know.</summary>
    public static async Task TogetherAsync(CancellationToken cancellation, params IEnumerable<Func<CancellationToken, Task>> loops)
    {
        using var together = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAll([.. loops.Select(RunOneAsync)]);

        async Task RunOneAsync(Func<CancellationToken, Task> loop)
        {
            try
            {
                await loop(together.Token);
            }
            catch
            {
                await together.CancelAsync();
                throw;
            }
        }
    }

    public static void AddControllers(ClusterLoops loops, Objects objects, ClusterPaths paths, ILoggerFactory loggers, TimeProvider clock)
    {
        loops.Add("StatefulSets", stop => new StatefulSetController(objects, clock, loggers.CreateLogger<StatefulSetController>()).RunAsync(stop));
        loops.Add("Jobs", stop => new JobController(objects, clock, loggers.CreateLogger<JobController>()).RunAsync(stop));
        loops.Add("Claims", stop => new ClaimController(objects, paths.Root, clock, loggers.CreateLogger<ClaimController>()).RunAsync(stop));
        loops.Add("Endpoints", stop => new EndpointsController(objects, clock, loggers.CreateLogger<EndpointsController>()).RunAsync(stop));
        loops.Add("Budgets", stop => new BudgetController(objects, clock, loggers.CreateLogger<BudgetController>()).RunAsync(stop));
        loops.Add("Events", stop => new EventRecorder(objects, "panel", clock, loggers.CreateLogger<EventRecorder>()).SweepAsync(stop));
    }

    public static void AddAccounts(ClusterLoops loops, Objects objects, ObjectStore store, X509Certificate2 certificate, ILoggerFactory loggers, TimeProvider clock)
    {
        var tokens = new AccountTokens(certificate.GetECDsaPrivateKey()!, store, clock);
        loops.Add("Accounts", stop => new ServiceAccountController(objects, tokens, certificate.ExportCertificatePem(), clock, loggers.CreateLogger<ServiceAccountController>()).RunAsync(stop));
    }

    public static void AddCollectors(ClusterLoops loops, ObjectStore store, ObjectOperations operations, Objects objects, ILoggerFactory loggers, TimeProvider clock)
    {
        loops.Add("History", stop => AgeAsync(store, clock, stop));
        loops.Add("Garbage", stop => new GarbageCollector(store, operations, clock, loggers.CreateLogger<GarbageCollector>()).RunAsync(stop));
        loops.Add("Quotas", stop => new QuotaController(store, objects, clock, loggers.CreateLogger<QuotaController>()).RunAsync(stop));
        loops.Add("Namespaces", stop => new NamespaceController(store, operations, clock, loggers.CreateLogger<NamespaceController>()).RunAsync(stop));
    }

    static async Task AgeAsync(ObjectStore store, TimeProvider clock, CancellationToken stop)
    {
        while (true)
        {
            await Task.Delay(Kept, clock, stop);
            store.Age();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(running);
        stop.Dispose();
    }

    async Task RunAsync(string name, Func<CancellationToken, Task> loop)
    {
        var pause = FirstPause;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await loop(stop.Token);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                logger.LogError(failure, "The loop {Loop} failed; again in {Pause}", name, pause);
            }
            await Task.Delay(pause * (1 + Random.Shared.NextDouble()), clock, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }
}
