using Panel.Contracts.Access;
using Panel.Contracts.Console;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Servers;

namespace Panel.Core.Console;

/// <summary>Which log that is not the running program's.</summary>
public enum PastLog
{
    /// <summary>What the program wrote in its run before this one.</summary>
    Previous,
    /// <summary>What the last install wrote.</summary>
    Install,
}

/// <summary>Reads logs that the cluster keeps besides the running program's: of the run before, and of the last install.</summary>
public sealed class ReadPastLog(ServerOperations servers, ObservedServers observed, IConsoleSource source, TimeProvider clock)
{
    /// <summary>So many of the last lines are given.</summary>
    const int MostLines = 5000;

    /// <summary>Longer than the cluster needs for a log that has its end; of an install that runs on, this is what there is so far.</summary>
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>The last lines of a log, oldest first.</summary>
    /// <exception cref="NotFoundException">There is no such server, or the actor may not know of it.</exception>
    /// <exception cref="ForbiddenException">The actor may not read the console.</exception>
    /// <exception cref="ConflictException">The cluster has no such log, or keeps it no more.</exception>
    /// <exception cref="ClusterUnavailableException">The cluster cannot be reached or refuses.</exception>
    public async Task<IReadOnlyList<ConsoleLine>> RunAsync(Actor actor, ServerId id, PastLog log, CancellationToken cancellation)
    {
        var server = await servers.ReadAsync(actor, id, ServerPermissions.ReadConsole, cancellation);
        var install = observed.Find(id)?.Install;
        if (log is PastLog.Install && install is null) throw new ConflictException("The cluster keeps no install of this server any more.");
        using var limit = new CancellationTokenSource(Limit, clock);
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        var batches = log is PastLog.Install ? source.FollowInstallAsync(server.ObjectName, install!.Attempt, reading.Token) : source.ReadPreviousAsync(server.ObjectName, reading.Token);
        var lines = new Queue<ConsoleLine>();
        long number = 0;
        try
        {
            await foreach (var batch in batches)
            {
                foreach (var line in batch)
                {
                    lines.Enqueue(new(++number, line.At, log is PastLog.Install ? ConsoleSource.Install : ConsoleSource.Program, line.Text));
                    if (lines.Count > MostLines) lines.Dequeue();
                }
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested && lines.Count > 0)
        {
            return [.. lines];
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new ClusterUnavailableException("The log did not come in time.");
        }
        if (lines.Count > 0) return [.. lines];
        throw new ConflictException(log is PastLog.Install ? "The install wrote nothing that is still kept." : "There was no run before this one in the same pod, or its log is kept no more.");
    }
}
