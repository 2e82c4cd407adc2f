using System.Globalization;
using System.Text.RegularExpressions;

namespace Panel.Games.Demo;

/// <summary>What <c>server.properties</c> says. Where a key is missing, the environment counts, then the default.</summary>
sealed record ServerProperties
{
    const string FileName = "server.properties";

    public string Ip { get; private init; } = "";
    public int Port { get; private init; } = 25565;
    public string Motd { get; private init; } = "A Panel demo server";
    public int MaxPlayers { get; private init; } = 20;
    public string GameMode { get; private init; } = "creative";
    public string Difficulty { get; private init; } = "peaceful";
    public string LevelName { get; private init; } = "world";

    /// <summary>The game mode as the protocol counts it.</summary>
    public int GameModeNumber => GameMode is "survival" ? 0 : GameMode is "adventure" ? 2 : 1;

    /// <summary>The difficulty as the protocol counts it.</summary>
    public int DifficultyNumber => Difficulty switch { "easy" => 1, "normal" => 2, "hard" => 3, _ => 0 };

    /// <summary>Reads the file; writes one with all keys where there is none.</summary>
    /// <exception cref="InvalidDataException">A value cannot be used; the message names key and value.</exception>
    public static ServerProperties Load(string folder, Func<string, string?> environment)
    {
        var path = Path.Combine(folder, FileName);
        var values = File.Exists(path) ? Parse(File.ReadAllLines(path)) : [];
        var properties = new ServerProperties
        {
            Ip = Text("server-ip", "SERVER_IP", ""),
            Port = Number("server-port", "SERVER_PORT", 25565, 1, 65535),
            Motd = Text("motd", "MOTD", "A Panel demo server"),
            MaxPlayers = Number("max-players", "MAX_PLAYERS", 20, 0, 1000),
            GameMode = OneOf("gamemode", "creative", "survival", "creative", "adventure"),
            Difficulty = OneOf("difficulty", "peaceful", "peaceful", "easy", "normal", "hard"),
            LevelName = Text("level-name", "LEVEL", "world"),
        };
        if (properties.LevelName is "" or "." or ".." || properties.LevelName.Contains('/')) throw Wrong("level-name", properties.LevelName, "a folder's name");
        Complete(path, properties.Entries.Where(entry => !values.ContainsKey(entry.Key)));
        return properties;

        string Text(string key, string variable, string fallback) =>
            values.TryGetValue(key, out var value) ? value : environment(variable) is { Length: > 0 } set ? set : fallback;

        int Number(string key, string variable, int fallback, int least, int most)
        {
            var text = Text(key, variable, fallback.ToString(CultureInfo.InvariantCulture));
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
                ? number : throw Wrong(key, text, $"a number from {least} to {most}");
        }

        string OneOf(string key, string fallback, params string[] known)
        {
            var text = values.GetValueOrDefault(key, fallback).ToLowerInvariant();
            return known.Contains(text) ? text : throw Wrong(key, text, $"one of {string.Join(", ", known)}");
        }
    }

    static InvalidDataException Wrong(string key, string value, string expected) => new($"{FileName}: {key}={value} is not {expected}");

    static Dictionary<string, string> Parse(IEnumerable<string> lines)
    {
        var values = new Dictionary<string, string>();
        foreach (var line in lines.Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] is not ('#' or '!')))
        {
            if (line.IndexOf('=') is > 0 and var equals) values[line[..equals].Trim()] = Unescape(line[(equals + 1)..].Trim());
        }
        return values;
    }

    // Java's notation: a backslash before what would mean something else, and \uXXXX for what is not ASCII
    static string Unescape(string text) => text.Contains('\\')
        ? Regex.Replace(text, @"\\(u([0-9A-Fa-f]{4})|.)", match => match.Groups[2].Success ? $"{(char)Convert.ToUInt16(match.Groups[2].Value, 16)}" : match.Groups[1].Value)
        : text;

    IEnumerable<KeyValuePair<string, string>> Entries =>
    [
        new("server-ip", Ip), new("server-port", $"{Port}"), new("motd", Motd), new("max-players", $"{MaxPlayers}"),
        new("gamemode", GameMode), new("difficulty", Difficulty), new("level-name", LevelName),
    ];

    // what can be set shall stand in the file, and what stands there shall stay
    static void Complete(string path, IEnumerable<KeyValuePair<string, string>> missing)
    {
        var lines = missing.Select(entry => $"{entry.Key}={Escape(entry.Value)}").ToList();
        if (lines.Count == 0) return;
        var text = File.Exists(path) ? File.ReadAllText(path) : "# Panel demo server\n";
        if (text.Length > 0 && !text.EndsWith('\n')) text += "\n";
        File.WriteAllText(path + ".tmp", text + string.Join('\n', lines) + "\n");
        File.Move(path + ".tmp", path, overwrite: true);
    }

    static string Escape(string text) =>
        string.Concat(text.Select(letter => letter is '\\' ? @"\\" : letter is < ' ' or > '~' ? $@"\u{(int)letter:X4}" : $"{letter}"));
}
