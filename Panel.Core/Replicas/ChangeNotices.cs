using System.Text;
using Microsoft.Extensions.Logging;

namespace Panel.Core.Replicas;

/// <summary>
/// Tells the other replicas what this one changed, and hears of what they did. A notice is <c>sender topic key,key,…</c>.
/// After a time without hearing, everything may have changed.
/// </summary>
public sealed partial class ChangeNotices
{
    static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(0.5), LongestWait = TimeSpan.FromSeconds(15);

    readonly string self = Guid.NewGuid().ToString("N");
    readonly INotices notices;
    readonly NoticeTopic[] topics;
    readonly TimeProvider clock;
    readonly ILogger<ChangeNotices> log;

    internal ChangeNotices(INotices notices, IEnumerable<NoticeTopic> topics, TimeProvider clock, ILogger<ChangeNotices> log)
    {
        (this.notices, this.topics, this.clock, this.log) = (notices, [.. topics], clock, log);
        Listening = notices is NoNotices;
    }

    /// <summary>Whether changes made by others are heard; true also where there are no others.</summary>
    public bool Listening { get; private set; }

    /// <summary>Tells and listens until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellation) => Task.WhenAll([
        AgainAsync(ListenAsync, cancellation),
        .. topics.Select(topic => AgainAsync((works, token) => TellAsync(topic, works, token), cancellation)),
        .. topics.Select(topic => AgainAsync((works, token) => FollowAsync(topic, works, token), cancellation)),
    ]);

    /// <summary>Tells what waits to be told, once, where nothing runs as long as a panel does. What cannot be told is logged: others find it out by themselves, later.</summary>
    public async Task TellOnceAsync(CancellationToken cancellation)
    {
        foreach (var topic in topics.Where(topic => topic.Untold.Count > 0))
        {
            try
            {
                foreach (var text in Texts(topic.Name, await topic.Untold.TakeAsync(cancellation))) await notices.SendAsync(text, cancellation);
            }
            catch (Exception failure) when (!cancellation.IsCancellationRequested)
            {
                LogFailed(failure.Message);
            }
        }
    }

    async Task TellAsync(NoticeTopic topic, Action works, CancellationToken cancellation)
    {
        while (true)
        {
            var keys = await topic.Untold.TakeAsync(cancellation);
            try
            {
                foreach (var text in Texts(topic.Name, keys)) await notices.SendAsync(text, cancellation);
                works();
            }
            catch
            {
                foreach (var key in keys) topic.Untold.Add(key);
                throw;
            }
        }
    }

    async Task ListenAsync(Action works, CancellationToken cancellation)
    {
        try
        {
            var missed = Task.CompletedTask;
            await notices.ListenAsync(() => { Listening = true; works(); missed = Task.WhenAll(topics.Select(topic => topic.MissedAsync(cancellation))); }, Hear, cancellation);
            await missed;
        }
        finally
        {
            Listening = notices is NoNotices;
        }
    }

    void Hear(string text)
    {
        if (text.Split(' ') is not [var sender, var name, var keys] || sender == self || Array.Find(topics, topic => topic.Name == name) is not { } topic) return;
        foreach (var key in keys.Split(',')) topic.Heard.Add(key);
    }

    static async Task FollowAsync(NoticeTopic topic, Action works, CancellationToken cancellation)
    {
        while (true)
        {
            var keys = await topic.Heard.TakeAsync(cancellation);
            try
            {
                await topic.HearAsync(keys, cancellation);
                works();
            }
            catch
            {
                foreach (var key in keys) topic.Heard.Add(key);
                throw;
            }
        }
    }

    IEnumerable<string> Texts(string topic, IReadOnlyCollection<string> keys)
    {
        var text = new StringBuilder();
        foreach (var key in keys)
        {
            if (text.Length > 0 && text.Length + 1 + key.Length > INotices.MaxLength)
            {
                yield return text.ToString();
                text.Clear();
            }
            if (text.Length == 0) text.Append(self).Append(' ').Append(topic).Append(' ').Append(key);
            else text.Append(',').Append(key);
        }
        if (text.Length > 0) yield return text.ToString();
    }

    async Task AgainAsync(Func<Action, CancellationToken, Task> task, CancellationToken cancellation)
    {
        for (var wait = FirstWait; ; wait = wait * 2 < LongestWait ? wait * 2 : LongestWait)
        {
            try
            {
                await task(() => wait = FirstWait / 2, cancellation);
            }
            catch (Exception failure) when (!cancellation.IsCancellationRequested)
            {
                LogFailed(failure.Message);
            }
            await Task.Delay(wait * (0.75 + (Random.Shared.NextDouble() / 2)), clock, cancellation);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Other replicas of the panel are not told of changes, or not heard, for a moment: {Problem}")]
    partial void LogFailed(string problem);
}
