using Panel.Core.Errors;
using Panel.Core.Templates.Patching;

namespace Panel.Core.Templates;

/// <summary>
/// Puts values into the text of a config file, and leaves the rest as it is. Text in, text out: where the file lies is for others.
/// What a placeholder gives is written as a value and never read again, so that nobody's value can become a key, a line or a placeholder.
/// </summary>
public static class ConfigPatch
{
    /// <summary>How long a config file may be, before and after, in characters.</summary>
    public const int MaxLength = 1024 * 1024;

    /// <summary>How deep the parts of a config file may stand in each other.</summary>
    internal const int MaxDepth = 64;

    static readonly Dictionary<string, Func<string, IReadOnlyList<ConfigEdit>, string>> Parsers = new(StringComparer.Ordinal)
    {
        ["properties"] = PropertiesPatch.Apply,
        ["yaml"] = YamlPatch.Apply,
        ["yml"] = YamlPatch.Apply,
        ["json"] = JsonPatch.Apply,
        ["ini"] = IniPatch.Apply,
        ["xml"] = XmlPatch.Apply,
        ["file"] = LinePatch.Apply,
    };

    /// <summary>Whether there is a parser of that name.</summary>
    public static bool Knows(string parser) => Parsers.ContainsKey(parser);

    /// <summary>The text with the values in their places.</summary>
    /// <param name="file">The parser, and the values by key.</param>
    /// <param name="text">The file's text; empty for a file that does not exist yet.</param>
    /// <param name="resolve">The value of a placeholder such as <c>server.allocations.game.port</c>; null for one that is not known, which stands for nothing.</param>
    /// <exception cref="ConflictException">The text is not what the parser takes, or too long; the message says where.</exception>
    public static string Apply(TemplateFile file, string text, Func<string, string?> resolve)
    {
        if (!Parsers.TryGetValue(file.Parser, out var parser)) throw new ConflictException($"There is no parser \"{file.Parser}\" for config files.");
        if (text.Length > MaxLength) throw new ConflictException("The config file is longer than 1 MiB.");
        if (text.StartsWith('\uFEFF')) text = text[1..];
        if (text.Contains('\0')) throw new ConflictException("The config file holds a NUL and is no text.");
        var patched = parser(text, [.. file.Find.Select(pair => new ConfigEdit(pair.Key, pair.Value, resolve))]);
        return patched.Length <= MaxLength ? patched : throw new ConflictException("The config file would become longer than 1 MiB.");
    }
}
