using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Panel.Core.Settings;

/// <summary>The time zones that this machine knows, by their IANA names.</summary>
public static partial class TimeZones
{
    /// <summary>Their names, in order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. TimeZoneInfo.GetSystemTimeZones().Select(zone => zone.Id).Append("UTC").Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Finds one. A name is a path below the machine's zones: what could lead out of them is none.</summary>
    public static bool TryFind(string? name, [NotNullWhen(true)] out TimeZoneInfo? zone)
    {
        zone = null;
        return name is { Length: > 0 and <= 64 } && Form().IsMatch(name) && TimeZoneInfo.TryFindSystemTimeZoneById(name, out zone);
    }

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_+\-]*(/[A-Za-z0-9_+\-]+){0,2}\z")]
    private static partial Regex Form();
}

/// <summary>The name of a time zone that the machine knows.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class TimeZoneNameAttribute : ValidationAttribute
{
    /// <summary>Says what is asked for.</summary>
    public TimeZoneNameAttribute() : base("{0} must be the name of a time zone, such as UTC or Europe/Berlin.") { }

    /// <inheritdoc/>
    public override bool IsValid(object? value) => value is string name && TimeZones.TryFind(name, out _);
}
