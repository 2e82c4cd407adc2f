using System.Globalization;
using Panel.Core.Templates;

namespace Panel.Web.Components.Servers;

/// <summary>Which control a variable gets.</summary>
public enum WidgetKind
{
    /// <summary>A line of text.</summary>
    Text,
    /// <summary>A line that nobody reads over a shoulder.</summary>
    Password,
    /// <summary>A whole number or a decimal.</summary>
    Number,
    /// <summary>One of a few values.</summary>
    Select,
    /// <summary>On or off.</summary>
    Switch,
}

/// <summary>The control that fits a variable's rules. It helps to type; the rules themselves are checked by the operation.</summary>
/// <param name="Kind">Which control.</param>
/// <param name="Options">The values of a select.</param>
/// <param name="On">What a switch writes when it is on.</param>
/// <param name="Off">What a switch writes when it is off.</param>
/// <param name="Min">The least number, or null.</param>
/// <param name="Max">The greatest number, or null.</param>
/// <param name="MaxLength">The most characters of a text, or null.</param>
/// <param name="Whole">Whether a number has no decimals.</param>
/// <param name="Optional">Whether it may be empty.</param>
public sealed record VariableWidget(WidgetKind Kind, IReadOnlyList<string> Options, string On, string Off, string? Min, string? Max, int? MaxLength, bool Whole, bool Optional)
{
    static readonly string[] on = ["1", "true", "yes", "on"], off = ["0", "false", "no", "off"];

    /// <summary>The control for a variable.</summary>
    public static VariableWidget For(TemplateVariable variable)
    {
        var rules = variable.Rules.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var options = Argument(rules, "in")?.Split(',', StringSplitOptions.TrimEntries) ?? [];
        var whole = rules.Contains("integer") || rules.Contains("int");
        var number = whole || rules.Contains("numeric");
        var between = Argument(rules, "between")?.Split(',');
        var min = Argument(rules, "min") ?? between?[0];
        var max = Argument(rules, "max") ?? between?.ElementAtOrDefault(1);
        var pair = options.Length == 2 && options.Any(o => on.Contains(o, StringComparer.OrdinalIgnoreCase)) && options.Any(o => off.Contains(o, StringComparer.OrdinalIgnoreCase));
        var flag = rules.Contains("boolean") || rules.Contains("bool") || pair;
        var kind = variable.Secret ? WidgetKind.Password : flag ? WidgetKind.Switch : options.Length > 0 ? WidgetKind.Select : number ? WidgetKind.Number : WidgetKind.Text;
        var words = string.Equals(variable.Default, "true", StringComparison.OrdinalIgnoreCase) || string.Equals(variable.Default, "false", StringComparison.OrdinalIgnoreCase);
        var (yes, no) = pair ? (options.First(o => on.Contains(o, StringComparer.OrdinalIgnoreCase)), options.First(o => off.Contains(o, StringComparer.OrdinalIgnoreCase))) : words ? ("true", "false") : ("1", "0");
        return new(kind, options, yes, no, number ? min : null, number ? max : null,
            !number && int.TryParse(max, CultureInfo.InvariantCulture, out var length) ? length : null, whole, !rules.Contains("required"));
    }

    /// <summary>Whether a switch with this value is on.</summary>
    public static bool IsOn(string? value) => on.Contains(value, StringComparer.OrdinalIgnoreCase);

    static string? Argument(string[] rules, string name) => rules.FirstOrDefault(rule => rule.StartsWith(name + ":", StringComparison.Ordinal))?[(name.Length + 1)..];
}
