using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Panel.Core.Audit;

/// <summary>How long the audit is kept.</summary>
public sealed class AuditOptions
{
    /// <summary>Where the settings lie.</summary>
    public const string Section = "Panel:Audit";

    /// <summary>The least <see cref="RetentionDays"/>: the database itself refuses to delete anything younger.</summary>
    public const int LeastDays = 7;

    /// <summary>After how many days records may be deleted. Their seals stay.</summary>
    [Range(LeastDays, 36_500)]
    public int RetentionDays { get; init; } = 365;
}

/// <summary>The rules of <see cref="AuditOptions"/>.</summary>
[OptionsValidator]
public sealed partial class AuditOptionsValidator : IValidateOptions<AuditOptions>;
