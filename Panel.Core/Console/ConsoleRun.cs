using Panel.Contracts.Console;
using Panel.Contracts.Servers;
using Panel.Core.Servers;

namespace Panel.Core.Console;

/// <summary>One run of a server's program: what it writes, and what that tells.</summary>
internal sealed class ConsoleRun(ServerId id, ConsoleSubject subject, PodSeen pod, ConsoleFeed feed, ConsoleParts parts, bool resumes) : IOutput
{
    /// <summary>So long after its start a program has written its first line; a log that begins later has lost its beginning.</summary>
    static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    readonly HelpWatch? help = subject.Patterns.Help is { } pattern ? new(pattern) : null;
    bool begun, reached;

    // the whole log is read again, for what it tells; what is shown already is not shown again
    LogPlace? place = resumes ? feed.Reaches(ConsoleSource.Program) : null;

    readonly FeatureWatch features = new(subject.Patterns.Features, pod.Starts, pod.Uid, pod.Restarts);

    /// <summary>What its lines tell.</summary>
    public RunWatch Watch { get; } = new(subject.Patterns, subject.MaxPlayers);

    /// <summary>The number of its first line.</summary>
    public long FirstLine { get; } = resumes && pod.StartedAt is { } started ? feed.NumberAt(started) : feed.Next;

    /// <summary>The pod it runs in.</summary>
    public string PodUid => pod.Uid;

    /// <summary>Which of the pod's runs it is.</summary>
    public int Number => pod.Restarts;

    /// <inheritdoc/>
    public string Name => subject.ObjectName;

    /// <summary>Whether it is this run that a pod shows, and it goes on.</summary>
    public bool IsIn(PodSeen? now) => now is { Running: true } && now.Uid == pod.Uid && now.Restarts == pod.Restarts;

    /// <inheritdoc/>
    public IAsyncEnumerable<IReadOnlyList<SourceLine>> Open(DateTimeOffset? after, CancellationToken cancellation) => parts.Source.FollowAsync(subject.ObjectName, after, cancellation);

    /// <inheritdoc/>
    public void Take(IReadOnlyList<SourceLine> lines)
    {
        Learn(lines); // before they are shown: what the panel itself asked is not
        var shown = help is { Begun: true } ? help.Shown(lines, commands => parts.Observed.SetCommands(id, commands)) : lines;
        shown = subject.Patterns.Quiet(shown);
        if (place is not null) shown = New(lines[0].At, lines[^1].At, shown);
        if (shown.Count > 0) feed.Publish(shown, ConsoleSource.Program, subject.Patterns.Grade);
    }

    /// <summary>What of a log that is read again was not shown; where it begins behind what was, lines between are missing.</summary>
    IReadOnlyList<SourceLine> New(DateTimeOffset from, DateTimeOffset to, IReadOnlyList<SourceLine> lines)
    {
        var known = place!;
        if (!reached && from > known.At && known.At >= pod.StartedAt) feed.Say($"Lines {ConsoleKeeping.Between(known.At, from)} were not kept: the panel was away, and the cluster's log begins later.");
        reached = true;
        if (to > known.At) place = null;
        return [.. lines.Where(line => known.IsNew(line.At))];
    }

    /// <summary>Takes note of lines of this run that were read before the news of it came; their number is at least this: a run's start is told in whole seconds.</summary>
    public void Recall(long from)
    {
        if (pod.StartedAt is { } started && feed.Since(started, from) is { Count: > 0 } lines) Learn(lines);
    }

    void Learn(IReadOnlyList<SourceLine> lines)
    {
        var (ready, players) = Watch.Take(lines);
        if (ready) parts.Observed.KeepTroubles(id, pod.Uid, pod.Restarts);   // what kept it from running before is mended
        foreach (var trouble in features.Take(lines, Watch.ReadyFrom)) parts.Observed.AddTrouble(id, trouble);
        if (ready || (!begun && LacksItsBeginning(lines[0]))) parts.Observed.MarkReady(id, pod.Uid, pod.Restarts);
        if (players) parts.Observed.SetPlayers(id, Watch.Players);
        begun = true;
        if (help is null || help.Begun || !(ready || subject.Patterns.Ready.Count == 0)) return;
        var at = lines.FirstOrDefault(line => subject.Patterns.Ready.Any(pattern => pattern.IsIn(AnsiText.Strip(line.Text))), lines[0]).At;
        help.Begin(at);
        // a program that was ready before is one that was asked before: its answer stands further down in its log
        if (parts.Clock.GetUtcNow() - at < HelpWatch.Window) Asked = parts.Subjects.Help.AskAsync(id, help.Pattern, CancellationToken.None);
    }

    /// <summary>Ends when the game was asked which commands it has.</summary>
    public Task Asked { get; private set; } = Task.CompletedTask;

    /// <inheritdoc/>
    public void Lose(string reason) => feed.Say($"The console's connection was lost; the server itself may go on. {reason}");

    /// <inheritdoc/>
    public void Regain() => feed.Say("The console is connected again.");

    /// <summary>Whether the log's beginning, and with it the line that means "ready", was thrown away long ago.</summary>
    bool LacksItsBeginning(SourceLine first) =>
        pod.StartedAt is { } started && first.At > started + Silence && parts.Clock.GetUtcNow() > started + (5 * Silence);
}

/// <summary>What an install writes.</summary>
internal sealed class InstallOutput(ServerId id, ConsoleSubject subject, int attempt, ConsoleFeed feed, ConsoleParts parts) : IOutput
{
    readonly FeatureWatch features = new(subject.Patterns.Features, subject.Starts, Source(attempt), 0);
    bool begun;

    /// <summary>What its troubles are noted by.</summary>
    public static string Source(int attempt) => $"install-{attempt}";

    /// <inheritdoc/>
    public string Name => subject.ObjectName;

    /// <inheritdoc/>
    public IAsyncEnumerable<IReadOnlyList<SourceLine>> Open(DateTimeOffset? after, CancellationToken cancellation) => parts.Source.FollowInstallAsync(subject.ObjectName, attempt, cancellation);

    /// <inheritdoc/>
    public void Take(IReadOnlyList<SourceLine> lines)
    {
        begun = true;
        foreach (var trouble in features.Take(lines, int.MaxValue)) parts.Observed.AddTrouble(id, trouble);
        feed.Publish(lines, ConsoleSource.Install);
    }

    /// <inheritdoc/>
    public void Lose(string reason)
    {
        if (begun) feed.Say($"The install's output cannot be read now. {reason}"); // before it begins there is nothing to lose: its image is fetched
    }

    /// <inheritdoc/>
    public void Regain()
    {
        if (begun) feed.Say("The install's output is connected again.");
    }
}
