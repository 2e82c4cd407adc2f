using System.Text.RegularExpressions;

namespace Panel.LocalCluster.Rules;

/// <summary>The alphabets of Kubernetes. Each answers what is wrong with a text, or null.</summary>
static partial class Names
{
    /// <summary>A DNS label: names of namespaces, services, containers.</summary>
    public static string? Label(string text) =>
        text.Length > 63 ? "must be no more than 63 characters"
        : LabelPattern().IsMatch(text) ? null
        : "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

    /// <summary>A DNS label that begins with a letter: names of services.</summary>
    public static string? ServiceLabel(string text) =>
        text.Length > 63 ? "must be no more than 63 characters"
        : text.Length > 0 && char.IsAsciiLetterLower(text[0]) && LabelPattern().IsMatch(text) ? null
        : "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

    /// <summary>A DNS subdomain: most names.</summary>
    public static string? Subdomain(string text) =>
        text.Length > 253 ? "must be no more than 253 characters"
        : SubdomainPattern().IsMatch(text) ? null
        : "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    /// <summary>Anything that can stand in a path: names of roles and their bindings, such as <c>system:discovery</c>.</summary>
    public static string? PathSegment(string text) =>
        text is "." or ".." ? $"may not be '{text}'"
        : text.Contains('/', StringComparison.Ordinal) ? "may not contain '/'"
        : text.Contains('%', StringComparison.Ordinal) ? "may not contain '%'"
        : null;

    /// <summary>A key of a label or annotation: <c>prefix/name</c>.</summary>
    public static string? QualifiedName(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash >= 0 && (slash == 0 || Subdomain(text[..slash]) is not null)) return "prefix part must be a lowercase RFC 1123 subdomain";
        var name = text[(slash + 1)..];
        if (name.Length is 0 or > 63) return name.Length == 0 ? "name part must be non-empty" : "name part must be no more than 63 characters";
        return QualifiedPattern().IsMatch(name) ? null : "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
    }

    /// <summary>The value of a label.</summary>
    public static string? LabelValue(string text) =>
        text.Length > 63 ? "must be no more than 63 characters"
        : text.Length == 0 || QualifiedPattern().IsMatch(text) ? null
        : "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

    /// <summary>A key of a ConfigMap or Secret.</summary>
    public static string? DataKey(string text) =>
        text.Length > 253 ? "must be no more than 253 characters"
        : text is "." or ".." || text.StartsWith("..", StringComparison.Ordinal) ? "must not start with '..'"
        : DataKeyPattern().IsMatch(text) ? null
        : "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

    /// <summary>The name of a port: letters, digits, dashes, at least one letter.</summary>
    public static string? PortName(string text) =>
        text.Length > 15 ? "must be no more than 15 characters"
        : PortPattern().IsMatch(text) && text.Any(char.IsAsciiLetter) && !text.Contains("--", StringComparison.Ordinal) ? null
        : "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-), and at least one letter";

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?\z")]
    private static partial Regex LabelPattern();

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z")]
    private static partial Regex SubdomainPattern();

    [GeneratedRegex(@"\A([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]\z")]
    private static partial Regex QualifiedPattern();

    [GeneratedRegex(@"\A[-._a-zA-Z0-9]+\z")]
    private static partial Regex DataKeyPattern();

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?\z")]
    private static partial Regex PortPattern();
}
