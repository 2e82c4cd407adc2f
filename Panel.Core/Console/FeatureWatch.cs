using System.Buffers;
using Panel.Contracts.Console;
using Panel.Core.Templates;

namespace Panel.Core.Console;

/// <summary>
/// The troubles that a template names, made ready to be looked for in every line: their lines are plain text, and all of them are looked for at once, in time that
/// grows with the line and no faster.
/// </summary>
internal sealed class FeaturePatterns
{
    readonly (string Piece, ConsoleFeature Feature)[] pieces;
    readonly SearchValues<string>? any;

    /// <param name="keys">What the template names; what is not known is passed over.</param>
    public FeaturePatterns(IEnumerable<string> keys)
    {
        pieces = [.. keys.Distinct(StringComparer.Ordinal).Select(ConsoleFeatures.Find).OfType<ConsoleFeature>().SelectMany(feature => feature.Lines.Select(piece => (piece, feature)))];
        any = pieces.Length == 0 ? null : SearchValues.Create([.. pieces.Select(one => one.Piece)], StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Of a template that names none.</summary>
    public static FeaturePatterns None { get; } = new([]);

    /// <summary>The trouble that a line tells of; null for none.</summary>
    /// <param name="text">The line, with its colours.</param>
    /// <param name="plain">The line without them.</param>
    public ConsoleFeature? In(string text, out string plain)
    {
        plain = "";
        if (any is null) return null;
        plain = AnsiText.Strip(text.Length <= ConsoleLine.MaxLength ? text : text[..ConsoleLine.MaxLength]);
        if (!plain.AsSpan().ContainsAny(any)) return null;
        var line = plain;
        return pieces.First(one => line.Contains(one.Piece, StringComparison.OrdinalIgnoreCase)).Feature;
    }
}

/// <summary>A trouble that a run told of.</summary>
/// <param name="Feature">Its key.</param>
/// <param name="Starts">Which start of the server the run belongs to: the next one begins without it.</param>
/// <param name="Source">The pod it runs in, or the install.</param>
/// <param name="Run">Which of the pod's runs.</param>
/// <param name="Line">The line that told.</param>
/// <param name="At">When it was written, in UTC.</param>
internal sealed record TroubleSeen(string Feature, int Starts, string Source, int Run, string Line, DateTimeOffset At);

/// <summary>Finds the troubles that one run tells of, each once however often it is written.</summary>
internal sealed class FeatureWatch(FeaturePatterns patterns, int starts, string source, int run)
{
    const int LongestLine = 300;

    readonly Dictionary<string, string> told = new(StringComparer.Ordinal);

    /// <summary>Those that lines tell of and that are new; of an address to open the newest.</summary>
    /// <param name="lines">The lines, oldest first.</param>
    /// <param name="readyFrom">From which of them on the program was ready; larger than their number where it was not.</param>
    public IReadOnlyList<TroubleSeen> Take(IReadOnlyList<SourceLine> lines, int readyFrom)
    {
        List<TroubleSeen>? found = null;
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i];
            if (patterns.In(line.Text, out var plain) is not { } feature || (i >= readyFrom && feature.BeforeReady)) continue;
            plain = plain.Length <= LongestLine ? plain.Trim() : plain[..LongestLine].Trim() + "…";
            if (told.TryGetValue(feature.Key, out var before) && (feature.Address is null || before == plain)) continue;
            told[feature.Key] = plain;
            (found ??= []).Add(new(feature.Key, starts, source, run, plain, line.At));
        }
        return found ?? [];
    }
}
