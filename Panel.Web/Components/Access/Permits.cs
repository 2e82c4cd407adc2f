using System.Globalization;
using Panel.Contracts.Access;

namespace Panel.Web.Components.Access;

/// <summary>What a person may do to a server, in words. The operation itself has the last word.</summary>
public static class Permits
{
    /// <summary>Why a person may not do something, as the title of what is switched off; null when they may.</summary>
    /// <param name="allowed">What they may do: keys of <see cref="ServerPermissions"/>.</param>
    /// <param name="permission">What it takes.</param>
    public static string? Refusal(ISet<string> allowed, string permission) =>
        allowed.Contains(permission) ? null : $"You may not {ServerPermissions.Find(permission)?.Text ?? "do this"}. The server's owner can allow it.";

    /// <summary>What a group is called.</summary>
    public static string Name(PermissionGroup group) => group switch
    {
        PermissionGroup.View => "View",
        PermissionGroup.Console => "Console",
        PermissionGroup.Files => "Files",
        PermissionGroup.Control => "Control",
        PermissionGroup.Settings => "Settings",
        _ => "Delete",
    };

    /// <summary>A set of permissions in a few words: its preset, or its groups.</summary>
    public static string Summary(IReadOnlySet<string> permissions)
    {
        if (permissions.Count == 0) return "Only sees it";
        if (PermissionPresets.Of(permissions) is { } preset) return preset.Name;
        var groups = ServerPermissions.Catalogue.GroupBy(permission => permission.Group).Where(group => group.Any(permission => permissions.Contains(permission.Key)))
            .Select(group => group.All(permission => permissions.Contains(permission.Key)) ? Name(group.Key) : $"some of {Name(group.Key)}");
        return string.Join(", ", groups);
    }

    /// <summary>The last day somebody is let in; null for no end.</summary>
    public static DateOnly? LastDay(DateTimeOffset? end) => end is { } at ? DateOnly.FromDateTime(at.UtcDateTime.AddTicks(-1)) : null;

    /// <summary>The end of a day, in UTC; null for no end.</summary>
    public static DateTimeOffset? End(DateOnly? day) => day is { } last && last < DateOnly.MaxValue ? new(last.AddDays(1).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero) : null;

    /// <summary>A day as pages write it.</summary>
    public static string Text(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";
}
