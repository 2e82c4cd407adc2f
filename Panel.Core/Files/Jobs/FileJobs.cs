using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Panel.Contracts.Access;
using Panel.Contracts.Files;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Servers;

namespace Panel.Core.Files.Jobs;

/// <summary>What a job is to do.</summary>
/// <param name="Kind">What kind of work.</param>
/// <param name="Subject">What it is about, in words.</param>
/// <param name="Place">Where its result is.</param>
/// <param name="Permissions">What whoever starts it must be allowed to until it ends.</param>
/// <param name="Work">Does it, and says what came of it.</param>
sealed record JobPlan(FileJobKind Kind, string Subject, ServerPath Place, string[] Permissions, Func<Server, RunningJob, CancellationToken, Task<string>> Work);

/// <summary>
/// The long jobs on files, which go on when the page that started them is gone. Each is worked on in the process where it was started: when that
/// ends it ends, and leaves nothing half done. How it stands is in the database, so that every replica tells of it and can end it.
/// </summary>
public sealed partial class FileJobs(AccessGuard guard, ServerVolumes volumes, JobRows rows, TimeProvider clock, IOptions<FileOptions> options, ILogger<FileJobs> log) : IAsyncDisposable
{
    static readonly TimeSpan longest = TimeSpan.FromHours(6), farewell = TimeSpan.FromSeconds(5), pace = TimeSpan.FromSeconds(1), look = TimeSpan.FromSeconds(10);

    readonly ConcurrentDictionary<ServerId, ServerJobs> servers = new();
    readonly SemaphoreSlim turns = new(options.Value.JobsAtOnce);
    readonly CancellationTokenSource closing = new();
    readonly Lock gate = new();
    Task keeping = Task.CompletedTask;

    /// <summary>The jobs of a server, the newest first.</summary>
    /// <inheritdoc cref="ServerVolumes.OpenAsync"/>
    public async Task<IReadOnlyList<FileJob>> ListAsync(Actor actor, ServerId id, CancellationToken cancellation)
    {
        await volumes.OpenAsync(actor, id, ServerPermissions.ListFiles, cancellation);
        return await RowsAsync(id, cancellation);
    }

    /// <summary>The jobs of a server, again after each change, for as long as the actor may see them.</summary>
    /// <exception cref="NotFoundException">There is no such server, or the actor may not know of it.</exception>
    public IAsyncEnumerable<IReadOnlyList<FileJob>> FollowAsync(Actor actor, ServerId id, CancellationToken cancellation) =>
        guard.ReadAsync(actor, id, ServerPermissions.ListFiles, (_, token) => Of(id).FollowAsync(look, stop => RowsAsync(id, stop), token), cancellation);

    async Task<IReadOnlyList<FileJob>> RowsAsync(ServerId id, CancellationToken cancellation)
    {
        var all = Of(id);
        // looked at first: what is written between the two is there then, and not taken for gone
        var kept = all.All().Where(job => job.Saved is { Ended: true }).ToList();
        var (others, own) = await rows.ReadAsync(id, cancellation);
        foreach (var job in kept.Where(job => !own.Contains(job.Row.Id))) all.Remove(job);     // by another replica
        return [.. all.Rows().Concat(others).OrderByDescending(job => job.StartedAt)];
    }

    /// <summary>Another replica did something to jobs of a server, or of some when null.</summary>
    internal void Heard(ServerId? id)
    {
        foreach (var (_, all) in servers.Where(server => id is null || server.Key == id)) all.Changed();
    }

    /// <summary>Ends a job, which leaves nothing; one that ended already is taken from the list.</summary>
    /// <exception cref="NotFoundException">There is no such job.</exception>
    public async Task CancelAsync(Actor actor, ServerId id, Guid job, CancellationToken cancellation)
    {
        await volumes.OpenAsync(actor, id, ServerPermissions.CreateFiles, cancellation);
        var all = Of(id);
        if (all.Find(job) is not { } found)
        {
            await rows.CancelAsync(id, job, cancellation);
        }
        else if (found.Row.Ended)
        {
            await rows.RemoveAsync(id, job, cancellation);
            all.Remove(found);
        }
        else
        {
            found.Stop();
        }
    }

    /// <summary>Takes all that ended from the list.</summary>
    /// <inheritdoc cref="ServerVolumes.OpenAsync"/>
    public async Task ClearAsync(Actor actor, ServerId id, CancellationToken cancellation)
    {
        await volumes.OpenAsync(actor, id, ServerPermissions.CreateFiles, cancellation);
        foreach (var job in (await RowsAsync(id, cancellation)).Where(job => job.Ended))
        {
            await rows.RemoveAsync(id, job.Id, cancellation);
            if (Of(id).Find(job.Id) is { } own) Of(id).Remove(own);
        }
    }

    /// <summary>Says what becomes of the files that a job found there already.</summary>
    /// <param name="actor">Who answers.</param>
    /// <param name="id">The server.</param>
    /// <param name="job">The job.</param>
    /// <param name="existing">What becomes of them.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="NotFoundException">There is no such job.</exception>
    /// <exception cref="ConflictException">It does not ask.</exception>
    public async Task AnswerAsync(Actor actor, ServerId id, Guid job, WhenExists existing, CancellationToken cancellation)
    {
        await volumes.OpenForWritingAsync(actor, id, existing is WhenExists.Replace ? ServerPermissions.UpdateFiles : ServerPermissions.CreateFiles, cancellation);
        if (existing is WhenExists.Ask) throw new InvalidFieldException(nameof(existing), "Say whether they are replaced or stay.");
        if (!(Of(id).Find(job)?.Answer(existing) ?? await rows.AnswerAsync(id, job, existing, cancellation))) throw new ConflictException("The job does not ask, or has its answer.");
    }

    /// <summary>Starts a job. It has its turn when others are done.</summary>
    /// <exception cref="ConflictException">Too many are there already.</exception>
    internal async Task<FileJob> StartAsync(Actor actor, Server server, JobPlan plan, CancellationToken cancellation)
    {
        var all = Of(server.Id);
        var job = all.Add(new(Guid.NewGuid(), plan.Kind, plan.Subject, plan.Place.Value, FileJobState.Waiting, 0, null, null, [], 0, actor.Name, clock.GetUtcNow()));
        var begun = job.Row;
        try
        {
            // whoever asks for it next may ask another replica
            await rows.AddAsync(server.Id, begun, cancellation);
            job.Saved = begun;
        }
        catch
        {
            all.Remove(job);
            throw;
        }
        job.Work = Task.Run(() => RunAsync(actor, server.Id, all, job, plan), CancellationToken.None);
        lock (gate)
        {
            if (keeping.IsCompleted) keeping = Task.Run(KeepAsync, CancellationToken.None);
        }
        return begun;
    }

    /// <summary>Keeps the database at how jobs stand, and them at what was asked of them there, for as long as there are some.</summary>
    async Task KeepAsync()
    {
        for (var wait = pace; ;)
        {
            await Task.Delay(wait * (0.75 + (Random.Shared.NextDouble() / 2)), clock, closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (closing.IsCancellationRequested) return;
            try
            {
                await SaveAsync(closing.Token);
                wait = pace;
            }
            catch (Exception failure) when (!closing.IsCancellationRequested)
            {
                LogNotKept(failure.Message);
                wait = wait * 2 < look ? wait * 2 : look;
            }
            lock (gate)
            {
                if (servers.Values.SelectMany(all => all.All()).All(job => job.Row.Ended && ReferenceEquals(job.Saved, job.Row)))
                {
                    keeping = Task.CompletedTask;
                    return;
                }
            }
        }
    }

    async Task SaveAsync(CancellationToken cancellation)
    {
        foreach (var (id, all) in servers)
        {
            foreach (var job in all.All())
            {
                var row = job.Row;
                if (job.Saved is null) continue;   // its row is on its way: that there is none yet says nothing
                if (row.Ended && ReferenceEquals(job.Saved, row)) continue;
                var (stop, answer) = await rows.SaveAsync(id, row, cancellation);
                job.Saved = row;
                if (row.Ended) continue;
                if (stop) job.Stop();
                if (answer is { } existing && row.State is FileJobState.Asking) job.Answer(existing);
            }
        }
    }

    async Task RunAsync(Actor actor, ServerId id, ServerJobs all, RunningJob job, JobPlan plan)
    {
        using var limit = new CancellationTokenSource(longest, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, job.Stopping, closing.Token);
        try
        {
            await all.Turns.WaitAsync(stop.Token);
            try
            {
                await turns.WaitAsync(stop.Token);
                try
                {
                    job.Begin();
                    job.End(FileJobState.Done, await GuardedAsync(actor, id, job, plan, 0, stop.Token));
                }
                finally
                {
                    turns.Release();
                }
            }
            finally
            {
                all.Turns.Release();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            if (closing.IsCancellationRequested) job.End(FileJobState.Failed, "The panel was stopped or updated meanwhile. Nothing of it stayed; start it again.");
            else if (limit.IsCancellationRequested) job.End(FileJobState.Failed, $"It took longer than {longest.TotalHours:0} hours.");
            else job.End(FileJobState.Cancelled, "Cancelled.");
        }
        catch (TimeoutException)
        {
            job.End(FileJobState.Failed, "Nobody said what becomes of the files that are there already.");
        }
        catch (PanelException refusal)
        {
            job.End(FileJobState.Failed, refusal.Message);
        }
        catch (Exception failure)
        {
            var trace = (Activity.Current?.TraceId ?? ActivityTraceId.CreateRandom()).ToHexString();
            LogFailed(failure, plan.Kind, id, trace);
            job.End(FileJobState.Failed, $"That did not work, and it is not your fault. The log has it as {trace}.");
        }
    }

    async Task<string> GuardedAsync(Actor actor, ServerId id, RunningJob job, JobPlan plan, int at, CancellationToken cancellation)
    {
        var text = "";
        await guard.RunAsync(
            actor, id, plan.Permissions[at],
            async (server, token) => text = at + 1 < plan.Permissions.Length ? await GuardedAsync(actor, id, job, plan, at + 1, token) : await plan.Work(server, job, token),
            cancellation, state: ServerVolumes.RequireWritable);
        return text;
    }

    ServerJobs Of(ServerId id) => servers.GetOrAdd(id, _ => new(clock));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        var open = Task.WhenAll(servers.Values.SelectMany(all => all.All()).Select(job => job.Work));
        await Task.WhenAny(open, Task.Delay(farewell, clock));
        try
        {
            using var patience = new CancellationTokenSource(farewell, clock);
            await keeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await SaveAsync(patience.Token);
        }
        catch (Exception failure)
        {
            LogNotKept(failure.Message);    // others find out by its silence
        }
        // what did not end in time still uses them
        if (!open.IsCompleted) return;
        foreach (var all in servers.Values) all.Dispose();
        turns.Dispose();
        closing.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "How jobs on files stand is not kept for the moment: {Problem}")]
    partial void LogNotKept(string problem);

    [LoggerMessage(Level = LogLevel.Error, Message = "A job ({Kind}) on the files of server {Id} failed ({TraceId})")]
    partial void LogFailed(Exception failure, FileJobKind kind, ServerId id, string traceId);
}
