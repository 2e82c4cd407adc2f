using Microsoft.Extensions.Logging;
using Panel.Contracts.Console;
using Panel.Contracts.Servers;
using Panel.Core.Errors;
using Panel.Core.Servers;

namespace Panel.Core.Console;

/// <summary>What every console is followed with.</summary>
internal sealed record ConsoleParts(ObservedServers Observed, IConsoleSource Source, ConsoleSubjects Subjects, TimeProvider Clock, ILogger Log);

/// <summary>
/// The console of one server. While a program of it runs, or an install, one task reads its output into the feed, says there when it
/// starts and how it ends, and notes what its lines tell; while nothing runs, there is no task. All it does follows from what is seen
/// now: a change that was missed does no harm.
/// </summary>
internal sealed partial class ConsoleFollower(ServerId id, ConsoleFeed feed, ConsoleParts parts)
{
    /// <summary>How many of a program's last lines explain its end.</summary>
    const int LastWords = 20;

    static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);

    readonly Lock gate = new();
    readonly OutputReader reader = new(parts.Clock, parts.Log);
    TaskCompletionSource change = new(TaskCreationOptions.RunContinuationsAsynchronously);
    Task task = Task.CompletedTask;
    bool active;
    volatile bool forgotten;
    long changes;

    // the task alone uses these, and the look that decides whether there is one, while there is none
    ConsoleRun? run;
    (string Pod, int Run)? toldExit;
    int installsRead;
    bool recalled;

    /// <summary>The lines.</summary>
    public ConsoleFeed Feed => feed;

    /// <summary>The task that reads; completed while nothing runs.</summary>
    public Task Task
    {
        get
        {
            lock (gate) return task;
        }
    }

    /// <summary>Whether what is seen of a server gives its console something to read.</summary>
    public static bool IsDue(ServerSeen? seen) => seen?.Pod is { Running: true } or { LastExit: not null } || seen?.Install is { State: not InstallState.Succeeded };

    /// <summary>Something may have changed.</summary>
    /// <param name="cancellation">Ends the task that a look starts.</param>
    public void Look(CancellationToken cancellation)
    {
        TaskCompletionSource told;
        lock (gate)
        {
            changes++;
            (told, change) = (change, new(TaskCreationOptions.RunContinuationsAsynchronously));
            if (!active && HasWork(Seen))
            {
                active = true;
                task = Task.Run(() => RunAsync(cancellation), CancellationToken.None);
            }
        }
        told.TrySetResult();
    }

    /// <summary>The server was removed: its task ends, and whoever reads gets what is left.</summary>
    public void Forget()
    {
        forgotten = true;
        Look(new(canceled: true));
        feed.Complete();
    }

    ServerSeen? Seen => forgotten ? null : parts.Observed.Find(id);

    async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            long before;
            lock (gate) before = changes;
            try
            {
                if (await StepAsync(cancellation)) continue;
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                break;
            }
            catch (Exception failure)
            {
                LogFailed(parts.Log, failure, id);
                await Task.Delay(Retry, parts.Clock, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }
            lock (gate)
            {
                if (before != changes) continue;
                active = false;
                return;
            }
        }
        lock (gate) active = false;
    }

    bool HasWork(ServerSeen? seen) => run is not null || Install(seen) is not null || seen?.Pod is { Running: true } || IsUntold(seen?.Pod);

    /// <summary>The install to read: one that runs, or that failed before anybody read it.</summary>
    InstallSeen? Install(ServerSeen? seen) => seen?.Install is { State: not InstallState.Succeeded } install && install.Attempt > installsRead ? install : null;

    /// <summary>Whether a program ended that was never seen to run.</summary>
    bool IsUntold(PodSeen? pod) => pod is { Running: false, EndedRun: { } ended } && toldExit != (pod.Uid, ended);

    /// <summary>Does what is next, and tells whether there was something.</summary>
    async Task<bool> StepAsync(CancellationToken cancellation)
    {
        var seen = Seen;
        if (run is not null)
        {
            if (run.IsIn(seen?.Pod)) await reader.ReadAsync(run, OverAsync(seen => !run.IsIn(seen?.Pod)), cancellation);
            End(Seen?.Pod);
            return true;
        }
        if (!HasWork(seen)) return false;
        if (await parts.Subjects.FindAsync(id, cancellation) is not { } subject) return false;
        if (Install(seen) is { } install)
        {
            await ReadInstallAsync(subject, install, cancellation);
            return true;
        }
        if (!recalled && feed.Next == 1) await RecallAsync(subject, seen!.Pod!, cancellation);
        recalled = true;
        Begin(subject, seen!.Pod!);
        // of one that ended already, what it left is read, and no more
        if (IsUntold(seen.Pod)) await reader.ReadAsync(run!, _ => Task.CompletedTask, cancellation);
        return true;
    }

    void Begin(ConsoleSubject subject, PodSeen pod)
    {
        reader.Begin(pod.StartedAt);
        if (pod is { Running: true, EndedRun: { } before }) toldExit = (pod.Uid, before);
        run = new(id, subject, pod, feed, parts);
        var old = pod is { Running: true, StartedAt: { } started } && started < parts.Clock.GetUtcNow() - TimeSpan.FromMinutes(1);
        feed.Publish([new(old ? pod.StartedAt!.Value : parts.Clock.GetUtcNow(), old ? $"The server runs since {pod.StartedAt:yyyy-MM-dd HH:mm:ss} UTC." : "The server starts.")], ConsoleSource.Start);
        if (subject.Patterns.Join is not null) parts.Observed.SetPlayers(id, run.Watch.Players);
        run.Recall();
    }

    void End(PodSeen? pod)
    {
        var ended = run!;
        run = null;
        if (forgotten) return;
        parts.Observed.SetPlayers(id, null);
        parts.Observed.SetLastLines(id, feed.Tail(LastWords, ended.FirstLine));
        var exit = pod is not null && pod.Uid == ended.PodUid && pod.EndedRun == ended.Number ? pod.LastExit : null;
        if (exit is not null) toldExit = (ended.PodUid, ended.Number);
        feed.Say(Words(exit), ConsoleSource.End);
    }

    static string Words(ExitSeen? exit) => exit switch
    {
        null or { Code: 0 } => "The server stopped.",
        _ => $"The server stopped: {ServerProblem.Exit(exit)}.{(exit.Message is { Length: > 0 } message ? " " + message : "")}",
    };

    /// <summary>
    /// Fills the console of a server that runs already, as after the panel's own restart, with the run before this one: the log of this
    /// run comes by itself. What a cluster keeps no more is missing, and nothing tells of it.
    /// </summary>
    async Task RecallAsync(ConsoleSubject subject, PodSeen pod, CancellationToken cancellation)
    {
        if (pod is not { Running: true, LastExit: { } exit }) return;
        try
        {
            await foreach (var batch in parts.Source.ReadPreviousAsync(subject.ObjectName, cancellation)) feed.Publish(batch, ConsoleSource.Program, subject.Patterns.Grade);
        }
        catch (PanelException failure)
        {
            LogUnread(parts.Log, failure, id);
        }
        feed.Publish([new(exit.At, Words(exit))], ConsoleSource.End);
    }

    async Task ReadInstallAsync(ConsoleSubject subject, InstallSeen install, CancellationToken cancellation)
    {
        installsRead = install.Attempt;
        feed.Say("The install starts.", ConsoleSource.Start);
        var own = new OutputReader(parts.Clock, parts.Log);
        await own.ReadAsync(new InstallOutput(subject.ObjectName, install.Attempt, feed, parts.Source), OverAsync(seen => !IsRunning(seen?.Install)), cancellation);
        var now = Seen?.Install;
        feed.Say(now?.Attempt != install.Attempt ? "The install was ended."
            : now.State == InstallState.Failed ? $"The install failed. {now.Message}".TrimEnd() : "The install is done.", ConsoleSource.End);

        bool IsRunning(InstallSeen? seen) => seen is { State: InstallState.Running } && seen.Attempt == install.Attempt;
    }

    /// <summary>Waits until something is so of what is seen.</summary>
    Func<CancellationToken, Task> OverAsync(Func<ServerSeen?, bool> isOver) => async cancellation =>
    {
        while (true)
        {
            Task next;
            lock (gate) next = change.Task;
            if (isOver(Seen)) return;
            await next.WaitAsync(cancellation);
        }
    };

    [LoggerMessage(Level = LogLevel.Debug, Message = "The log of the run before of {Server} cannot be read")]
    static partial void LogUnread(ILogger log, Exception failure, ServerId server);

    [LoggerMessage(Level = LogLevel.Error, Message = "Following the console of {Server} failed")]
    static partial void LogFailed(ILogger log, Exception failure, ServerId server);
}
