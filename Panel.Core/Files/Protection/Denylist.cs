using System.Runtime.CompilerServices;
using Panel.Core.Errors;
using Panel.Core.Templates;

namespace Panel.Core.Files.Protection;

/// <summary>
/// What of a server's files a game's template keeps from people, in the notation of <c>.gitignore</c>. As there, the last line that is about
/// something counts, and nothing is taken out again that lies in a folder that is denied.
/// </summary>
public sealed class Denylist
{
    /// <summary>How many lines a list may have.</summary>
    public const int MaxLines = 500;

    static readonly ConditionalWeakTable<Template, Denylist> known = [];

    readonly IReadOnlyList<DenyRule> rules;

    Denylist(IReadOnlyList<DenyRule> rules) => this.rules = rules;

    /// <summary>A list that denies nothing.</summary>
    public static Denylist None { get; } = new([]);

    /// <summary>Whether it denies nothing.</summary>
    public bool IsEmpty => rules.Count == 0;

    /// <summary>The list of a template.</summary>
    public static Denylist Of(Template? template) => template is null || template.FileDenylist.Count == 0 ? None : known.GetValue(template, one => Parse(one.FileDenylist));

    /// <summary>Reads a list.</summary>
    public static Denylist Parse(IReadOnlyList<string> lines)
    {
        IReadOnlyList<DenyRule> rules = [.. lines.Take(MaxLines).Select(DenyRule.Parse).OfType<DenyRule>().Reverse()];
        return rules.All(rule => rule.Allows) ? None : new(rules);
    }

    /// <summary>What is wrong with a list; null for nothing.</summary>
    public static string? Fault(IReadOnlyList<string> lines) =>
        lines.Count > MaxLines ? $"At most {MaxLines} lines."
        : lines.FirstOrDefault(line => line.Length > DenyRule.MaxLength) is not null ? $"A line has at most {DenyRule.MaxLength} characters."
        : null;

    /// <summary>The lines that can match nothing, as git takes them.</summary>
    public static IReadOnlyList<string> Idle(IReadOnlyList<string> lines) => [.. lines.Where(line => !DenyRule.IsRemark(line) && DenyRule.Parse(line) is null)];

    /// <summary>The line that denies something; null where none does.</summary>
    /// <param name="path">What it is about.</param>
    /// <param name="folder">Whether it is a folder.</param>
    public string? RuleFor(ServerPath path, bool folder) => IsEmpty || path.IsRoot ? null : RuleFor(path.Parts, folder);

    /// <inheritdoc cref="RuleFor(ServerPath, bool)"/>
    /// <param name="parts">The parts of the path, from the volume's root.</param>
    /// <param name="folder">Whether it is a folder.</param>
    internal string? RuleFor(IReadOnlyList<string> parts, bool folder)
    {
        var path = "";
        for (var i = 0; i < parts.Count && !IsEmpty; i++)
        {
            path = i == 0 ? parts[0] : $"{path}/{parts[i]}";
            if (Rule(path, parts[i], folder || i < parts.Count - 1) is { } rule) return rule;
        }
        return null;
    }

    /// <summary>Tells of the names of one folder, and whether each is a folder itself, which line denies them; null where no line can.</summary>
    internal Func<string, bool, string?>? Inside(ServerPath folder)
    {
        if (IsEmpty) return null;
        var all = RuleFor(folder, folder: true);
        var before = folder.IsRoot ? "" : folder.Value[1..] + "/";
        return (name, isFolder) => all ?? Rule(before + name, name, isFolder);
    }

    /// <summary>Refuses what it denies.</summary>
    /// <exception cref="FileProtectedException">It is denied.</exception>
    internal void Require(ServerPath path, bool folder)
    {
        if (RuleFor(path, folder) is { } rule) throw new FileProtectedException(path, rule);
    }

    string? Rule(string path, string name, bool folder) => rules.FirstOrDefault(rule => rule.Matches(path, name, folder)) is { Allows: false } found ? found.Text : null;
}
