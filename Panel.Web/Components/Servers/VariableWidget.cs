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
        // a pattern may hold the bar that stands between rules
        var rules = VariableRules.Parse(variable.Rules);
        var options = Find(rules, "in")?.Arguments ?? [];
        var whole = Has(rules, "integer") || Has(rules, "int");
        var number = whole || Has(rules, "numeric");
        var between = Find(rules, "between")?.Arguments;
        var min = First(rules, "min", "gte") ?? between?.ElementAtOrDefault(0);
        var max = First(rules, "max", "lte", "size") ?? between?.ElementAtOrDefault(1);
        var pair = options.Count == 2 && options.Any(o => on.Contains(o, StringComparer.OrdinalIgnoreCase)) && options.Any(o => off.Contains(o, StringComparer.OrdinalIgnoreCase));
        var flag = Has(rules, "boolean") || Has(rules, "bool") || pair;
        var kind = variable.Secret ? WidgetKind.Password : flag ? WidgetKind.Switch : options.Count > 0 ? WidgetKind.Select : number ? WidgetKind.Number : WidgetKind.Text;
        var words = string.Equals(variable.Default, "true", StringComparison.OrdinalIgnoreCase) || string.Equals(variable.Default, "false", StringComparison.OrdinalIgnoreCase);
        var (yes, no) = pair ? (options.First(o => on.Contains(o, StringComparer.OrdinalIgnoreCase)), options.First(o => off.Contains(o, StringComparer.OrdinalIgnoreCase))) : words ? ("true", "false") : ("1", "0");
        return new(kind, options, yes, no, number ? min : null, number ? max : null,
            !number && int.TryParse(max, CultureInfo.InvariantCulture, out var length) ? length : null, whole, !Has(rules, "required") && !Has(rules, "filled"));
    }

    /// <summary>Whether a switch with this value is on.</summary>
    public static bool IsOn(string? value) => on.Contains(value, StringComparer.OrdinalIgnoreCase);

    static bool Has(IReadOnlyList<VariableRule> rules, string name) => Find(rules, name) is not null;

    static VariableRule? Find(IReadOnlyList<VariableRule> rules, string name) => rules.FirstOrDefault(rule => rule.Name == name);

    static string? First(IReadOnlyList<VariableRule> rules, params string[] names) => names.Select(name => Find(rules, name)?.Arguments.ElementAtOrDefault(0)).FirstOrDefault(argument => argument is not null);
}
