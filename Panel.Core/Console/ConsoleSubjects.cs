using Panel.Contracts.Servers;
using Panel.Core.Servers;
using Panel.Core.Templates;

namespace Panel.Core.Console;

/// <summary>What a console must know of its server.</summary>
/// <param name="ObjectName">The name of its objects.</param>
/// <param name="Patterns">What its game's lines mean.</param>
/// <param name="MaxPlayers">How many may play, where that is known.</param>
/// <param name="Starts">How often somebody started it.</param>
internal sealed record ConsoleSubject(string ObjectName, ConsolePatterns Patterns, int? MaxPlayers, int Starts);

/// <summary>Reads what consoles must know of servers.</summary>
public sealed class ConsoleSubjects(ServerRows rows, TemplateCatalogue templates, GameHelp help, KeptConsoles kept)
{
    /// <summary>Asks games which commands they have.</summary>
    internal GameHelp Help => help;

    /// <summary>Reads what is kept of consoles.</summary>
    internal KeptConsoles Kept => kept;

    /// <summary>A server as its console sees it; null when it is gone.</summary>
    internal async Task<ConsoleSubject?> FindAsync(ServerId id, CancellationToken cancellation)
    {
        if (await rows.FindAsync(id, cancellation) is not var (server, _)) return null;
        var template = templates.Find(server.Template);
        var max = template?.Players?.MaxVariable is { } variable && int.TryParse(server.Variables.GetValueOrDefault(variable), out var number) ? number : (int?)null;
        return new(server.ObjectName, ConsolePatterns.Of(template), max, server.Starts);
    }
}
