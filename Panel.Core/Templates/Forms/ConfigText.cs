using Panel.Core.Errors;

namespace Panel.Core.Templates.Forms;

/// <summary>A change of one place in a text; all else stays.</summary>
/// <param name="Start">Where, in characters.</param>
/// <param name="Length">How many characters go.</param>
/// <param name="Text">What comes in their place.</param>
public readonly record struct TextEdit(int Start, int Length, string Text)
{
    /// <summary>The text after the change.</summary>
    public string Apply(string text) => string.Concat(text.AsSpan(0, Start), Text, text.AsSpan(Start + Length));
}

/// <summary>
/// Values in the text of a config file, by key. Reading finds where a value stands; writing says which characters change. What else the
/// file holds (comments, order, unknown keys, line ends) is never taken apart, so that it cannot be put together differently.
/// </summary>
public static class ConfigText
{
    /// <summary>Whether there is a reader of that name.</summary>
    public static bool Knows(string format) => format is "properties" or "ini";

    /// <summary>The value of a key; null where the file does not say it.</summary>
    public static string? Get(string format, string text, string key) => Last(format, text, key) is { } found ? found.Value : null;

    /// <summary>What changes so that a key has a value; a key that is missing is added where it belongs.</summary>
    /// <exception cref="InvalidFieldException">The format has no way to write that value.</exception>
    public static TextEdit Put(string format, string text, string key, string value) => format switch
    {
        "properties" => PropertiesText.Put(text, Last(format, text, key), key, value),
        _ => IniText.Put(text, Last(format, text, key), key, value),
    };

    // of a key that is there twice the last one counts for games
    static ConfigEntry? Last(string format, string text, string key)
    {
        ConfigEntry? found = null;
        foreach (var entry in format is "properties" ? PropertiesText.Entries(text) : IniText.Entries(text))
        {
            if (entry.Key == key) found = entry;
        }
        return found;
    }

    /// <summary>How lines end in a text.</summary>
    internal static string LineEnd(string text) => text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
}

/// <summary>A value in the text of a config file.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Start">Where what is written of it begins.</param>
/// <param name="End">Behind its last character.</param>
/// <param name="Value">What it means.</param>
internal sealed record ConfigEntry(string Key, int Start, int End, string Value);
