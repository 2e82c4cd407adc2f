using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Panel.Web.Metrics;

/// <summary>Who may read the metrics, besides this machine.</summary>
public sealed class MetricsOptions
{
    /// <summary>Where the settings lie.</summary>
    public const string Section = "Panel:Metrics";

    /// <summary>Whoever sends it as a bearer token may read them; nobody, where there is none. At least 16 characters.</summary>
    [MinLength(16)]
    public string? Token { get; init; }

    /// <summary>Whether everybody who reaches the panel may read them.</summary>
    public bool Anonymous { get; init; }
}

/// <summary>The rules of <see cref="MetricsOptions"/>.</summary>
[OptionsValidator]
public sealed partial class MetricsOptionsValidator : IValidateOptions<MetricsOptions>;
