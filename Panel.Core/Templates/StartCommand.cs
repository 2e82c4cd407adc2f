using System.Text;

namespace Panel.Core.Templates;

/// <summary>
/// A template's command line as a program and its arguments. It is split first, as a shell splits words (blanks, quotes, backslash), and
/// each placeholder is put into its argument afterwards, once: no value can end an argument, begin another, or be read by a shell.
/// </summary>
internal static class StartCommand
{
    /// <summary>What keeps a command line from being split, or null.</summary>
    public static string? Fault(string? startup)
    {
        try
        {
            _ = Split(startup ?? "");
            return null;
        }
        catch (FormatException fault)
        {
            return $"startup: {fault.Message}";
        }
    }

    /// <summary>The program and its arguments; empty for the image's own.</summary>
    public static IReadOnlyList<string> Arguments(string? startup, Func<string, string?> value) =>
        [.. Split(startup ?? "").Select(word => Placeholders.Replace(word, value))];

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
