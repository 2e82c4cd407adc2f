using System.Text.Json;
using System.Text.RegularExpressions;

namespace Panel.Core.Templates.Amp;

/// <summary>A port of an AMP template.</summary>
/// <param name="Number">Its usual number.</param>
/// <param name="Protocol"><c>TCP</c>, <c>UDP</c> or both.</param>
/// <param name="Ref">What the template calls it.</param>
public sealed record AmpPort(int Number, string Protocol, string Ref);

/// <summary>
/// What a template of AMP knows and an egg does not: the lines by which players come, go and speak, the line that means ready, and the
/// protocols of ports. A template is a <c>.kvp</c> file of lines <c>Key=value</c>, and a <c>…ports.json</c> beside it.
/// </summary>
/// <remarks>The format: https://github.com/CubeCoders/AMPTemplates.</remarks>
public sealed partial record AmpTemplate
{
    const int MaxLines = 5000, MaxPorts = 100, MaxPattern = 2000;

    /// <summary>What people call the game.</summary>
    public required string Name { get; init; }
    /// <summary>Somebody came, with the groups <c>name</c> and <c>id</c>; null where nothing tells.</summary>
    public string? Join { get; init; }
    /// <summary>Somebody went.</summary>
    public string? Leave { get; init; }
    /// <summary>Somebody spoke, with the groups <c>name</c> and <c>text</c>.</summary>
    public string? Chat { get; init; }
    /// <summary>It is ready.</summary>
    public string? Ready { get; init; }
    /// <summary>The ports; the first is what players connect to.</summary>
    public IReadOnlyList<AmpPort> Ports { get; init; } = [];
    /// <summary>Patterns that cannot be read here, with why.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];

    /// <summary>Reads a template.</summary>
    /// <param name="settings">The <c>.kvp</c> file.</param>
    /// <param name="ports">The <c>…ports.json</c> file; null for none.</param>
    /// <exception cref="InvalidDataException">It is no template of AMP, or the ports cannot be read.</exception>
    public static AmpTemplate Read(string settings, string? ports)
    {
        var values = Values(settings);
        if (!values.TryGetValue("Meta.DisplayName", out var name)) throw new InvalidDataException("This is no template of AMP: Meta.DisplayName is missing.");
        var faults = new List<string>();
        var before = values.GetValueOrDefault("Console.FilterMatchRegex", "");
        string? Pattern(string key) => AmpTemplate.Pattern(key, values.GetValueOrDefault(key, ""), before, faults);
        var read = ports is null ? [] : Read(ports);
        var main = values.GetValueOrDefault("App.PrimaryApplicationPortRef", "");
        return new()
        {
            Name = name,
            Join = Pattern("Console.UserJoinRegex"),
            Leave = Pattern("Console.UserLeaveRegex"),
            Chat = Pattern("Console.UserChatRegex"),
            Ready = values.GetValueOrDefault("App.ApplicationReadyMode") == "RegexMatch" ? Pattern("Console.AppReadyRegex") : null,
            Ports = [.. read.OrderByDescending(port => port.Ref == main)],
            Faults = faults,
        };
    }

    /// <summary>A template of Panel with what this one knows put in: players' lines and protocols, and the line that means ready where it has none.</summary>
    public Template Over(Template template)
    {
        var ports = template.Ports.Select((port, at) => Number(template, port, at) is { } known ? port with { Protocol = known.Protocol } : port);
        return template with
        {
            Players = Join is null && Leave is null && Chat is null ? template.Players : (template.Players ?? new()) with { Join = Join ?? template.Players?.Join, Leave = Leave ?? template.Players?.Leave, Chat = Chat ?? template.Players?.Chat },
            Ready = template.Ready.Count == 0 && Ready is not null ? ["regex:" + Ready] : template.Ready,
            Ports = [.. ports],
        };
    }

    /// <summary>The port of this template that one of Panel's is: the first for the first, else by the number that its variable usually has.</summary>
    AmpPort? Number(Template template, TemplatePort port, int at) => at == 0
        ? Ports.Count > 0 ? Ports[0] : null
        : template.Variables.FirstOrDefault(variable => variable.Env == port.Env) is { } variable && int.TryParse(variable.Default, out var number) ? Ports.FirstOrDefault(known => known.Number == number) : null;

    static Dictionary<string, string> Values(string settings)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in settings.TrimStart('\uFEFF').ReplaceLineEndings("\n").Split('\n', MaxLines))
        {
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0) values[line[..equals].Trim()] = line[(equals + 1)..];
        }
        return values;
    }

    /// <summary>A pattern in Panel's words. What AMP cuts from the beginning of lines before it looks at them may stand there here.</summary>
    static string? Pattern(string key, string pattern, string cut, List<string> faults)
    {
        if (pattern is "" or "^$" or "$" or ".*") return null;
        pattern = pattern.Replace("(?<username>", "(?<name>", StringComparison.Ordinal).Replace("(?<message>", "(?<text>", StringComparison.Ordinal);
        pattern = Numbers().Replace(pattern, "(?<id>");
        if (pattern.StartsWith('^') && cut.StartsWith('^') && cut.Length > 1 && !cut.Contains(@"\e", StringComparison.Ordinal)) pattern = $"^(?:{cut[1..]})?{pattern[1..]}";
        try
        {
            if (pattern.Length > MaxPattern) throw new ArgumentException("It is too long.");
            _ = new Regex(pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
            return pattern;
        }
        catch (ArgumentException fault)
        {
            faults.Add($"{key}: {fault.Message}");
            return null;
        }
    }

    static List<AmpPort> Read(string ports)
    {
        try
        {
            using var document = JsonDocument.Parse(ports.TrimStart('\uFEFF'), new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 16 });
            var read = new List<AmpPort>();
            Add(document.RootElement, read);
            return read;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"The ports cannot be read: {fault.Message}", fault);
        }
    }

    static void Add(JsonElement list, List<AmpPort> read)
    {
        foreach (var port in list.EnumerateArray())
        {
            if (read.Count == MaxPorts) return;
            var protocol = port.TryGetProperty("Protocol", out var named) ? named.GetString() : null;
            if (port.TryGetProperty("Port", out var number)) read.Add(new(number.GetInt32(), protocol is "TCP" or "UDP" ? protocol : TemplatePort.Both, port.TryGetProperty("Ref", out var reference) ? reference.GetString() ?? "" : ""));
            if (port.TryGetProperty("ChildPorts", out var children) && children.ValueKind == JsonValueKind.Array) Add(children, read);
        }
    }

    [GeneratedRegex(@"\(\?<(userid|sessionid)>", RegexOptions.ExplicitCapture)]
    private static partial Regex Numbers();
}
