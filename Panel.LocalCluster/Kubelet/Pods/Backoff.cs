namespace Panel.LocalCluster.Kubelet.Pods;

/// <summary>When to try again: 10 s after the first failure, doubled to 5 minutes.</summary>
sealed class Backoff(TimeProvider clock)
{
    static readonly TimeSpan First = TimeSpan.FromSeconds(10), Longest = TimeSpan.FromMinutes(5);

    TimeSpan delay;

    /// <summary>Nothing is to be tried before this.</summary>
    public DateTimeOffset Until { get; private set; }

    /// <summary>The pause after this one.</summary>
    public static TimeSpan Next(TimeSpan pause) => pause == TimeSpan.Zero ? First : pause * 2 < Longest ? pause * 2 : Longest;

    public void Fail() => FailFor(delay = Next(delay));

    public void FailFor(TimeSpan pause) => Until = clock.GetUtcNow() + pause;

    public void Reset() => (delay, Until) = (TimeSpan.Zero, default);
}
