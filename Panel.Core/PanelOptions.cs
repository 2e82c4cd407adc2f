using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Panel.Core.Settings;

namespace Panel.Core;

/// <summary>What concerns the whole panel.</summary>
public sealed class PanelOptions
{
    /// <summary>Where the settings lie.</summary>
    public const string Section = "Panel";

    /// <summary>Where the panel keeps what it stores; beside the working directory when it is relative.</summary>
    [Required]
    public string DataDirectory { get; init; } = "data";

    /// <summary>The host name or address that players are told; the node's own when empty.</summary>
    public string? PublicHost { get; init; }

    /// <summary>Where people reach the panel, such as <c>https://panel.example.org</c>: links in mails begin with it.</summary>
    [RegularExpression(@"https?://[^\s/?#@]+/?", ErrorMessage = "Panel:PublicUrl must be like https://panel.example.org.")]
    public string? PublicUrl { get; init; }

    /// <summary>The time zone that servers are told, such as <c>Europe/Berlin</c>.</summary>
    [Required, TimeZoneName]
    public string TimeZone { get; init; } = "UTC";
}

/// <summary>The rules of <see cref="PanelOptions"/>.</summary>
[OptionsValidator]
public sealed partial class PanelOptionsValidator : IValidateOptions<PanelOptions>;

/// <summary>Databases the panel can keep its rows in.</summary>
public enum DatabaseProvider
{
    /// <summary>A file in the data directory.</summary>
    Sqlite,
    /// <summary>A PostgreSQL server.</summary>
    Postgres,
}

/// <summary>Where rows are kept. The connection itself is <c>ConnectionStrings:Panel</c>.</summary>
public sealed class DatabaseOptions
{
    /// <summary>Where the settings lie.</summary>
    public const string Section = "Panel:Database";

    /// <summary>Which database it is.</summary>
    [EnumDataType(typeof(DatabaseProvider))]
    public DatabaseProvider Provider { get; init; } = DatabaseProvider.Sqlite;
}

/// <summary>The rules of <see cref="DatabaseOptions"/>.</summary>
[OptionsValidator]
public sealed partial class DatabaseOptionsValidator : IValidateOptions<DatabaseOptions>;
