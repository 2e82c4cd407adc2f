using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Panel.Core.Files.Pulls;

/// <summary>What may be fetched from the network into a server.</summary>
public sealed class PullOptions : IValidatableObject
{
    /// <summary>Where the settings lie.</summary>
    public const string Section = "Panel:Files:Pulls";

    /// <summary>Whether people may fetch files from addresses.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>How large a file may be, in bytes; the server's disk is a limit too.</summary>
    [Range(1, long.MaxValue)]
    public long Bytes { get; init; } = 16L * 1024 * 1024 * 1024;

    /// <summary>How many one person may begin in ten minutes.</summary>
    [Range(1, 10_000)]
    public int InTenMinutes { get; init; } = 30;

    /// <summary>Networks, such as <c>10.1.2.0/24</c>, that may be reached although they are not of the open network.</summary>
    public IReadOnlyList<string> AllowedNetworks { get; init; } = [];

    /// <summary>Networks that may not be reached although they are: those of the cluster's pods and services, where they are open addresses.</summary>
    public IReadOnlyList<string> RefusedNetworks { get; init; } = [];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        AllowedNetworks.Concat(RefusedNetworks).Where(network => !OutgoingAddresses.IsNetwork(network)).Select(network => new ValidationResult($"{Section}: {network} is no network such as 10.1.2.0/24.", [nameof(AllowedNetworks)]));
}

/// <summary>The rules of <see cref="PullOptions"/>.</summary>
[OptionsValidator]
public sealed partial class PullOptionsValidator : IValidateOptions<PullOptions>;
