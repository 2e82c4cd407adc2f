using System.Globalization;
using Panel.Contracts.Settings;

namespace Panel.Core.Settings;

/// <summary>A setting that can be changed on a page: a property of an options type.</summary>
/// <param name="Group">What it belongs to.</param>
/// <param name="Options">The options type, whose rules a value has to keep.</param>
/// <param name="Section">Where the options lie.</param>
/// <param name="Property">The property.</param>
/// <param name="Label">What people call it.</param>
/// <param name="Hint">What it means, with its unit.</param>
sealed record SettingDefinition(string Group, Type Options, string Section, string Property, string Label, string Hint)
{
    /// <summary>Its name, as configuration spells it.</summary>
    public string Name => $"{Section}:{Property}";

    /// <summary>Reads the options from a container, which checks their rules.</summary>
    public required Action<IServiceProvider> Read { get; init; }

    /// <summary>When a change takes effect.</summary>
    public SettingEffect Effect { get; init; }

    /// <summary>What a number counts.</summary>
    public SettingUnit Unit { get; init; }

    /// <summary>Whether its value is never shown.</summary>
    public bool Secret { get; init; }

    /// <summary>Settings that say where a secret is sent: whoever changes one has to enter the secret again, or it could be led elsewhere.</summary>
    public IReadOnlyList<string> SentTo { get; init; } = [];

    Type Type => Nullable.GetUnderlyingType(Options.GetProperty(Property)!.PropertyType) ?? Options.GetProperty(Property)!.PropertyType;

    /// <summary>What kind of value it has.</summary>
    public SettingKind Kind => Secret ? SettingKind.Secret : Type == typeof(bool) ? SettingKind.Switch : Type.IsEnum ? SettingKind.Choice : Type == typeof(string) ? SettingKind.Text : SettingKind.Number;

    /// <summary>The words of a choice.</summary>
    public IReadOnlyList<string> Choices => Type.IsEnum ? Enum.GetNames(Type) : [];

    /// <summary>Its value where nobody sets it.</summary>
    public string Default => Convert.ToString(Options.GetProperty(Property)!.GetValue(Activator.CreateInstance(Options)), CultureInfo.InvariantCulture) ?? "";

    /// <summary>What is wrong with the form of a value, in words; null when nothing is.</summary>
    public string? Fault(string value)
    {
        if (value.Length > MaxLength) return $"At most {MaxLength} characters.";
        if (value.Any(char.IsControl)) return "No line breaks or control characters.";
        return Kind switch
        {
            SettingKind.Number => Type == typeof(long) ? long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) ? null : "A whole number."
                : int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) ? null : "A whole number between -2147483648 and 2147483647.",
            SettingKind.Switch => bool.TryParse(value, out _) ? null : "True or False.",
            SettingKind.Choice => Choices.Contains(value) ? null : $"One of {string.Join(", ", Choices)}.",
            _ => null,
        };
    }

    const int MaxLength = 500;
}
