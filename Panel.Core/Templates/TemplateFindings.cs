using System.Text.RegularExpressions;
using Panel.Core.Files.Protection;
using Panel.Core.Templates.Eggs;

namespace Panel.Core.Templates;

/// <summary>
/// Looks through a template for what will not do as its author meant: nothing of it is dropped or refused for that, but whoever takes it over
/// is told. Pure.
/// </summary>
public static partial class TemplateFindings
{
    /// <summary>Registries' paths of images whose entry point reads <c>STARTUP</c>.</summary>
    static readonly string[] EggImages = ["/yolks:", "/steamcmd:", "/games:", "/apps:", "/bots:", "/installers:", "/voice:", "/wine:", "/box86:", "/box64:"];

    /// <summary>Names that the panel itself gives values to.</summary>
    static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase) { "TZ", "STARTUP", "SERVER_MEMORY", "SERVER_IP", "SERVER_PORT", "SERVER_UUID", "P_SERVER_UUID", "P_SERVER_LOCATION", "P_SERVER_ALLOCATION_LIMIT" };

    /// <summary>What there is to say, what matters most first.</summary>
    /// <param name="template">The template.</param>
    /// <param name="rootScripts">Whether the cluster lets scripts be the root of their container; null where that is not known.</param>
    public static IReadOnlyList<TemplateFinding> Of(Template template, bool? rootScripts = null)
    {
        List<TemplateFinding> findings = [.. Images(template), .. Install(template, rootScripts), .. Start(template), .. Variables(template), .. Files(template), .. Ports(template), .. Features(template), .. Protected(template)];
        return [.. findings.OrderByDescending(finding => finding.Weight)];
    }

    /// <summary>Whether an image's entry point is known to read <c>STARTUP</c>.</summary>
    public static bool ReadsStartup(string image) => EggImages.Any(part => image.Contains(part, StringComparison.OrdinalIgnoreCase));

    static IEnumerable<TemplateFinding> Images(Template template)
    {
        var images = template.Images.Values.Select(image => image.TrimStart('~')).ToList();
        if (template.StartedBy is StartedBy.Image && images.Where(image => !ReadsStartup(image)).ToList() is { Count: > 0 } others)
            yield return Attention("images", $"{Names(others)} may not read STARTUP as images made for eggs do. Where nothing starts, let a shell start it.");
        if (template.Images.Values.Where(image => image.StartsWith('~')).ToList() is { Count: > 0 } kept) yield return Note("images", $"{Names(kept)}: never pulled, so it has to be on the machine that runs it.");
        if (images.Where(image => !image.Contains(':', StringComparison.Ordinal) || image.EndsWith(":latest", StringComparison.Ordinal)).ToList() is { Count: > 0 } moving)
            yield return Note("images", $"{Names(moving)} is whatever its author published last.");
    }

    static IEnumerable<TemplateFinding> Install(Template template, bool? rootScripts)
    {
        if (template.Install is not { } install) yield break;
        if (install.Root)
        {
            const string Uses = "The script uses commands of the root of its container, such as apt.";
            yield return rootScripts switch
            {
                true => Note("install", $"{Uses} That is allowed here (Panel:Cluster:RootInstalls)."),
                false => Attention("install", $"{Uses} That is not allowed here: it runs as an ordinary user, and they fail. Who runs the panel can allow it on a Kubernetes cluster, by Panel:Cluster:RootInstalls."),
                _ => Attention("install", $"{Uses} Where the operator does not allow that, it runs as an ordinary user, and they fail."),
            };
        }
        if (Placeholder().Match(install.Script) is { Success: true } found) yield return Note("install", $"{found.Value} stands in the script as it is: values are in its environment.");
    }

    static IEnumerable<TemplateFinding> Protected(Template template)
    {
        if (Denylist.Idle(template.FileDenylist) is { Count: > 0 } idle) yield return Attention("fileDenylist", $"{Names([.. idle])} can match nothing, so nothing is protected by it.");
    }

    static IEnumerable<TemplateFinding> Start(Template template)
    {
        if (template.StartedBy is StartedBy.Image or StartedBy.Shell) yield return Note("startups", "A shell inside the server's own container reads the command line, and the values in it.");
        foreach (var name in template.Startups.Values.SelectMany(Used).Distinct().Where(name => !Known(template, name))) yield return Attention("startups", $"There is no variable {name}: nothing stands in its place.");
        if (template.Ready.Count == 0) yield return Note("ready", "No line says that it is ready: it counts as running once its program runs.");
        if (template.Stop.StartsWith("^^", StringComparison.Ordinal)) yield return Note("stop", $"{template.Stop} is taken as an interrupt (SIGINT), as its author meant it. Other panels kill the server.");
    }

    static IEnumerable<TemplateFinding> Variables(Template template)
    {
        foreach (var variable in template.Variables)
        {
            foreach (var rule in VariableRules.Parse(variable.Rules).Where(rule => !VariableRules.Knows(rule.Name))) yield return Attention("variables", $"{variable.Env}: the rule {rule.Name} is not known; it is kept and refuses nothing.");
            if (VariableRules.Fault(variable.Rules) is { } fault) yield return Attention("variables", $"{variable.Env}: {fault} That rule refuses nothing.");
            else if (VariableRules.Check(variable, variable.Default) is { } broken) yield return Default(variable, broken);
            if (Reserved.Contains(variable.Env)) yield return Attention("variables", $"{variable.Env} is a name that the panel gives a value to: what people choose has no effect.");
            if (variable.Env.Any(char.IsAsciiLetterLower) && template.StartedBy is not StartedBy.Panel) yield return Note("variables", $"{variable.Env} is in the environment in capital letters, too.");
        }
        if (template.Variables.Where(variable => variable.Secret).Select(variable => variable.Env).ToList() is { Count: > 0 } secret) yield return Note("variables", $"Kept as secret: {Names(secret)}.");
    }

    static TemplateFinding Default(TemplateVariable variable, string broken) => variable.Default.Length == 0
        ? Note("variables", $"{variable.Env} has to be filled in for each server.")
        : Attention("variables", $"{variable.Env}: its own default breaks its rules: {broken}");

    static IEnumerable<TemplateFinding> Files(Template template)
    {
        foreach (var (path, file) in template.Files)
        {
            if (!ConfigPatch.Knows(file.Parser)) yield return Attention("files", $"{path}: there is no parser {file.Parser}. It is kept, and the file is not patched.");
            foreach (var name in file.Find.Values.SelectMany(value => value.When?.Values ?? [value.Text]).SelectMany(Used).Distinct().Where(name => !Resolves(template, name)))
                yield return Attention("files", $"{path}: {{{{{name}}}}} names nothing that a config file may know: nothing stands in its place.");
        }
    }

    static IEnumerable<TemplateFinding> Ports(Template template)
    {
        foreach (var port in template.Ports.Where(port => template.Variables.Any(variable => variable.Env == port.Env)))
            yield return Note("ports", $"{port.Env} is made a port of its own: each server gets a number that no other has{(port.Internal ? ", and only the panel reaches it" : "")}.");
    }

    static IEnumerable<TemplateFinding> Features(Template template) =>
        template.Features.Where(feature => !ConsoleFeatures.Knows(feature)).Select(feature => Note("features", $"{feature} is not known; it is kept."));

    static IEnumerable<string> Used(string text) => Placeholder().Matches(text).Select(match => match.Groups["name"].Value.Trim());

    static bool Known(Template template, string name) =>
        Reserved.Contains(name) || template.Variables.Any(variable => string.Equals(variable.Env, name, StringComparison.OrdinalIgnoreCase)) || template.Ports.Any(port => port.Env == name);

    /// <summary>Whether a place of a config file may be named, as <see cref="Servers.ServerSpecs"/> resolves it.</summary>
    static bool Resolves(Template template, string name) => name.Split('.') switch
    {
        ["env", var own] => Known(template, own),
        ["server", "environment", var own] => Known(template, own),
        ["server", "build", "env", var own] => Known(template, own),
        ["server", "id" or "uuid" or "name" or "memory" or "cpu" or "disk"] => true,
        ["server", "build", "memory" or "memory_limit" or "cpu" or "disk"] => true,
        ["server", "allocations" or "build", "default", "ip" or "port"] => true,
        ["server", "allocations", var port, "ip" or "port"] => template.Ports.Any(known => known.Name == port),
        ["config", "docker", "interface"] => true,
        _ => false,
    };

    static string Names(List<string> names) => names.Count <= 3 ? string.Join(", ", names) : $"{string.Join(", ", names.Take(3))} and {names.Count - 3} more";

    static TemplateFinding Note(string place, string text) => new(FindingWeight.Note, place, text);

    static TemplateFinding Attention(string place, string text) => new(FindingWeight.Attention, place, text);

    [GeneratedRegex(@"\{\{(?<name>[^{}]*)\}\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Placeholder();
}
