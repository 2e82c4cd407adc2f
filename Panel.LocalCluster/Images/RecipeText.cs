using System.Text.RegularExpressions;

namespace Panel.LocalCluster.Images;

/// <summary>Fills the placeholders of a recipe.</summary>
static partial class RecipeText
{
    /// <exception cref="ImageException">A setting is missing and has no default, or the placeholder is unknown.</exception>
    public static string Fill(string text, string tag, MachineFacts machine, IReadOnlyDictionary<string, string> settings) =>
        Placeholder().Replace(text, match => match.Groups["name"].Value switch
        {
            "dotnet" => machine.Dotnet ?? throw new ImageException("The .NET host is not found; set DOTNET_ROOT to where it is installed."),
            "bundle" => machine.Bundle,
            "tag" => tag,
            "path" => MachineFacts.PodPath,
            var name when name.StartsWith("settings.", StringComparison.Ordinal) => Setting(name["settings.".Length..], match.Groups["default"], settings),
            var name => throw new ImageException($"The recipe has an unknown placeholder {{{name}}}."),
        });

    static string Setting(string name, Group fallback, IReadOnlyDictionary<string, string> settings)
    {
        if (settings.TryGetValue(name, out var value)) return value;
        if (fallback.Success) return fallback.Value;
        throw new ImageException($"The setting Panel:LocalCluster:Images:{name} is missing.");
    }

    [GeneratedRegex(@"\{(?<name>[A-Za-z][A-Za-z0-9._]*)(\|(?<default>[^{}]*))?\}")]
    private static partial Regex Placeholder();
}
