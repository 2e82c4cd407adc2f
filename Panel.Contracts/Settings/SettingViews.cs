namespace Panel.Contracts.Settings;

/// <summary>What kind of value a setting has.</summary>
public enum SettingKind
{
    /// <summary>A line of text.</summary>
    Text,
    /// <summary>A whole number.</summary>
    Number,
    /// <summary><c>True</c> or <c>False</c>.</summary>
    Switch,
    /// <summary>One of some words.</summary>
    Choice,
    /// <summary>A text that is never shown.</summary>
    Secret,
}

/// <summary>Where a setting's value comes from; later ones stand before earlier ones.</summary>
public enum SettingSource
{
    /// <summary>Nobody set it.</summary>
    Default,
    /// <summary>A file such as <c>appsettings.json</c>.</summary>
    File,
    /// <summary>An environment variable.</summary>
    Environment,
    /// <summary>An argument of the panel's program, or the program that started it.</summary>
    CommandLine,
    /// <summary>This page.</summary>
    Database,
}

/// <summary>When a change takes effect.</summary>
public enum SettingEffect
{
    /// <summary>At once, on every replica.</summary>
    AtOnce,
    /// <summary>At once, for what is made from then on.</summary>
    ForNew,
    /// <summary>At the next start of each server.</summary>
    ServerStart,
}

/// <summary>What a number counts; it is stored in the unit that is named.</summary>
public enum SettingUnit
{
    /// <summary>Pieces, days and the like: as it is stored.</summary>
    None,
    /// <summary>Thousandths of a core; pages show cores.</summary>
    Cores,
    /// <summary>MiB; pages show the unit that fits.</summary>
    MiB,
    /// <summary>Bytes; pages show the unit that fits.</summary>
    Bytes,
}

/// <summary>One setting.</summary>
/// <param name="Name">Its name, as configuration spells it, such as <c>Panel:Quota:Servers</c>.</param>
/// <param name="Label">What people call it.</param>
/// <param name="Hint">What it means, with its unit.</param>
/// <param name="Kind">What kind of value it has.</param>
/// <param name="Choices">The words of a <see cref="SettingKind.Choice"/>.</param>
/// <param name="Value">Its value; empty for a secret, and where there is none.</param>
/// <param name="Default">Its value where nobody sets it.</param>
/// <param name="Source">Where the value comes from.</param>
/// <param name="IsSet">Whether there is a value at all; all that is told of a secret.</param>
/// <param name="Effect">When a change takes effect.</param>
public sealed record SettingView(
    string Name, string Label, string Hint, SettingKind Kind, IReadOnlyList<string> Choices, string Value, string Default, SettingSource Source, bool IsSet, SettingEffect Effect)
{
    /// <summary>What a number counts.</summary>
    public SettingUnit Unit { get; init; }
}

/// <summary>Settings that belong together.</summary>
/// <param name="Name">What people call them.</param>
/// <param name="Settings">The settings.</param>
public sealed record SettingGroup(string Name, IReadOnlyList<SettingView> Settings);
