using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Panel.LocalCluster.Controllers;

/// <summary>Names an object of a namespace.</summary>
public readonly record struct ObjectName(string Space, string Name);

/// <summary>
/// Runs passes over objects: a name that is added while it waits is one pass, one that is added while its pass runs gets another, and no two
/// passes of a name run at once. A pass that fails comes back after a growing, jittered wait.
/// </summary>
/// <param name="pass">Brings one object nearer to what is wanted; answers when it wants to look again, or null.</param>
/// <param name="clock">Tells the time.</param>
/// <param name="logger">Is told of passes that fail.</param>
sealed partial class PassQueue(Func<ObjectName, CancellationToken, Task<TimeSpan?>> pass, TimeProvider clock, ILogger logger)
{
    static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(50), LongestWait = TimeSpan.FromSeconds(30);

    // holds each name once (see states), so it is as long as there are objects
    readonly Channel<ObjectName> ready = Channel.CreateUnbounded<ObjectName>();
    readonly Dictionary<ObjectName, State> states = [];
    readonly Dictionary<ObjectName, int> failures = [];
    readonly Lock gate = new();

    enum State { Waiting, Running, Touched }

    public void Add(ObjectName name)
    {
        lock (gate)
        {
            if (states.TryAdd(name, State.Waiting)) ready.Writer.TryWrite(name);
            else if (states[name] is State.Running) states[name] = State.Touched;
        }
    }

    public Task RunAsync(CancellationToken cancellation) => Parallel.ForEachAsync(
        ready.Reader.ReadAllAsync(cancellation),
        new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancellation },
        async (name, token) => await RunPassAsync(name, token));

    async Task RunPassAsync(ObjectName name, CancellationToken cancellation)
    {
        lock (gate) states[name] = State.Running;
        TimeSpan? again;
        try
        {
            again = await pass(name, cancellation);
            lock (gate) failures.Remove(name);
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            again = NoteFailure(name);
            LogPassFailed(failure, name.Space, name.Name, again.Value.TotalSeconds);
        }
        lock (gate)
        {
            states.Remove(name, out var state);
            if (state is State.Touched) Add(name);
        }
        if (again is { } wait) _ = AddLaterAsync(name, wait, cancellation);
    }

    TimeSpan NoteFailure(ObjectName name)
    {
        lock (gate)
        {
            failures[name] = failures.GetValueOrDefault(name) + 1;
            var wait = Math.Min(LongestWait.TotalMilliseconds, FirstWait.TotalMilliseconds * Math.Pow(2, failures[name] - 1));
            return TimeSpan.FromMilliseconds(wait * (1 + Random.Shared.NextDouble()));
        }
    }

    async Task AddLaterAsync(ObjectName name, TimeSpan wait, CancellationToken cancellation)
    {
        await Task.Delay(wait, clock, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!cancellation.IsCancellationRequested) Add(name);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A pass over {Namespace}/{Name} failed; again in {Seconds:0.0} s")]
    partial void LogPassFailed(Exception failure, string @namespace, string name, double seconds);
}
