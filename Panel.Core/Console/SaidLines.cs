using System.Buffers.Text;
using System.Text;
using Panel.Contracts.Console;
using Panel.Contracts.Servers;
using Panel.Core.Reconciling;

namespace Panel.Core.Console;

/// <summary>
/// What the panel itself says in consoles because somebody did something: it is said here, and told to the other replicas, whose viewers look at
/// the same program. All else that consoles show each replica finds out by itself.
/// </summary>
public sealed class SaidLines(ConsoleHub hub) : IDisposable
{
    /// <summary>Lines that wait to be told, at most: while notices cannot be sent, later ones are seen here only.</summary>
    internal const int MostUntold = 200;

    /// <summary>What of a line is told, in UTF-16 units: less than a notice holds, three bytes a unit and in base64.</summary>
    const int MaxLength = 1800;

    /// <summary>What the others were not told of yet: server, number and text of a line.</summary>
    internal Pending<string> Untold { get; } = new();

    /// <summary>Says a line in the console of a server.</summary>
    public void Say(ServerId id, string text, ConsoleSource source = ConsoleSource.Panel)
    {
        hub.Feed(id).Say(text, source);
        if (Untold.Count < MostUntold) Untold.Add($"{id.Value:N}.{Guid.NewGuid():N}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text[..Math.Min(text.Length, MaxLength)]))}.{(int)source}");
    }

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
