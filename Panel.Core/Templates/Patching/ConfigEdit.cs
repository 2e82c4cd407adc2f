using System.Text.RegularExpressions;

namespace Panel.Core.Templates.Patching;

/// <summary>One value to put into a config file.</summary>
/// <param name="Key">Where, as the parser spells places.</param>
/// <param name="What">What, as the template says it: with placeholders.</param>
/// <param name="Resolve">The values of placeholders.</param>
internal sealed record ConfigEdit(string Key, ConfigValue What, Func<string, string?> Resolve)
{
    const string Pattern = "regex:";
    static readonly TimeSpan PatternTime = TimeSpan.FromMilliseconds(250);

    /// <summary>What is written where nothing stands; null for nothing.</summary>
    public string? Value { get; } = What.When is null ? Clean(Placeholders.Replace(What.Text, Resolve)) : null;

    /// <summary>What is written over a value; null to leave it.</summary>
    public string? Over(string? before) => What.When is null ? Value : before is null ? null : What.When.Select(pair => Replaced(before, pair.Key, pair.Value)).FirstOrDefault(text => text is not null);

    /// <summary>The edit with another text of the same template.</summary>
    public ConfigEdit With(string text) => new(Key, text, Resolve);

    string? Replaced(string before, string old, string text)
    {
        if (!old.StartsWith(Pattern, StringComparison.Ordinal)) return before == old ? Clean(Placeholders.Replace(text, Resolve)) : null;
        try
        {
            var match = Regex.Match(before, old[Pattern.Length..], RegexOptions.CultureInvariant, PatternTime);
            // groups first: what a placeholder gives is not read again, and may hold a dollar
            return match.Success ? Clean(before[..match.Index] + Placeholders.Replace(match.Result(text), Resolve) + before[(match.Index + match.Length)..]) : null;
        }
        catch (Exception fault) when (fault is RegexMatchTimeoutException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>A value that stands on one line: what would end the line, or is no text, becomes a blank.</summary>
    static string Clean(string value) => value.Any(char.IsControl) ? string.Concat(value.Select(letter => char.IsControl(letter) && letter != '\t' ? ' ' : letter)) : value;
}
