using Panel.Contracts.Console;
using Panel.Core.Templates.Forms;

namespace Panel.Core.Templates;

/// <summary>
/// What a server is made from: a game as data. The shape is that of the field's eggs (image by label, start-up, variables with rules,
/// install script, ready line, stop, config files) with what eggs lack: ports with a protocol, how players are counted.
/// </summary>
public sealed record Template
{
    /// <summary>Names the template: lower-case letters, digits and dashes.</summary>
    public required string Key { get; init; }
    /// <summary>What people call the game.</summary>
    public required string Name { get; init; }
    /// <summary>One or two sentences.</summary>
    public string Description { get; init; } = "";
    /// <summary>Who wrote the template.</summary>
    public string Author { get; init; } = "";
    /// <summary>Words to find it by.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];
    /// <summary>Whether it only shows what Panel does.</summary>
    public bool Demo { get; init; }
    /// <summary>Container images by label; the first is the default.</summary>
    public required IReadOnlyDictionary<string, string> Images { get; init; }
    /// <summary>
    /// The command line, split into arguments as a shell would split it, with <c>{{NAME}}</c> for a value: each is put into its argument
    /// once and never read again. Null for the image's own program.
    /// </summary>
    public string? Startup { get; init; }
    /// <summary>Where the volume is mounted.</summary>
    public string MountPath { get; init; } = "/home/container";
    /// <summary>Values a person may choose.</summary>
    public IReadOnlyList<TemplateVariable> Variables { get; init; } = [];
    /// <summary>Ports it needs; the first is what players are told.</summary>
    public IReadOnlyList<TemplatePort> Ports { get; init; } = [];
    /// <summary>How its files are put in place; null where nothing has to be.</summary>
    public TemplateInstall? Install { get; init; }
    /// <summary>Files patched before each start, by path.</summary>
    public IReadOnlyDictionary<string, TemplateFile> Files { get; init; } = new Dictionary<string, TemplateFile>();
    /// <summary>Config files that people may fill in as a form.</summary>
    public IReadOnlyList<TemplateForm> Forms { get; init; } = [];
    /// <summary>Console lines that mean "ready": plain text that occurs in the line, or <c>regex:</c> and a pattern. Empty: ready once the cluster says so.</summary>
    public IReadOnlyList<string> Ready { get; init; } = [];
    /// <summary>A line for its console that ends it, or a signal (<c>^C</c>, <c>^SIGTERM</c>).</summary>
    public string Stop { get; init; } = "^SIGTERM";
    /// <summary>How long it may take to stop, in seconds.</summary>
    public int StopSeconds { get; init; } = 60;
    /// <summary>Whether its images run with a root file system that nobody can write to; <c>/tmp</c> and the volume can be written.</summary>
    public bool ReadOnlyRoot { get; init; }
    /// <summary>How players are followed; null where nothing tells of them.</summary>
    public TemplatePlayers? Players { get; init; }
    /// <summary>Console lines that are graver than others; the first pattern that matches tells, and a line that none matches is plain.</summary>
    public IReadOnlyList<TemplateLevel> Levels { get; init; } = [];
    /// <summary>The command that says something to all who play, with <c>{{TEXT}}</c> for what is said; null where the game has none.</summary>
    public string? Say { get; init; }
    /// <summary>How commands reach the program; null for its standard input.</summary>
    public TemplateInput? Input { get; init; }
    /// <summary>Commands that the console offers.</summary>
    public IReadOnlyList<string> Commands { get; init; } = [];
    /// <summary>How the game itself tells which commands it has; null where it cannot.</summary>
    public TemplateHelp? Help { get; init; }
    /// <summary>The least memory it runs with, in MiB.</summary>
    public int MinMemoryMiB { get; init; } = 128;
}

/// <summary>A value a person may choose; it becomes part of the environment.</summary>
public sealed record TemplateVariable
{
    /// <summary>What people call it.</summary>
    public required string Name { get; init; }
    /// <summary>What it does.</summary>
    public string Description { get; init; } = "";
    /// <summary>Its name in the environment.</summary>
    public required string Env { get; init; }
    /// <summary>Its value when none is chosen.</summary>
    public string Default { get; init; } = "";
    /// <summary>Whether the server's people see it.</summary>
    public bool Viewable { get; init; } = true;
    /// <summary>Whether the server's people may change it.</summary>
    public bool Editable { get; init; } = true;
    /// <summary>Whether its value is kept from logs, lists and everyone who may not edit it.</summary>
    public bool Secret { get; init; }
    /// <summary>What a value must be, in the field's notation: <c>required|string|max:20</c>.</summary>
    public string Rules { get; init; } = "";
}

/// <summary>A port a game needs.</summary>
/// <param name="Name">Its name, such as "game".</param>
/// <param name="Protocol"><c>TCP</c> or <c>UDP</c>.</param>
/// <param name="Env">The environment variable that tells the game; <c>SERVER_PORT</c> for the first.</param>
/// <param name="Probed">Whether the server is ready once this TCP port accepts.</param>
/// <param name="Internal">Whether it is for the panel alone, such as a remote console's: it gets no address outside, and a network policy keeps others away.</param>
public sealed record TemplatePort(string Name, string Protocol, string Env = "SERVER_PORT", bool Probed = false, bool Internal = false);

/// <summary>An install script and where it runs.</summary>
/// <param name="Image">The image, with the volume at <c>/mnt/server</c>.</param>
/// <param name="Entrypoint">What runs the script.</param>
/// <param name="Script">The script.</param>
public sealed record TemplateInstall(string Image, string Entrypoint, string Script);

/// <summary>A file patched before each start; one that does not exist is made.</summary>
/// <param name="Parser"><c>properties</c>, <c>yaml</c>, <c>json</c>, <c>ini</c>, <c>xml</c> or <c>file</c>.</param>
/// <param name="Find">Values by key, with placeholders such as <c>{{server.allocations.game.port}}</c> and <c>{{server.environment.MOTD}}</c>.</param>
public sealed record TemplateFile(string Parser, IReadOnlyDictionary<string, string> Find);

/// <summary>Console lines of one level.</summary>
/// <param name="Pattern">Plain text that occurs in the line, or <c>regex:</c> and a pattern.</param>
/// <param name="Level">How grave they are.</param>
public sealed record TemplateLevel(string Pattern, ConsoleLevel Level);

/// <summary>Console lines that tell of players, as patterns with a group <c>name</c>.</summary>
/// <param name="Join">Somebody came.</param>
/// <param name="Leave">Somebody went.</param>
/// <param name="MaxVariable">The variable that holds how many may play, or null.</param>
public sealed record TemplatePlayers(string Join, string Leave, string? MaxVariable = null);

/// <summary>How a game tells which commands it has: it is asked once after each start, and its answer is not shown.</summary>
/// <param name="Command">The command that lists them.</param>
/// <param name="Pattern">A line of the list, as a pattern with a group <c>name</c> for the command.</param>
public sealed record TemplateHelp(string Command, string Pattern);
