using System.Runtime.CompilerServices;
using Panel.Core.Templates;

namespace Panel.Core.Console;

/// <summary>What a template tells of its console's lines, made ready for use once.</summary>
/// <param name="Ready">Lines that mean "ready".</param>
/// <param name="Join">Somebody came; null where nothing tells.</param>
/// <param name="Leave">Somebody went.</param>
internal sealed record ConsolePatterns(IReadOnlyList<LinePattern> Ready, LinePattern? Join, LinePattern? Leave)
{
    static readonly ConditionalWeakTable<Template, ConsolePatterns> Known = [];

    /// <summary>Of a game that nothing is known of.</summary>
    public static ConsolePatterns None { get; } = new([], null, null);

    /// <summary>The patterns of a template.</summary>
    public static ConsolePatterns Of(Template? template) => template is null ? None : Known.GetValue(template, Make);

    static ConsolePatterns Make(Template template) => new(
        [.. template.Ready.Where(line => line.Length > 0).Select(LinePattern.Ready)],
        template.Players is { } players ? LinePattern.Of(players.Join) : null,
        template.Players is { } same ? LinePattern.Of(same.Leave) : null);
}
