using System.Globalization;
using System.Text.RegularExpressions;
using Panel.Contracts.Access;

namespace Panel.Core.Templates;

/// <summary>What can be done about a trouble on a server of one template.</summary>
/// <param name="Remedy">What helps.</param>
/// <param name="Permission">What it takes besides starting the server: a key of <see cref="ServerPermissions"/>; null where nothing is done.</param>
public sealed partial record FeatureHelp(FeatureRemedy Remedy, string? Permission)
{
    /// <summary>The variable that is set; null where none is.</summary>
    public TemplateVariable? Variable { get; init; }

    /// <summary>What it is set to; null where a person fills it in.</summary>
    public string? Value { get; init; }

    static FeatureHelp Advice { get; } = new(FeatureRemedy.Advice, null);

    /// <summary>What helps here.</summary>
    /// <param name="feature">The trouble.</param>
    /// <param name="template">What the server is made from.</param>
    /// <param name="all">Whether the person may change variables that are not for the server's people.</param>
    public static FeatureHelp Of(ConsoleFeature feature, Template template, bool all) => feature.Remedy switch
    {
        FeatureRemedy.WriteFile => Named(feature, template) is not { } variable ? new(feature.Remedy, ServerPermissions.UpdateFiles) : Set(variable, feature.Values.OrderByDescending(value => value == "1" && variable.Default == "0").FirstOrDefault(value => VariableRules.Check(variable, value) is null), all),
        FeatureRemedy.ChooseImage => template.Images.Count > 1 ? new(feature.Remedy, ServerPermissions.ChangeImage) : Advice,
        FeatureRemedy.FillVariable => Named(feature, template) is { } variable && (all || variable.Editable) ? new(feature.Remedy, ServerPermissions.ChangeStartup) { Variable = variable } : Advice,
        FeatureRemedy.OpenAddress => new(feature.Remedy, ServerPermissions.SendCommands),
        _ => Advice,
    };

    // an image that writes the file by a variable writes it again at the next start
    static FeatureHelp Set(TemplateVariable variable, string? value, bool all) =>
        value is not null && (all || variable.Editable) ? new(FeatureRemedy.WriteFile, ServerPermissions.ChangeStartup) { Variable = variable, Value = value } : Advice;

    static TemplateVariable? Named(ConsoleFeature feature, Template template) =>
        feature.Variables.Select(name => template.Variables.FirstOrDefault(variable => variable.Env.Equals(name, StringComparison.OrdinalIgnoreCase))).FirstOrDefault(variable => variable is not null);

    /// <summary>The label of the image that has what a line asks for: that with the number it names; null where none has, or the line names none.</summary>
    public static string? ImageFor(string line, IEnumerable<string> labels)
    {
        if (Wanted().Match(line) is not { Success: true } wanted) return null;
        var version = wanted.Groups["version"] is { Success: true } named ? int.Parse(named.ValueSpan, CultureInfo.InvariantCulture)
            : int.Parse(wanted.Groups["file"].ValueSpan, CultureInfo.InvariantCulture) - FirstClassFile;
        return labels.FirstOrDefault(label => Number().Matches(label).Any(number => number.ValueSpan.SequenceEqual(version.ToString(CultureInfo.InvariantCulture))));
    }

    /// <summary>Class files of version 45 are those of the first Java.</summary>
    const int FirstClassFile = 44;

    [GeneratedRegex(@"with java (?<version>[0-9]{1,3})|more recent version of the java runtime \(class file version (?<file>[0-9]{1,3})", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Wanted();

    [GeneratedRegex(@"\d+", RegexOptions.None, matchTimeoutMilliseconds: 100)]
    private static partial Regex Number();
}
