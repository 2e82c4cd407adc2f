namespace Panel.Kube.Client;

/// <summary>How long to wait before a watch is tried again: 0.8 s, doubled up to 5 s, up to twice that by chance, from the start again after two quiet minutes.</summary>
/// <remarks>
/// The numbers of client-go (https://github.com/kubernetes/client-go/blob/master/tools/cache/reflector.go) but for the longest, which is 30 s there:
/// one panel with five watches is no crowd, and people look at a page that says the cluster is away.
/// </remarks>
sealed class Backoff(TimeProvider clock)
{
    static readonly TimeSpan First = TimeSpan.FromMilliseconds(800), Longest = TimeSpan.FromSeconds(5), Quiet = TimeSpan.FromMinutes(2);

    TimeSpan next = First;
    long last = clock.GetTimestamp();

    /// <summary>Waits the time that is due.</summary>
    public async Task WaitAsync(CancellationToken cancellation)
    {
        if (clock.GetElapsedTime(last) > Quiet) next = First;
        var pause = next * (1 + Random.Shared.NextDouble());
        next = next * 2 < Longest ? next * 2 : Longest;
        await Task.Delay(pause, clock, cancellation);
        last = clock.GetTimestamp();
    }
}
