using System.Runtime.CompilerServices;
using Panel.Contracts.Console;
using Panel.Core.Templates;

namespace Panel.Core.Console;

/// <summary>What a template tells of its console's lines, made ready for use once.</summary>
/// <param name="Ready">Lines that mean "ready".</param>
/// <param name="Join">Somebody came; null where nothing tells.</param>
/// <param name="Leave">Somebody went.</param>
/// <param name="Levels">Lines that are graver than others; the first that matches tells.</param>
/// <param name="Noise">Lines that the panel's own way in causes, and that are not shown.</param>
/// <param name="Help">How the game tells which commands it has; null where it cannot.</param>
/// <param name="Features">The troubles that its lines may tell of.</param>
internal sealed record ConsolePatterns(
    IReadOnlyList<LinePattern> Ready, LinePattern? Join, LinePattern? Leave, IReadOnlyList<(LinePattern Pattern, ConsoleLevel Level)> Levels, IReadOnlyList<LinePattern> Noise, HelpPattern? Help, FeaturePatterns Features)
{
    static readonly ConditionalWeakTable<Template, ConsolePatterns> Known = [];

    /// <summary>Of a game that nothing is known of.</summary>
    public static ConsolePatterns None { get; } = new([], null, null, [], [], null, FeaturePatterns.None);

    /// <summary>The patterns of a template.</summary>
    public static ConsolePatterns Of(Template? template) => template is null ? None : Known.GetValue(template, Make);

    static ConsolePatterns Make(Template template) => new(
        [.. template.Ready.Where(line => line.Length > 0).Select(LinePattern.Ready)],
        template.Players?.Join is { } join ? LinePattern.Of(join) : null,
        template.Players?.Leave is { } leave ? LinePattern.Of(leave) : null,
        [.. template.Levels.Select(level => (LinePattern.Ready(level.Pattern), level.Level))],
        [.. (template.Input?.Noise ?? []).Select(LinePattern.Ready)],
        template.Help is { } help ? new(help.Command, LinePattern.Of(help.Pattern)) : null,
        template.Features.Count == 0 ? FeaturePatterns.None : new(template.Features));

    /// <summary>Tells how grave a line is; null where no pattern does.</summary>
    public Func<string, ConsoleLevel>? Grade => Levels.Count == 0 ? null : LevelOf;

    /// <summary>The lines without those that only the panel's own way in causes.</summary>
    public IReadOnlyList<SourceLine> Quiet(IReadOnlyList<SourceLine> lines) => Noise.Count == 0 ? lines : [.. lines.Where(line => !IsNoise(line.Text))];

    bool IsNoise(string text)
    {
        var plain = AnsiText.Strip(text.Length <= ConsoleLine.MaxLength ? text : text[..ConsoleLine.MaxLength]);
        return Noise.Any(pattern => pattern.IsIn(plain));
    }

    ConsoleLevel LevelOf(string text)
    {
        var plain = AnsiText.Strip(text);
        foreach (var (pattern, level) in Levels)
        {
            if (pattern.IsIn(plain)) return level;
        }
        return ConsoleLevel.None;
    }
}
