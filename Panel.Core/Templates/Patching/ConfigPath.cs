using System.Globalization;
using System.Text.RegularExpressions;
using Panel.Core.Errors;

namespace Panel.Core.Templates.Patching;

/// <summary>One step of a path: a name, a place in a list, or every child.</summary>
/// <param name="Name">The name; null for a place in a list. <c>*</c> is every child.</param>
/// <param name="Index">The place in a list, from 0.</param>
internal readonly record struct PathStep(string? Name, int Index)
{
    public bool IsEvery => Name == "*";
}

/// <summary>Paths in trees: <c>listeners[0].host</c>, <c>servers.*.address</c>.</summary>
internal static partial class ConfigPath
{
    const int MaxIndex = 1000;

    /// <summary>The steps of a path.</summary>
    /// <exception cref="ConflictException">It cannot be read.</exception>
    public static IReadOnlyList<PathStep> Parse(string path)
    {
        var steps = new List<PathStep>();
        foreach (var part in path.Split('.'))
        {
            var match = Part().Match(part);
            if (!match.Success) throw Fault(path);
            if (match.Groups["name"].Length > 0) steps.Add(new(match.Groups["name"].Value, 0));
            foreach (Capture index in match.Groups["index"].Captures) steps.Add(new(null, Index(index.Value, path)));
        }
        return steps.Count is > 0 and < ConfigPatch.MaxDepth ? steps : throw Fault(path);
    }

    /// <summary>The place that a step names in a list of so many: one of them, or the next behind them.</summary>
    /// <exception cref="ConflictException">It names none.</exception>
    public static int InList(PathStep step, int count, string path)
    {
        var index = step.Name is null ? step.Index : Index(step.Name, path);
        return index <= count ? index : throw new ConflictException($"\"{path}\" names place {index} of a list that has {count}.");
    }

    static int Index(string text, string path) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index <= MaxIndex ? index : throw Fault(path);

    static ConflictException Fault(string path) => new($"\"{path}\" names no place in a config file.");

    [GeneratedRegex(@"^(?<name>[^\[\]]*)(\[(?<index>[0-9]{1,4})\])*$", RegexOptions.ExplicitCapture)]
    private static partial Regex Part();
}
