using Panel.Core.Errors;
using Panel.Core.Templates.Patching;

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
    /// <summary>The formats there are.</summary>
    public static IReadOnlyList<string> Formats { get; } = ["properties", "ini", "json", "yaml", "xml"];

    /// <summary>Whether there is a reader of that name.</summary>
    public static bool Knows(string format) => Formats.Contains(format);

    /// <summary>Why a key names no place in a format, in words; null when it does.</summary>
    public static string? KeyFault(string format, string key)
    {
        if (format is "xml") return XmlText.Fault(key);
        if (!IsTree(format)) return null;
        try { return ConfigPath.Parse(key) is var path && path[0].Name is not null && !path.Any(step => step.IsEvery) && !$".{key}.".Contains("..", StringComparison.Ordinal) ? null : "a path of names, such as a.b[0].c."; }
        catch (ConflictException fault) { return fault.Message; }
    }

    /// <summary>Why a text cannot be read, beginning with its line; null when it can.</summary>
    public static string? Fault(string format, string text)
    {
        try
        {
            if (format is "xml") XmlText.Parse(text);
            else if (IsTree(format)) Tree(format, text);
            return null;
        }
        catch (ConflictException fault)
        {
            return fault.Message;
        }
    }

    /// <summary>The value of a key; null where the file does not say it.</summary>
    /// <exception cref="ConflictException">The text cannot be read, see <see cref="Fault"/>.</exception>
    public static string? Get(string format, string text, string key) => GetAll(format, text, [key])[key];

    /// <summary>The values of some keys.</summary>
    /// <inheritdoc cref="Get"/>
    public static IReadOnlyDictionary<string, string?> GetAll(string format, string text, IEnumerable<string> keys)
    {
        if (format is "xml")
        {
            var root = XmlText.Parse(text);
            return keys.ToDictionary(key => key, key => XmlText.Get(text, root, key), StringComparer.Ordinal);
        }
        if (IsTree(format))
        {
            var root = Tree(format, text);
            return keys.ToDictionary(key => key, key => root is not null && ConfigPath.Parse(key) is var path && root.Reach(path) is var (node, steps) && steps == path.Count ? node.Value : null, StringComparer.Ordinal);
        }
        // of a key that is there twice the last one counts for games
        var entries = Entries(format, text).ToLookup(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal);
        return keys.ToDictionary(key => key, key => entries[key].LastOrDefault(), StringComparer.Ordinal);
    }

    /// <summary>What changes so that a key has a value; a key that is missing is added where it belongs.</summary>
    /// <param name="format">How the text is written.</param>
    /// <param name="text">The text.</param>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="type">What it is, for formats that tell a number from a text.</param>
    /// <exception cref="InvalidFieldException">The format has no way to write that value, or the text none to change it in one place.</exception>
    /// <exception cref="ConflictException">The text cannot be read, see <see cref="Fault"/>.</exception>
    public static TextEdit Put(string format, string text, string key, string value, FormFieldType type = FormFieldType.Text) => format switch
    {
        "properties" => PropertiesText.Put(text, Entries(format, text).LastOrDefault(entry => entry.Key == key), key, value),
        "ini" => IniText.Put(text, Entries(format, text).LastOrDefault(entry => entry.Key == key), key, value),
        "xml" => Proven(format, text, key, value, XmlText.Put(text, XmlText.Parse(text), key, value)),
        "json" => Proven(format, text, key, value, JsonText.Put(text, JsonText.Parse(text), key, value, type)),
        _ => Proven(format, text, key, value, YamlText.Put(text, YamlText.Parse(text), key, value, type)),
    };

    /// <summary>Lets an edit pass whose outcome has the value, and every other value as it was: there are more ways to write a tree than anybody thinks of.</summary>
    static TextEdit Proven(string format, string text, string key, string value, TextEdit edit)
    {
        var after = edit.Apply(text);
        try
        {
            if (Get(format, after, key) == value && (!IsTree(format) || Others(format, text, key).SequenceEqual(Others(format, after, key)))) return edit;
        }
        catch (ConflictException fault)
        {
            throw TextNode.Unwritable(key, $"the file could not be read any more ({fault.Message.TrimEnd('.')})");
        }
        throw TextNode.Unwritable(key, "the file is written in a way of its own");
    }

    static IEnumerable<(string, string?)> Others(string format, string text, string key)
    {
        if (Tree(format, text) is not { } root) return [];
        var path = ConfigPath.Parse(key);
        var (node, steps) = root.Reach(path);
        return root.Others(steps == path.Count || node is { Kind: TextNodeKind.Value, Value: null } ? node : null);
    }

    static bool IsTree(string format) => format is "json" or "yaml";

    static TextNode? Tree(string format, string text) => format is "json" ? JsonText.Parse(text) : YamlText.Parse(text);

    static IEnumerable<ConfigEntry> Entries(string format, string text) => format is "properties" ? PropertiesText.Entries(text) : IniText.Entries(text);

    /// <summary>How lines end in a text.</summary>
    internal static string LineEnd(string text) => text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
}

/// <summary>A value in the text of a config file.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Start">Where what is written of it begins.</param>
/// <param name="End">Behind its last character.</param>
/// <param name="Value">What it means.</param>
internal sealed record ConfigEntry(string Key, int Start, int End, string Value);
