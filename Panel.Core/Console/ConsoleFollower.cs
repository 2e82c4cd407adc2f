using Microsoft.Extensions.Logging;
using Panel.Contracts.Console;
using Panel.Contracts.Servers;
using Panel.Core.Errors;
using Panel.Core.Servers;

namespace Panel.Core.Console;

/// <summary>What every console is followed with.</summary>
internal sealed record ConsoleParts(ObservedServers Observed, IConsoleSource Source, ConsoleSubjects Subjects, TimeProvider Clock, ILogger Log)
{
    /// <summary>The cluster's times are of another clock, and of whole seconds.</summary>
    static readonly TimeSpan Slack = TimeSpan.FromMinutes(1);

    readonly DateTimeOffset since = Clock.GetUtcNow() - Slack;

    /// <summary>Whether an install has something to tell: one that goes on, that failed, or that was done while consoles were followed, however quickly.</summary>
    public bool IsNews(InstallSeen install) => install.State != InstallState.Succeeded || install.StartedAt >= since;
}

/// <summary>
/// The console of one server. While a program of it runs, or an install, one task reads its output into the feed, says there when it
/// starts and how it ends, and notes what its lines tell; while nothing runs, there is no task. All it does follows from what is seen
/// now: a change that was missed does no harm.
/// </summary>
internal sealed partial class ConsoleFollower(ServerId id, ConsoleFeed feed, ConsoleParts parts) : IDisposable
{
    /// <summary>How many of a program's last lines explain its end.</summary>
    const int LastWords = 20;

    static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);

    readonly Lock gate = new();
    readonly CancellationTokenSource gone = new();
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
    bool adopted;
    int begins;
    long quietFrom;

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
    public static bool IsDue(ServerSeen? seen, ConsoleParts parts) => seen?.Pod is { Running: true } or { LastExit: not null } || (seen?.Install is { } install && parts.IsNews(install));

    /// <summary>Reads what is kept of it, once.</summary>
    /// <param name="left">Is called where that ends within a run: how it goes on is to be looked at.</param>
    public void Begin(Action left)
    {
        if (Volatile.Read(ref begins) == 0 && Interlocked.Exchange(ref begins, 1) == 0) _ = Task.Run(() => BeginAsync(left), CancellationToken.None);
    }

    async Task BeginAsync(Action left)
    {
        try
        {
            var kept = await parts.Subjects.Kept.WaitForAsync(id, gone.Token);
            await RecallTroublesAsync(kept);
            feed.Begin(kept);
            if (kept.Mark is { IsOpen: true } or { InstallEnded: false }) left();
        }
        catch (Exception end) when (end is OperationCanceledException or ObjectDisposedException)
        {
            feed.Begin(KeptConsole.Nothing);    // nobody is left to read it
        }
        catch (Exception failure)
        {
            LogFailed(parts.Log, failure, id);
            feed.Begin(KeptConsole.Nothing);
        }
    }

    /// <summary>Finds in what was kept the troubles of the run that was told of last: one that goes on is read again, of one that ended there is nothing else.</summary>
    async Task RecallTroublesAsync(KeptConsole kept)
    {
        if (kept.Mark is not { Pod: { } pod } mark) return;
        try
        {
            if (await parts.Subjects.FindAsync(id, gone.Token) is not { } subject) return;
            var (watch, features) = (new RunWatch(subject.Patterns, null), new FeatureWatch(subject.Patterns.Features, subject.Starts, pod, mark.Run));
            List<SourceLine> lines = [.. kept.Recent.Reverse().TakeWhile(line => line.Source != ConsoleSource.Start).Where(line => line.Source == ConsoleSource.Program).Reverse().Select(line => new SourceLine(line.At, line.Text))];
            watch.Take(lines);
            foreach (var trouble in features.Take(lines, watch.ReadyFrom)) parts.Observed.AddTrouble(id, trouble);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogFailed(parts.Log, failure, id);   // the lines themselves are of more use than what they tell
        }
    }

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
        gone.Cancel();
        Look(new(canceled: true));
        feed.Complete();
    }

    /// <summary>The panel ends: what is kept is read no further.</summary>
    public void Dispose()
    {
        gone.Cancel();
        gone.Dispose();
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

    bool HasWork(ServerSeen? seen) => run is not null || Install(seen) is not null || seen?.Pod is { Running: true } || IsUntold(seen?.Pod) || IsLeft(seen);

    /// <summary>The install to read: one that has something to tell, or whose end was not told before anybody read it.</summary>
    InstallSeen? Install(ServerSeen? seen) => seen?.Install is { } install && install.Attempt > installsRead && (parts.IsNews(install) || IsOpen(install.Attempt)) ? install : null;

    bool IsOpen(int install) => feed.Mark is { InstallEnded: false } mark && mark.Install == install;

    /// <summary>Whether something that was told of before the panel was started again ended meanwhile.</summary>
    bool IsLeft(ServerSeen? seen) => seen is not null && feed.Mark is { } mark && ((mark.IsOpen && IsOver(mark, seen.Pod)) || (!mark.InstallEnded && Install(seen) is null));

    static bool IsOver(ConsoleMark mark, PodSeen? pod) => pod is null || pod.Uid != mark.Pod || pod.Restarts != mark.Run;

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
        await feed.BegunAsync(cancellation);
        Adopt();
        if (!HasWork(seen = Seen))
        {
            quietFrom = feed.Next; // nobody reads from here on: what is shown already is not of the next run
            return false;
        }
        if (await parts.Subjects.FindAsync(id, cancellation) is not { } subject) return false;
        if (Install(seen) is { } install)
        {
            await ReadInstallAsync(subject, install, cancellation);
            return true;
        }
        if (IsLeft(seen))
        {
            await LeaveAsync(subject, seen!.Pod, cancellation);
            return true;
        }
        if (feed.Next == 1) await RecallAsync(subject, seen!.Pod!, cancellation);
        Begin(subject, seen!.Pod!);
        // of one that ended already, what it left is read, and no more
        if (IsUntold(seen.Pod)) await reader.ReadAsync(run!, _ => Task.CompletedTask, cancellation);
        return true;
    }

    /// <summary>Takes over what was told before the panel was started again, once.</summary>
    void Adopt()
    {
        if (adopted) return;
        adopted = true;
        if (feed.Mark is not { } mark) return;
        if (mark is { Pod: { } pod, Ended: true }) toldExit = (pod, mark.Run);
        installsRead = mark.InstallEnded ? mark.Install : mark.Install - 1;
    }

    /// <summary>Tells the end of what ended while the panel was away, with what is still to be read of it.</summary>
    async Task LeaveAsync(ConsoleSubject subject, PodSeen? pod, CancellationToken cancellation)
    {
        var mark = feed.Mark!;
        if (!mark.InstallEnded) feed.Say("The install was ended.", ConsoleSource.End, mark = mark with { InstallEnded = true });
        if (!mark.IsOpen || !IsOver(mark, pod)) return;
        var exit = pod is { Running: true } && pod.Uid == mark.Pod && pod.EndedRun == mark.Run ? pod.LastExit : null;
        if (exit is not null) await ReadPreviousAsync(subject, cancellation);
        else if (feed.Reaches(ConsoleSource.Program) is { } place) feed.Say($"Lines {ConsoleKeeping.Between(place.At, pod?.StartedAt ?? parts.Clock.GetUtcNow())} were not kept: the panel was away.");
        toldExit = (mark.Pod!, mark.Run);
        feed.Publish([new(exit?.At ?? parts.Clock.GetUtcNow(), Words(exit))], ConsoleSource.End, null, mark with { Ended = true });
    }

    void Begin(ConsoleSubject subject, PodSeen pod)
    {
        var mark = feed.Mark ?? new();
        var resumes = mark.IsOpen && !IsOver(mark, pod);
        reader.Begin(pod.StartedAt);
        if (pod is { Running: true, EndedRun: { } before }) toldExit = (pod.Uid, before);
        run = new(id, subject, pod, feed, parts, resumes);
        parts.Observed.KeepTroubles(id, pod.Uid);
        var old = pod is { Running: true, StartedAt: { } started } && started < parts.Clock.GetUtcNow() - TimeSpan.FromMinutes(1);
        if (!resumes) feed.Publish([new(old ? pod.StartedAt!.Value : parts.Clock.GetUtcNow(), old ? $"The server runs since {pod.StartedAt:yyyy-MM-dd HH:mm:ss} UTC." : "The server starts.")], ConsoleSource.Start, null, mark with { Pod = pod.Uid, Run = pod.Restarts, Ended = false });
        if (subject.Patterns.Join is not null) parts.Observed.SetPlayers(id, run.Watch.Players);
        run.Recall(resumes ? 0 : quietFrom);
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
        feed.Say(Words(exit), ConsoleSource.End, (feed.Mark ?? new()) with { Ended = true });
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
        await ReadPreviousAsync(subject, cancellation);
        feed.Publish([new(exit.At, Words(exit))], ConsoleSource.End);
    }

    /// <summary>Shows what is not shown yet of the log of the run before.</summary>
    async Task ReadPreviousAsync(ConsoleSubject subject, CancellationToken cancellation)
    {
        var place = feed.Reaches(ConsoleSource.Program);
        try
        {
            await foreach (var batch in parts.Source.ReadPreviousAsync(subject.ObjectName, cancellation))
            {
                IReadOnlyList<SourceLine> lines = place is null ? batch : [.. batch.Where(line => place.IsNew(line.At))];
                lines = subject.Patterns.Quiet(lines);
                if (lines.Count > 0) feed.Publish(lines, ConsoleSource.Program, subject.Patterns.Grade);
            }
        }
        catch (PanelException failure)
        {
            LogUnread(parts.Log, failure, id);
        }
    }

    async Task ReadInstallAsync(ConsoleSubject subject, InstallSeen install, CancellationToken cancellation)
    {
        installsRead = install.Attempt;
        parts.Observed.KeepTroubles(id, InstallOutput.Source(install.Attempt));
        var own = new OutputReader(parts.Clock, parts.Log);
        if (IsOpen(install.Attempt)) own.Resume(feed.Reaches(ConsoleSource.Install));
        else feed.Say("The install starts.", ConsoleSource.Start, (feed.Mark ?? new()) with { Install = install.Attempt, InstallEnded = false });
        await own.ReadAsync(new InstallOutput(id, subject, install.Attempt, feed, parts), OverAsync(seen => !IsRunning(seen?.Install)), cancellation);
        var now = Seen?.Install;
        feed.Say(now?.Attempt != install.Attempt ? "The install was ended."
            : now.State == InstallState.Failed ? $"The install failed. {now.Message}".TrimEnd() : "The install is done.", ConsoleSource.End, feed.Mark! with { InstallEnded = true });

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
