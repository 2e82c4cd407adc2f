using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Panel.Core.Secrets;

/// <summary>What keeps secrets of the database from those who have only the database.</summary>
public sealed class SecretOptions
{
    /// <summary>Where the settings lie.</summary>
    public const string Section = "Panel:Secrets";

    /// <summary>
    /// Encrypts the keys that cookies and secret variables are protected with. Every replica needs the same. When it is not set, a panel on
    /// SQLite makes one in <c>secrets.key</c> of the data directory, and a panel on PostgreSQL keeps its keys as they are.
    /// </summary>
    [MinLength(16, ErrorMessage = "Panel:Secrets:Key must have at least 16 characters.")]
    public string? Key { get; init; }
}

/// <summary>The rules of <see cref="SecretOptions"/>.</summary>
[OptionsValidator]
public sealed partial class SecretOptionsValidator : IValidateOptions<SecretOptions>;
