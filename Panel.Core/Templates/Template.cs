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
    /// <summary>A picture as a <c>data:</c> address; null for none.</summary>
    public string? Icon { get; init; }
    /// <summary>Whether it only shows what Panel does.</summary>
    public bool Demo { get; init; }
    /// <summary>Container images by label; the first is the default. One that begins with <c>~</c> is never pulled.</summary>
    public required IReadOnlyDictionary<string, string> Images { get; init; }
    /// <summary>Command lines by label, with <c>{{NAME}}</c> for a value; the first is the default. None for the image's own program.</summary>
    public IReadOnlyDictionary<string, string> Startups { get; init; } = new Dictionary<string, string>();
    /// <summary>Who makes a running program of the command line.</summary>
    public StartedBy StartedBy { get; init; }
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
    /// <summary>Files whose names people see, and that they neither read nor change, in the notation of <c>.gitignore</c>.</summary>
    public IReadOnlyList<string> FileDenylist { get; init; } = [];
    /// <summary>Troubles of the game's kind whose lines the console knows, and offers to mend: <c>eula</c>, <c>java_version</c>, <c>pid_limit</c>, <c>steam_disk_space</c>, …</summary>
    public IReadOnlyList<string> Features { get; init; } = [];
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
    /// <summary>Commands around a backup, so that nothing is written meanwhile; null where none are needed.</summary>
    public TemplateSave? Save { get; init; }
    /// <summary>When nobody plays; null where it runs on.</summary>
    public TemplateIdle? Idle { get; init; }
    /// <summary>Kinds of processors its images run on, as Kubernetes calls them (<c>amd64</c>, <c>arm64</c>); none for any.</summary>
    public IReadOnlyList<string> Architectures { get; init; } = [];
    /// <summary>The least memory it runs with, in MiB.</summary>
    public int MinMemoryMiB { get; init; } = 128;
    /// <summary>What it runs well with; null where nothing is known.</summary>
    public TemplateAdvice? Advice { get; init; }

    /// <summary>Whether a variable is the number of a port, which the panel gives and nobody chooses.</summary>
    public bool IsPort(TemplateVariable variable) => Ports.Any(port => port.Env == variable.Env);
}

/// <summary>Who makes a running program of a template's command line.</summary>
public enum StartedBy
{
    /// <summary>The panel: it splits the line into arguments, and puts each value into its argument once. No shell reads it.</summary>
    Panel,
    /// <summary>The image, which finds the line in <c>STARTUP</c> and lets a shell read it, as images made for eggs do.</summary>
    Image,
    /// <summary>A shell of the image, which is given the line: for eggs on images that do not read <c>STARTUP</c>.</summary>
    Shell,
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
    /// <summary>The kind of field that an egg names, such as <c>text</c>; the rules say more.</summary>
    public string FieldType { get; init; } = "text";
}

/// <summary>A port a game needs.</summary>
/// <param name="Name">Its name, such as "game".</param>
/// <param name="Protocol"><c>TCP</c>, <c>UDP</c>, or <c>TCP+UDP</c> for both under one number.</param>
/// <param name="Env">The environment variable that tells the game; <c>SERVER_PORT</c> for the first.</param>
/// <param name="Probed">Whether the server is ready once this TCP port accepts.</param>
/// <param name="Internal">Whether it is for the panel alone, such as a remote console's: it gets no address outside, and a network policy keeps others away.</param>
/// <param name="Role">What it is for; null where its name says it.</param>
public sealed record TemplatePort(string Name, string Protocol, string Env = "SERVER_PORT", bool Probed = false, bool Internal = false, PortRole? Role = null)
{
    /// <summary>Both protocols under one number.</summary>
    public const string Both = "TCP+UDP";

    /// <summary>The protocols, one by one.</summary>
    public IReadOnlyList<string> Protocols() => Protocol == Both ? ["TCP", "UDP"] : [Protocol];
}

/// <summary>What a port is for.</summary>
public enum PortRole
{
    /// <summary>Players connect to it.</summary>
    Game,
    /// <summary>It answers how the server does.</summary>
    Query,
    /// <summary>A remote console listens on it.</summary>
    Rcon,
    /// <summary>Anything else, such as a map in the web.</summary>
    Other,
}

/// <summary>An install script and where it runs.</summary>
/// <param name="Image">The image, with the volume at <c>/mnt/server</c>.</param>
/// <param name="Entrypoint">What runs the script.</param>
/// <param name="Script">The script.</param>
/// <param name="Root">Whether it has to be the root of its own container; the operator must allow that.</param>
public sealed record TemplateInstall(string Image, string Entrypoint, string Script, bool Root = false);

/// <summary>A file patched before each start; one that does not exist is made.</summary>
/// <param name="Parser"><c>properties</c>, <c>yaml</c>, <c>json</c>, <c>ini</c>, <c>xml</c> or <c>file</c>.</param>
/// <param name="Find">Values by key, with placeholders such as <c>{{server.allocations.game.port}}</c> and <c>{{server.environment.MOTD}}</c>.</param>
public sealed record TemplateFile(string Parser, IReadOnlyDictionary<string, ConfigValue> Find);

/// <summary>Console lines of one level.</summary>
/// <param name="Pattern">Plain text that occurs in the line, or <c>regex:</c> and a pattern.</param>
/// <param name="Level">How grave they are.</param>
public sealed record TemplateLevel(string Pattern, ConsoleLevel Level);

/// <summary>How players are followed: by console lines, as patterns with a group <c>name</c> or <c>id</c> (a number that the game gives who joins), or by asking.</summary>
public sealed record TemplatePlayers
{
    /// <summary>Somebody came.</summary>
    public string? Join { get; init; }
    /// <summary>Somebody went.</summary>
    public string? Leave { get; init; }
    /// <summary>Somebody said something; what was said is the group <c>text</c>.</summary>
    public string? Chat { get; init; }
    /// <summary>The variable that holds how many may play, or null.</summary>
    public string? MaxVariable { get; init; }
    /// <summary>How the server is asked who plays; null where its lines tell all.</summary>
    public TemplateQuery? Query { get; init; }
}

/// <summary>A way to ask a server who plays.</summary>
public enum QueryKind
{
    /// <summary>The server list ping over TCP, a status as JSON.</summary>
    Slp,
    /// <summary>Source's query over UDP.</summary>
    A2s,
    /// <summary>Quake's <c>getstatus</c> over UDP.</summary>
    Quake,
    /// <summary>The connectionless <c>inf3</c> query over UDP.</summary>
    Inf3,
    /// <summary>A command on the game's console.</summary>
    Command,
}

/// <summary>How a server is asked who plays.</summary>
/// <param name="Kind">The way.</param>
/// <param name="Port">The name of the port that answers; null for the first, or for a command.</param>
/// <param name="Command">The command, such as <c>list</c>; null for other ways.</param>
/// <param name="Pattern">A line of its answer, as a pattern with a group <c>name</c> that may hold several; null for other ways.</param>
public sealed record TemplateQuery(QueryKind Kind, string? Port = null, string? Command = null, string? Pattern = null);

/// <summary>Commands around a backup.</summary>
/// <param name="Before">Those before it: writing is held back, and what is in memory is written.</param>
/// <param name="After">Those after it, also when it failed.</param>
/// <param name="Written">The line that says that all is written, as plain text or <c>regex:</c> and a pattern; null where nothing tells.</param>
public sealed record TemplateSave(IReadOnlyList<string> Before, IReadOnlyList<string> After, string? Written = null);

/// <summary>What becomes of a server that nobody plays on.</summary>
/// <param name="StopAfterMinutes">It may be stopped after so many minutes without players.</param>
/// <param name="WakeOnJoin">Whether it may be started by who tries to join.</param>
public sealed record TemplateIdle(int StopAfterMinutes, bool WakeOnJoin = false);

/// <summary>What a game runs well with.</summary>
/// <param name="CpuMillis">Thousandths of a core.</param>
/// <param name="MemoryMiB">Memory in MiB.</param>
/// <param name="DiskMiB">Disk in MiB.</param>
public sealed record TemplateAdvice(int? CpuMillis = null, int? MemoryMiB = null, int? DiskMiB = null);

/// <summary>How a game tells which commands it has: it is asked once after each start, and its answer is not shown.</summary>
/// <param name="Command">The command that lists them.</param>
/// <param name="Pattern">A line of the list, as a pattern with a group <c>name</c> for the command.</param>
public sealed record TemplateHelp(string Command, string Pattern);
