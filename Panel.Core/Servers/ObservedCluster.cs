using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Panel.Core.Metrics;

namespace Panel.Core.Servers;

/// <summary>Whether the cluster answers, as the watches last told.</summary>
/// <param name="Connected">Whether it answers.</param>
/// <param name="Problem">Why not, in words; null while it answers.</param>
/// <param name="Since">Since when it is so, in UTC.</param>
public sealed record ClusterState(bool Connected, string? Problem, DateTimeOffset Since);

/// <summary>Holds whether the cluster answers, for pages to show. What servers do is in <see cref="ObservedServers"/>.</summary>
public sealed class ObservedCluster(TimeProvider clock)
{
    readonly Lock gate = new();
    TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    ClusterState state = new(false, "The cluster has not answered yet.", clock.GetUtcNow());
    IReadOnlyCollection<string> strangers = [];
    ImmutableSortedDictionary<string, string> notices = ImmutableSortedDictionary<string, string>.Empty;
    IReadOnlyList<MissingProgram>? missing;
    ClusterPermissions? permissions;

    /// <summary>How it is now.</summary>
    public ClusterState State => Volatile.Read(ref state);

    /// <summary>Whether it answers.</summary>
    public bool Connected => State.Connected;

    /// <summary>Why it does not answer, in words.</summary>
    public string? Problem => State.Problem;

    /// <summary>Since when it is as it is.</summary>
    public DateTimeOffset Since => State.Since;

    /// <summary>Names of objects in the cluster that say they are this panel's, and of which the database knows nothing. They are left alone.</summary>
    public IReadOnlyCollection<string> Strangers
    {
        get => Volatile.Read(ref strangers);
        internal set => Volatile.Write(ref strangers, value);
    }

    /// <summary>What the panel does without on this cluster, in words, each once.</summary>
    public IReadOnlyCollection<string> Notices => [.. Volatile.Read(ref notices).Values];

    /// <summary>Notes what the panel does without, or that it does not any more.</summary>
    /// <param name="about">What it is about; a later note about the same takes its place.</param>
    /// <param name="words">A sentence, or null for nothing.</param>
    /// <returns>Whether that is news.</returns>
    public bool Note(string about, string? words)
    {
        lock (gate)
        {
            if (notices.GetValueOrDefault(about) == words) return false;
            Volatile.Write(ref notices, words is null ? notices.Remove(about) : notices.SetItem(about, words));
            return true;
        }
    }

    /// <summary>What the cluster lacks for images to run on it; null where it does not tell. <see cref="FollowAsync"/> tells of changes.</summary>
    public IReadOnlyList<MissingProgram>? Missing => Volatile.Read(ref missing);

    /// <summary>Notes what it lacks.</summary>
    public void SetMissing(IReadOnlyList<MissingProgram>? programs)
    {
        lock (gate)
        {
            if (programs is null ? missing is null : missing?.SequenceEqual(programs) == true) return;
            Volatile.Write(ref missing, programs);
            Tell();
        }
    }

    /// <summary>What the panel's account may do; null where the cluster has not told. <see cref="FollowAsync"/> tells of changes.</summary>
    public ClusterPermissions? Permissions => Volatile.Read(ref permissions);

    /// <summary>Notes what the panel's account may do.</summary>
    /// <returns>Whether another set is refused than before.</returns>
    public bool SetPermissions(ClusterPermissions told)
    {
        lock (gate)
        {
            var news = permissions is null || !permissions.Refused.SequenceEqual(told.Refused);
            Volatile.Write(ref permissions, told);
            if (news) Tell();
            return news;
        }
    }

    /// <summary>Notes that the cluster answers.</summary>
    public void SetConnected() => Set(true, null);

    /// <summary>Notes that it does not.</summary>
    /// <param name="problem">Why, in words.</param>
    public void SetProblem(string problem) => Set(false, problem);

    void Set(bool connected, string? problem)
    {
        lock (gate)
        {
            if (state.Connected == connected && state.Problem == problem) return;
            var since = state.Connected == connected ? state.Since : clock.GetUtcNow();
            Volatile.Write(ref state, new(connected, problem, since));
            PanelMeter.ClusterConnected(connected);
            Tell();
        }
    }

    void Tell()
    {
        changed.TrySetResult();
        changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>How it is now, and each time that, or what it lacks, changes.</summary>
    public async IAsyncEnumerable<ClusterState> FollowAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            Task next;
            ClusterState now;
            lock (gate) (now, next) = (state, changed.Task);
            yield return now;
            await next.WaitAsync(cancellation);
        }
    }
}
