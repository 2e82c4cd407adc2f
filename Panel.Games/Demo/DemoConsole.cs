using System.Globalization;

namespace Panel.Games.Demo;

/// <summary>The commands of the console.</summary>
sealed class DemoConsole(DemoServer server, GameLog log, Action stop)
{
    static readonly string[] Help =
    [
        "help: shows this list",
        "list: who is playing",
        "say <text>: tells everybody",
        "kick <name> [reason]: ends somebody's game",
        "save-all: writes the world",
        "flood <lines a second> [seconds]: prints many lines (0 ends it)",
        "crash: ends with an error, as a broken server would",
        "stop: saves and ends",
    ];

    readonly Flood flood = new(log);

    /// <summary>Does what a line says.</summary>
    public void Run(string line)
    {
        var text = line.Trim().TrimStart('/');
        if (text.Length == 0) return;
        var space = text.IndexOf(' ');
        var (command, rest) = space < 0 ? (text, "") : (text[..space], text[(space + 1)..].Trim());
        switch (command.ToLowerInvariant())
        {
            case "help" or "?": foreach (var entry in Help) log.Info(entry); break;
            case "list": List(); break;
            case "say": server.Say($"[Server] {rest}"); break;
            case "kick": Kick(rest); break;
            case "save-all": Save(); break;
            case "flood": StartFlood(rest); break;
            case "crash": Crash(); break;
            case "stop": stop(); break;
            default: log.Info("Unknown command. Try help for a list of commands"); break;
        }
    }

    /// <summary>Writes the world and says so; a full disk is said, not fatal.</summary>
    public void Save()
    {
        try
        {
            server.World.Save();
            log.Info("Saved the world");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            log.Error($"The world could not be saved: {failure.Message}");
        }
    }

    void List()
    {
        var names = server.Players.All.Select(player => player.Name).Order(StringComparer.OrdinalIgnoreCase).ToList();
        log.Info($"There are {names.Count} of a max of {server.Players.Places} players online: {string.Join(", ", names)}");
    }

    void Kick(string rest)
    {
        var parts = rest.Split(' ', 2, StringSplitOptions.TrimEntries);
        if (server.Players.Find(parts[0]) is not { } player)
        {
            log.Info("That player cannot be found");
            return;
        }
        var reason = parts.Length > 1 ? parts[1] : "Kicked by an operator.";
        player.Kick(reason);
        log.Info($"Kicked {player.Name} from the game: '{reason}'");
    }

    void StartFlood(string rest)
    {
        var numbers = rest.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (numbers.Length is 0 or > 2 || !int.TryParse(numbers[0], NumberStyles.None, CultureInfo.InvariantCulture, out var rate) || rate > 1_000_000
            || !int.TryParse(numbers.ElementAtOrDefault(1) ?? "10", NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds > 3600)
        {
            log.Info("Usage: flood <lines a second, at most 1000000> [seconds, at most 3600]");
            return;
        }
        flood.Start(rate, TimeSpan.FromSeconds(seconds));
    }

    void Crash()
    {
        log.Error("Encountered an unexpected exception");
        try
        {
            throw new InvalidOperationException("Crash asked for on the console");
        }
        catch (InvalidOperationException asked)
        {
            log.Raw(System.Text.Encoding.UTF8.GetBytes($"{asked.GetType().FullName}: {asked.Message}\n{asked.StackTrace}\n"));
        }
        Environment.Exit(1);
    }
}
