using System.Buffers.Text;
using System.Text;
using Microsoft.Extensions.Logging;
using Panel.Contracts.Console;
using Panel.Contracts.Servers;
using Panel.Core.Reconciling;

namespace Panel.Core.Console;

/// <summary>
/// What the panel itself says in consoles because somebody did something: it is said here, and told to the other replicas, whose viewers look at
/// the same program. All else that consoles show each replica finds out by itself.
/// </summary>
public sealed partial class SaidLines(ConsoleHub hub, ILogger<SaidLines> log) : IDisposable
{
    /// <summary>Lines that wait to be told, at most: of later ones, while notices cannot be sent, the others are told only that there were some.</summary>
    internal const int MostUntold = 200;

    /// <summary>What of a line is told, in UTF-16 units: less than a notice holds, three bytes a unit and in base64.</summary>
    const int MaxLength = 1800;

    const string Missed = "Lines that the panel said here at this time could not be brought to this page; the server's activity has what was done.";

    long lost;

    /// <summary>How many lines the others were not told.</summary>
    internal long Lost => Volatile.Read(ref lost);

    /// <summary>What the others were not told of yet: server, number and text of a line.</summary>
    internal Pending<string> Untold { get; } = new();

    /// <summary>Says a line in the console of a server.</summary>
    public void Say(ServerId id, string text, ConsoleSource source = ConsoleSource.Panel)
    {
        hub.Feed(id).Say(text, source);
        var waiting = Untold.Count;
        if (waiting < MostUntold)
        {
            Untold.Add(Key(id, $"{Guid.NewGuid():N}", text[..Math.Min(text.Length, MaxLength)], source));
            return;
        }
        var count = Interlocked.Increment(ref lost);
        if (count % MostUntold == 1) LogLost(count);
        // once for each server: it is the same key again
        if (waiting < 2 * MostUntold) Untold.Add(Key(id, "lost", Missed, ConsoleSource.Panel));
    }

    static string Key(ServerId id, string number, string text, ConsoleSource source) => $"{id.Value:N}.{number}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text))}.{(int)source}";

    [LoggerMessage(Level = LogLevel.Warning, Message = "Notices to other replicas cannot be sent: {Count} lines of consoles were not told since the start")]
    partial void LogLost(long count);

    /// <summary>Another replica said a line.</summary>
    internal void Heard(string key)
    {
        if (key.Split('.') is not [var server, _, var text, ..] || !Guid.TryParseExact(server, "N", out var id) || !Base64Url.IsValid(text)) return;
        // a replica of an older version says nothing of the kind
        var source = key.Split('.') is [_, _, _, var kind] && Enum.TryParse<ConsoleSource>(kind, out var told) && told >= ConsoleSource.Panel && Enum.IsDefined(told) ? told : ConsoleSource.Panel;
        hub.Known(new(id))?.Say(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)), source);
    }

    /// <inheritdoc/>
    public void Dispose() => Untold.Dispose();
}
