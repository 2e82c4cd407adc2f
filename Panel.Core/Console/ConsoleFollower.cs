using System.Globalization;
using Microsoft.Extensions.Logging;
using Panel.Contracts.Console;
using Panel.Contracts.Servers;
using Panel.Core.Errors;
using Panel.Core.Servers;
using Panel.Core.Templates;

namespace Panel.Core.Console;

/// <summary>
/// Follows one server's console: the output of its installs and of each run of its program, one after the other, with the panel's own words
/// between them. Level-triggered: it looks at what is seen of the server, follows what is new, and looks again.
/// </summary>
internal sealed partial class ConsoleFollower(ServerId id, ConsoleFeed feed, ServerRows rows, TemplateCatalogue templates, IConsoleSource source, ObservedServers observed, FollowerClock time)
{
    const int LastLines = 40;
    static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(200), LongestWait = TimeSpan.FromSeconds(10), LongRunning = TimeSpan.FromMinutes(10), JustStarted = TimeSpan.FromSeconds(10);

    readonly Nudge nudge = new(time.Clock);
    string objectName = "";
    ProgramWatch? watch;
    DateTimeOffset? lastAt, exitTold;
    DateTimeOffset installAt;
    int installFollowed, installBegun;
    long runBegan;
    bool looked, installLive;
    TimeSpan wait = FirstWait;

    /// <summary>Something is seen of the server that was not seen before.</summary>
    public void Look() => nudge.Give();

    /// <summary>Follows until it is cancelled, or the server is gone.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                if (objectName.Length == 0 && await rows.FindAsync(id, cancellation) is { } server) objectName = server.ObjectName;
                if (objectName.Length == 0) return;
                await StepAsync(observed.Find(id), cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                if (failure is not PanelException) LogFailed(time.Log, failure, objectName);
                await PauseAsync(cancellation);
            }
        }
    }

    async Task StepAsync(ServerSeen? seen, CancellationToken cancellation)
    {
        if (seen?.Install is { } install && install.Attempt > installFollowed)
        {
            await FollowInstallAsync(install, cancellation);
            return;
        }
        var pod = seen?.Pod;
        var run = pod is null ? null : new ProgramRun(pod.Uid, pod.Restarts);
        if (!looked && pod is { Running: true }) exitTold = pod.LastExit?.At; // that was before this panel looked
        if (watch is not null && watch.Run.PodUid != pod?.Uid) EndRun();
        // a program that began and ended between two looks: its output is still there to read
        var missed = pod is { Running: false, LastExit: { } exit } && exit.At != exitTold && watch?.Run != run;
        if (!missed) TellExit(pod);
        if (pod is null || (!pod.Running && !missed))
        {
            looked = true;
            wait = FirstWait;
            await nudge.WaitAsync(Timeout.InfiniteTimeSpan, cancellation);
            return;
        }
        if (watch?.Run != run) await BeginRunAsync(pod, cancellation);
        looked = true;
        await foreach (var lines in source.FollowAsync(objectName, lastAt, cancellation))
        {
            if (lines.Count == 0) continue;
            lastAt = lines[^1].At;
            wait = FirstWait;
            feed.Publish(lines, ConsoleSource.Program);
            watch!.Read(lines);
        }
        await PauseAsync(cancellation); // the program ended, or the stream broke: what is seen next tells which
    }

    async Task BeginRunAsync(PodSeen pod, CancellationToken cancellation)
    {
        var server = await rows.FindAsync(id, cancellation);
        var template = server is null ? null : templates.Find(server.Template);
        if (server is null || template is null) throw new NotFoundException("Template");
        var max = template.Players?.MaxVariable is { } name && int.TryParse(server.Variables.GetValueOrDefault(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : (int?)null;
        if (watch is null || watch.Run.PodUid != pod.Uid) lastAt = null;
        var fresh = looked || pod.StartedAt is not { } started || time.Clock.GetUtcNow() - started < JustStarted;
        watch = new(id, new(pod.Uid, pod.Restarts), new(template), max, observed);
        watch.Read([]);
        runBegan = feed.Next;
        if (fresh) feed.Say(pod.Restarts == 0 ? "The program was started." : $"The program was started again (restart {pod.Restarts}).");
        else if (pod.Ready && time.Clock.GetUtcNow() - pod.StartedAt > LongRunning) watch.TakeAsReady();
    }

    void EndRun()
    {
        watch = null;
        observed.SetPlayers(id, null);
        feed.Say("The program has stopped.");
    }

    void TellExit(PodSeen? pod)
    {
        if (pod?.LastExit is not { } exit || exit.At == exitTold) return;
        exitTold = exit.At;
        observed.SetLastLines(id, feed.Tail(LastLines, runBegan));
        feed.Say($"The program ended with {ServerProblem.Exit(exit)}{(string.IsNullOrWhiteSpace(exit.Message) ? "" : ": " + exit.Message.Trim())}.");
    }

    async Task FollowInstallAsync(InstallSeen install, CancellationToken cancellation)
    {
        if (installBegun != install.Attempt)
        {
            (installBegun, installAt, installLive) = (install.Attempt, DateTimeOffset.MinValue, install.State == InstallState.Running);
            if (installLive) feed.Say("The install was started.");
        }
        try
        {
            await foreach (var all in source.FollowInstallAsync(objectName, install.Attempt, cancellation))
            {
                // opened again, it tells all of it again
                IReadOnlyList<SourceLine> lines = all.Count == 0 || all[0].At > installAt ? all : [.. all.Where(line => line.At > installAt)];
                if (lines.Count == 0) continue;
                installAt = lines[^1].At;
                wait = FirstWait;
                feed.Publish(lines, ConsoleSource.Install);
            }
        }
        catch (PanelException) when (install.State != InstallState.Running)
        {
            LogNoInstallOutput(time.Log, objectName); // it ended long ago, and its output went with it
        }
        if (install.State == InstallState.Running)
        {
            await PauseAsync(cancellation);
            return;
        }
        installFollowed = install.Attempt;
        if (installLive) feed.Say(install.State == InstallState.Succeeded ? "The install is done." : $"The install failed: {install.Message ?? "its script ended with an error"}.");
    }

    async Task PauseAsync(CancellationToken cancellation)
    {
        await nudge.WaitAsync(wait * (0.8 + (0.4 * Random.Shared.NextDouble())), cancellation);
        wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The console of {Server} could not be followed")]
    static partial void LogFailed(ILogger log, Exception failure, string server);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The install of {Server} has no output any more")]
    static partial void LogNoInstallOutput(ILogger log, string server);
}

/// <summary>The time and the log of followers.</summary>
internal sealed record FollowerClock(TimeProvider Clock, ILogger Log);
