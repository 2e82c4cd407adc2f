using System.Text;

namespace Panel.Core.Templates;

/// <summary>
/// A template's command line as a program and its arguments. It is split first, as a shell splits words (blanks, quotes, backslash), and
/// each placeholder is put into its argument afterwards, once: no value can end an argument, begin another, or be read by a shell.
/// </summary>
internal static class StartCommand
{
    /// <summary>
    /// Does in an image that knows nothing of <c>STARTUP</c> what one made for eggs does: values are put in by the shell of the server's own container.
    /// </summary>
    const string Shell = """
        line=$(printf '%s' "$STARTUP" | sed -e 's/{{/${/g' -e 's/}}/}/g')
        case "$line" in *[\;\&\|]*) ;; *) line="exec env $line" ;; esac
        if command -v bash >/dev/null 2>&1; then exec bash -c "$line"; fi
        eval "$line"
        """;

    /// <summary>The first of a template's command lines that cannot be split, or null.</summary>
    public static string? Fault(Template template)
    {
        if (template.StartedBy is not StartedBy.Panel) return template.Startups.Count == 0 ? "startups: a shell needs a command line." : null;
        foreach (var (label, startup) in template.Startups)
        {
            try
            {
                _ = Split(startup);
            }
            catch (FormatException fault)
            {
                return $"startups: {label}: {fault.Message}";
            }
        }
        return null;
    }

    /// <summary>The command line of a label; the first where there is no such label, null for the image's own program.</summary>
    public static string? Startup(this Template template, string label) =>
        template.Startups.Count == 0 ? null : template.Startups.GetValueOrDefault(label) ?? template.Startups.First().Value;

    /// <summary>The program and its arguments; empty for the image's own.</summary>
    public static IReadOnlyList<string> Of(Template template, string? startup, Func<string, string?> value) => template.StartedBy switch
    {
        StartedBy.Image => [],
        StartedBy.Shell => ["/bin/sh", "-c", Shell],
        _ => [.. Split(startup ?? "").Select(word => Placeholders.Replace(word, value))],
    };

    /// <summary>Splits as a POSIX shell does, and expands nothing.</summary>
    /// <exception cref="FormatException">A quote is not closed.</exception>
    internal static IReadOnlyList<string> Split(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var inWord = false;
        char quote = '\0';
        for (var i = 0; i < line.Length; i++)
        {
            var letter = line[i];
            if (quote == '\'')
            {
                if (letter == '\'') quote = '\0';
                else word.Append(letter);
            }
            else if (letter == '\\' && (quote == '\0' || (i + 1 < line.Length && line[i + 1] is '"' or '\\' or '$' or '`')))
            {
                if (++i >= line.Length) throw new FormatException("it ends with a backslash.");
                word.Append(line[i]);
                inWord = true;
            }
            else if (quote == '"')
            {
                if (letter == '"') quote = '\0';
                else word.Append(letter);
            }
            else if (letter is '"' or '\'')
            {
                quote = letter;
                inWord = true;
            }
            else if (letter == '{' && line.IndexOf("}}", i, StringComparison.Ordinal) is > 0 and var close && i + 1 < line.Length && line[i + 1] == '{')
            {
                word.Append(line, i, close + 2 - i); // a placeholder is one piece, blanks and all
                i = close + 1;
                inWord = true;
            }
            else if (char.IsWhiteSpace(letter))
            {
                if (inWord) words.Add(word.ToString());
                word.Clear();
                inWord = false;
            }
            else
            {
                word.Append(letter);
                inWord = true;
            }
        }
        if (quote != '\0') throw new FormatException("a quote is not closed.");
        if (inWord) words.Add(word.ToString());
        return words;
    }
}
