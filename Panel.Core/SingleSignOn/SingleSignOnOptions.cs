using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Panel.Core.Access;

namespace Panel.Core.SingleSignOn;

/// <summary>Where people sign in with an account that they have elsewhere.</summary>
public sealed class SingleSignOnOptions : IValidatableObject
{
    /// <summary>Where the settings lie.</summary>
    public const string Section = "Panel:SingleSignOn";

    /// <summary>The providers, in the order of their buttons.</summary>
    [ValidateEnumeratedItems]
    public IList<ProviderOptions> Providers { get; init; } = [];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Providers.Count > 10) yield return new("Panel:SingleSignOn has more than 10 providers.", [nameof(Providers)]);
        if (Providers.DistinctBy(provider => provider.Key, StringComparer.Ordinal).Count() < Providers.Count) yield return new("Two providers of Panel:SingleSignOn have the same Key.", [nameof(Providers)]);
    }
}

/// <summary>What is set up for a kind of provider without further words.</summary>
public enum ProviderPreset
{
    /// <summary>Nothing: any provider of OpenID Connect.</summary>
    None,
    /// <summary>Microsoft Entra ID, once Azure AD.</summary>
    EntraId,
}

/// <summary>One provider of OpenID Connect.</summary>
public sealed partial class ProviderOptions : IValidatableObject
{
    string? key;

    /// <summary>What its button says, such as "Example Ltd".</summary>
    [Required(ErrorMessage = "A provider of Panel:SingleSignOn has no Name."), StringLength(60)]
    public string Name { get; init; } = "";

    /// <summary>Names it in addresses and in the database; it must not change once people have signed in. It follows from the name where it is not set.</summary>
    [RegularExpression("[a-z0-9-]{1,40}", ErrorMessage = "The Key of a provider has a-z, 0-9 and - only.")]
    public string Key
    {
        get => key ?? Other().Replace(Name.ToLowerInvariant(), "-").Trim('-');
        init => key = value;
    }

    /// <summary>What is set up without further words.</summary>
    [EnumDataType(typeof(ProviderPreset))]
    public ProviderPreset Preset { get; init; }

    /// <summary>The tenant of Entra ID: its id or domain; <c>organizations</c> or <c>common</c> for all.</summary>
    [RegularExpression("[A-Za-z0-9.-]{1,120}", ErrorMessage = "The Tenant of a provider is an id or a domain.")]
    public string? Tenant { get; init; }

    /// <summary>The issuer, such as <c>https://id.example.org/realms/main</c>: <c>/.well-known/openid-configuration</c> is below it.</summary>
    public string? Authority { get; init; }

    /// <summary>What the provider calls the panel.</summary>
    [Required(ErrorMessage = "A provider of Panel:SingleSignOn has no ClientId."), StringLength(255)]
    public string ClientId { get; init; } = "";

    /// <summary>The panel's password at the provider; null for a client that has none.</summary>
    public string? ClientSecret { get; init; }

    /// <summary>What is asked for, with spaces between.</summary>
    [Required]
    public string Scopes { get; init; } = "openid profile email";

    /// <summary>The claim with the person's roles; null when roles are the panel's own matter.</summary>
    public string? RoleClaim { get; init; }

    /// <summary>Which role of the panel a value of that claim gives, the first that fits; a person with none of them is a user.</summary>
    public IList<RoleRule> Roles { get; init; } = [];

    /// <summary>The claim with the person's groups, for <see cref="Groups"/> and for plans that are for groups; null when both are the panel's own matter.</summary>
    public string? GroupClaim { get; init; }

    /// <summary>Which limits a value of that claim gives, the first that fits; a person with none of them has those of their role. Without rules, limits are the panel's own matter.</summary>
    public IList<GroupRule> Groups { get; init; } = [];

    /// <summary>Whether somebody whom the panel does not know gets an account at the first sign-in.</summary>
    public bool CreateAccounts { get; init; }

    /// <summary>Whether somebody whose address has an account gets that one, if the provider says that the address is theirs.</summary>
    public bool LinkByEmail { get; init; }

    /// <summary>Whether addresses of the provider are the person's also where it does not say <c>email_verified</c>: only where its people cannot choose them.</summary>
    public bool TrustEmail { get; init; }

    /// <summary>The audience of access tokens that the provider makes out for callers of the API; null to take none.</summary>
    [StringLength(255)]
    public string? ApiAudience { get; init; }

    /// <summary>Where the provider describes itself.</summary>
    public string Issuer => Preset == ProviderPreset.EntraId ? $"https://login.microsoftonline.com/{Tenant}/v2.0" : (Authority ?? "").TrimEnd('/');

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Key.Length == 0) yield return new("A provider of Panel:SingleSignOn has no Key, and its name has no letters to make one of.", [nameof(Key)]);
        if (Preset == ProviderPreset.EntraId && string.IsNullOrEmpty(Tenant)) yield return new($"The provider {Name} has no Tenant.", [nameof(Tenant)]);
        if (Preset == ProviderPreset.EntraId && TrustEmail && Tenant is ("common" or "organizations" or "consumers")) yield return new($"At the provider {Name}, TrustEmail needs one Tenant: in others anybody can choose an address.", [nameof(TrustEmail)]);
        if (Preset == ProviderPreset.None && !IsSafe(Authority)) yield return new($"The Authority of the provider {Name} must begin with https://.", [nameof(Authority)]);
        if (!Scopes.Split(' ').Contains("openid")) yield return new($"The Scopes of the provider {Name} lack openid.", [nameof(Scopes)]);
        if (RoleClaim is null != (Roles.Count == 0) || (GroupClaim is null && Groups.Count > 0)) yield return new($"At the provider {Name}, RoleClaim goes with Roles, and Groups need the GroupClaim.", [nameof(RoleClaim)]);
        if (Roles.Any(rule => rule.Value.Length == 0 || rule.Role.Length == 0) || Groups.Any(rule => rule.Value.Length == 0)) yield return new($"A rule of the provider {Name} lacks its Value or Role.", [nameof(Roles)]);
        if (ApiAudience == ClientId) yield return new($"The ApiAudience of the provider {Name} must not be its ClientId: sign-ins would pass for calls.", [nameof(ApiAudience)]);
    }

    /// <summary>Whether an address is that of TLS, or of this machine.</summary>
    internal static bool IsSafe(string? address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback)) && uri.UserInfo.Length == 0;

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex Other();
}

/// <summary>Gives a role to those who have a value in their claim.</summary>
public sealed class RoleRule
{
    /// <summary>The value.</summary>
    public string Value { get; init; } = "";
    /// <summary>The key of the panel's role.</summary>
    public string Role { get; init; } = "";
}

/// <summary>Gives limits to those who have a value in their claim. Null for what the role says, -1 for no limit.</summary>
public sealed class GroupRule
{
    /// <summary>The value.</summary>
    public string Value { get; init; } = "";
    /// <inheritdoc cref="Quota.Servers"/>
    public int? Servers { get; init; }
    /// <inheritdoc cref="Quota.CpuMillis"/>
    public int? CpuMillis { get; init; }
    /// <inheritdoc cref="Quota.MemoryMiB"/>
    public int? MemoryMiB { get; init; }
    /// <inheritdoc cref="Quota.DiskMiB"/>
    public int? DiskMiB { get; init; }
    /// <inheritdoc cref="Quota.Ports"/>
    public int? Ports { get; init; }
}

/// <summary>The rules of <see cref="SingleSignOnOptions"/>.</summary>
[OptionsValidator]
public sealed partial class SingleSignOnOptionsValidator : IValidateOptions<SingleSignOnOptions>;
