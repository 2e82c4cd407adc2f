namespace Panel.Core.Templates.Patching;

/// <summary>One value to put into a config file.</summary>
/// <param name="Key">Where, as the parser spells places.</param>
/// <param name="Pattern">What, as the template says it: with placeholders.</param>
/// <param name="Resolve">The values of placeholders.</param>
internal sealed record ConfigEdit(string Key, string Pattern, Func<string, string?> Resolve)
{
    /// <summary>What to write.</summary>
    public string Value { get; } = Clean(Placeholders.Replace(Pattern, Resolve));

    /// <summary>A value that stands on one line: what would end the line, or is no text, becomes a blank.</summary>
    static string Clean(string value) => value.Any(char.IsControl) ? string.Concat(value.Select(letter => char.IsControl(letter) && letter != '\t' ? ' ' : letter)) : value;

    /// <summary>The edit with another pattern of the same template.</summary>
    public ConfigEdit With(string pattern) => new(Key, pattern, Resolve);
}
