namespace Panel.Games.Minecraft;

/// <summary>Puts values into <c>server.properties</c> and leaves the rest as it is.</summary>
static class PropertiesFile
{
    /// <summary>Sets values; keys that the file has are replaced only when asked to.</summary>
    public static void Set(string path, IReadOnlyList<KeyValuePair<string, string>> values, bool replace)
    {
        var lines = File.Exists(path) ? File.ReadAllLines(path).ToList() : [];
        foreach (var (key, value) in values)
        {
            var line = lines.FindIndex(line => line.TrimStart() is { Length: > 0 } text && text[0] is not ('#' or '!') && text.Split('=', 2)[0].Trim() == key);
            var entry = $"{key}={Escape(value)}";
            if (line < 0) lines.Add(entry);
            else if (replace) lines[line] = entry;
        }
        var temporary = path + ".tmp";
        File.WriteAllLines(temporary, lines);
        File.Move(temporary, path, overwrite: true);
    }

    // Java reads the file by its own notation: a value must not become a line or an escape
    static string Escape(string value) => string.Concat(value.Select((letter, at) => letter switch
    {
        '\\' => @"\\",
        '\n' => @"\n",
        '\r' => @"\r",
        ' ' when at == 0 => @"\ ",
        < ' ' or > '~' => $@"\u{(int)letter:X4}",
        _ => $"{letter}",
    }));
}
