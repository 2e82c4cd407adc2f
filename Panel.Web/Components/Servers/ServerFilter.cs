using Panel.Contracts.Servers;

namespace Panel.Web.Components.Servers;

/// <summary>Which servers a list shows: those whose name, game, address or owner holds every word, and whose phase is the one asked for.</summary>
/// <param name="Text">Words in any order and case; empty for all.</param>
/// <param name="Phase">The phase, or null for all.</param>
public sealed record ServerFilter(string Text, ServerPhase? Phase)
{
    /// <summary>From the address bar: a phase that nobody knows is no filter.</summary>
    public static ServerFilter From(string? text, string? phase) =>
        new(text ?? "", Enum.TryParse<ServerPhase>(phase, ignoreCase: true, out var known) && Enum.IsDefined(known) ? known : null);

    /// <summary>Whether it hides anything.</summary>
    public bool Active => Text.Trim().Length > 0 || Phase is not null;

    /// <summary>The rows it lets through, in their order.</summary>
    public List<ServerRow> Apply(IReadOnlyList<ServerRow> rows)
    {
        var words = Text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return [.. rows.Where(row => (Phase is null || row.Phase == Phase) && words.All(word => Holds(row, word)))];
    }

    static bool Holds(ServerRow row, string word) =>
        row.Name.Contains(word, StringComparison.OrdinalIgnoreCase) || row.Game.Contains(word, StringComparison.OrdinalIgnoreCase)
        || row.Address.Contains(word, StringComparison.OrdinalIgnoreCase) || row.Owner.Contains(word, StringComparison.OrdinalIgnoreCase);
}
