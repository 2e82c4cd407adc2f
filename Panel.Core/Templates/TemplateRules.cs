using System.Text.RegularExpressions;
using Panel.Contracts.Console;
using Panel.Core.Files.Protection;
using Panel.Core.Templates.Forms;

namespace Panel.Core.Templates;

/// <summary>What a template must keep to.</summary>
internal static partial class TemplateRules
{
    /// <summary>What a ConfigMap holds, in characters.</summary>
    const int MaxScript = 1024 * 1024 - 16 * 1024;
    const int MaxIcon = 1024 * 1024;
    const int MaxName = 200, MaxLabel = 80;

    /// <summary>Keys that addresses of pages have in the place of one.</summary>
    public static readonly IReadOnlySet<string> Reserved = new HashSet<string>(StringComparer.Ordinal) { "import", "new" };

    /// <summary>The first rule that a template breaks, or null.</summary>
    public static string? Fault(Template template)
    {
        if (!Key().IsMatch(template.Key)) return "key: lower-case letters, digits and dashes, at most 40.";
        if (Reserved.Contains(template.Key)) return $"key: \"{template.Key}\" is the name of a page.";
        if (string.IsNullOrWhiteSpace(template.Name) || template.Name.Length > MaxName || template.Name.Any(char.IsControl)) return $"name: one line of 1 to {MaxName} characters.";
        if ((Label(template.Images.Keys, "images") ?? Label(template.Startups.Keys, "startups")) is { } label) return label;
        if (template.Images.Count == 0 || template.Images.Values.Any(string.IsNullOrWhiteSpace)) return "images: at least one, and none without a name.";
        if (!template.MountPath.StartsWith('/') || template.MountPath.Contains("..", StringComparison.Ordinal)) return "mountPath: an absolute path.";
        if (template.Say is { } say && (!say.Contains("{{TEXT}}", StringComparison.Ordinal) || say.Any(char.IsControl))) return "say: one line with {{TEXT}} in it.";
        if (template.Levels.Any(level => level.Pattern.Length == 0 || level.Level is ConsoleLevel.None || !Enum.IsDefined(level.Level))) return "levels: a pattern each, and debug, warning or error.";
        if (template.Help is { } help && (help.Command.Length == 0 || help.Command.Any(char.IsControl) || !help.Pattern.Contains("(?<name>", StringComparison.Ordinal))) return "help: one line as the command, and a pattern with a group name.";
        if (!WholeRange.StopSeconds.Holds(template.StopSeconds)) return $"stopSeconds: {WholeRange.StopSeconds}.";
        if (!WholeRange.MiB.Holds(template.MinMemoryMiB)) return $"minMemoryMiB: {WholeRange.MiB}.";
        if (template.Advice is { } advice && Fault(advice) is { } size) return size;
        return template.Variables.Select(Fault).Concat(template.Ports.Select(Fault)).FirstOrDefault(fault => fault is not null)
            ?? Twice("variables", template.Variables.Select(variable => variable.Env))
            ?? Twice("ports", template.Ports.Select(port => port.Name))
            ?? Files(template) ?? Forms(template) ?? InputRules.Fault(template) ?? Patterns(template) ?? StartCommand.Fault(template) ?? Rest(template);
    }

    static string? Label(IEnumerable<string> labels, string where) =>
        labels.FirstOrDefault(label => string.IsNullOrWhiteSpace(label) || label.Length > MaxLabel || label.Any(char.IsControl)) is { } wrong ? $"{where}: \"{wrong}\" is no label: one line of 1 to {MaxLabel} characters." : null;

    static string? Fault(TemplateAdvice advice) =>
        advice.MemoryMiB is { } memory && !WholeRange.MiB.Holds(memory) ? $"advice: memoryMiB: {WholeRange.MiB}."
        : advice.CpuMillis is { } cpu && !WholeRange.CpuMillis.Holds(cpu) ? $"advice: cpuMillis: {WholeRange.CpuMillis}."
        : advice.DiskMiB is { } disk && !WholeRange.MiB.Holds(disk) ? $"advice: diskMiB: {WholeRange.MiB}."
        : null;

    static string? Fault(TemplateVariable variable) => !Env().IsMatch(variable.Env) ? $"variables: \"{variable.Env}\" is no name for the environment." : null;

    static string? Rest(Template template)
    {
        if (template.Install is { Script.Length: > MaxScript }) return "install: the script is longer than 1 MiB, which is what a cluster keeps of one.";
        if (template.Icon is { } icon && !IsIcon(icon)) return "icon: a data: address of a PNG, JPEG, WebP, GIF or SVG of at most 1 MiB.";
        if (Denylist.Fault(template.FileDenylist) is { } denied) return $"fileDenylist: {denied}";
        if (template.Idle is { } idle && !WholeRange.IdleMinutes.Holds(idle.StopAfterMinutes)) return $"idle: {WholeRange.IdleMinutes} minutes, which are a week.";
        if (template.Players?.Query is { } query && query.Port is { } asked && template.Ports.All(port => port.Name != asked)) return $"players: query: there is no port \"{asked}\".";
        return null;
    }

    static string? Fault(TemplatePort port) =>
        !Label().IsMatch(port.Name) ? $"ports: \"{port.Name}\" is no name: lower-case letters and digits, at most 15."
        : port.Protocol is not ("TCP" or "UDP" or TemplatePort.Both) ? $"ports: {port.Name}: TCP or UDP, or {TemplatePort.Both}."
        : !Env().IsMatch(port.Env) ? $"ports: \"{port.Env}\" is no name for the environment."
        : null;

    /// <summary>Whether a text is a picture that pages show.</summary>
    public static bool IsIcon(string text) => text.Length <= MaxIcon && IconData().IsMatch(text);

    static string? Twice(string where, IEnumerable<string> names) =>
        names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice ? $"{where}: \"{twice.Key}\" is there twice." : null;

    static string? Files(Template template)
    {
        foreach (var path in template.Files.Keys)
        {
            if (path.Split('/').Any(part => part is "." or "..")) return $"files: {path}: a path has no . or .. in it.";
        }
        return null;
    }

    static string? Forms(Template template)
    {
        foreach (var form in template.Forms)
        {
            if (!ConfigText.Knows(form.Format)) return $"forms: {form.File}: there is no form over \"{form.Format}\"; {string.Join(", ", ConfigText.Formats)}.";
            if (form.File.Split('/').Any(part => part is "." or ".." or "")) return $"forms: {form.File}: a path from the volume's root, with no . or .. in it.";
            if (Twice($"forms: {form.File}", form.Fields.Select(field => field.Key)) is { } twice) return twice;
            foreach (var field in form.Fields)
            {
                if (ConfigText.KeyFault(form.Format, field.Key) is { } place) return $"forms: {form.File}: {field.Key}: {place}";
                if (!Enum.IsDefined(field.Type)) return $"forms: {form.File}: {field.Key}: there is no such type.";
                if (field.Type is FormFieldType.Choice && field.Choices.Count == 0) return $"forms: {form.File}: {field.Key}: name the choices.";
                if (field.Default.Length > 0 && field.Fault(field.Default) is { } fault) return $"forms: {form.File}: {field.Key}: the default: {fault}";
            }
        }
        return null;
    }

    static string? Patterns(Template template)
    {
        var patterns = template.Ready.Concat(template.Levels.Select(level => level.Pattern)).Concat(template.Input?.Noise ?? []).Where(line => line.StartsWith("regex:", StringComparison.Ordinal)).Select(line => line["regex:".Length..]).ToList();
        patterns.AddRange(new[] { template.Players?.Join, template.Players?.Leave, template.Players?.Chat, template.Players?.Query?.Pattern }.OfType<string>());
        if (template.Help is { } help) patterns.Add(help.Pattern);
        foreach (var pattern in patterns)
        {
            try
            {
                _ = new Regex(pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
            }
            catch (ArgumentException fault)
            {
                return fault.Message;
            }
        }
        return null;
    }

    [GeneratedRegex("^data:image/(png|jpeg|webp|gif|svg\\+xml);base64,[A-Za-z0-9+/=]+$")]
    private static partial Regex IconData();

    [GeneratedRegex("^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$")]
    private static partial Regex Key();

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]{0,190}$")]
    private static partial Regex Env();

    [GeneratedRegex("^[a-z]([a-z0-9-]{0,13}[a-z0-9])?$")]
    private static partial Regex Label();
}
