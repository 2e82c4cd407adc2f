using System.ComponentModel.DataAnnotations;

namespace Panel.Contracts.Access;

/// <summary>Lets somebody into a server, once they accept.</summary>
public sealed record InviteMemberRequest
{
    /// <summary>The mail address of the person, who may have an account or not.</summary>
    [Required(ErrorMessage = "Give a mail address."), EmailAddress(ErrorMessage = "This is no mail address."), StringLength(254, ErrorMessage = "A mail address has at most 254 characters."), NoControlCharacters]
    public string Email { get; set; } = "";

    /// <summary>What they may do: keys of <see cref="ServerPermissions"/>. To see the server needs none.</summary>
    [ServerPermissionKeys]
    public HashSet<string> Permissions { get; set; } = [];

    /// <summary>When they are let in no more, in UTC; null for no end.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }
}

/// <summary>Changes what somebody may do to a server.</summary>
public sealed record ChangeMemberRequest
{
    /// <inheritdoc cref="InviteMemberRequest.Permissions"/>
    [ServerPermissionKeys]
    public HashSet<string> Permissions { get; set; } = [];

    /// <inheritdoc cref="InviteMemberRequest.ExpiresAt"/>
    public DateTimeOffset? ExpiresAt { get; set; }
}

/// <summary>Hands a server to somebody else.</summary>
public sealed record TransferServerRequest
{
    /// <summary>The mail address of the account that gets it.</summary>
    [Required(ErrorMessage = "Give a mail address."), EmailAddress(ErrorMessage = "This is no mail address."), StringLength(254, ErrorMessage = "A mail address has at most 254 characters."), NoControlCharacters]
    public string Email { get; set; } = "";

    /// <summary>Whether who owns it now stays let in, as a co-owner.</summary>
    public bool Stay { get; set; } = true;
}

/// <summary>Makes an account by an invitation; the address is that of the invitation.</summary>
public sealed record JoinRequest
{
    /// <summary>The token of the invitation's link.</summary>
    [Required, StringLength(100)]
    public string Token { get; set; } = "";

    /// <inheritdoc cref="Accounts.CreateAccountRequest.Password"/>
    [Required(ErrorMessage = "Choose a password."), StringLength(200, MinimumLength = 10, ErrorMessage = "A password has 10 to 200 characters."), DataType(DataType.Password)]
    public string Password { get; set; } = "";

    /// <inheritdoc/>
    public override string ToString() => nameof(JoinRequest);   // neither the token nor the password
}

/// <summary>Takes keys of <see cref="ServerPermissions"/> alone.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ServerPermissionKeysAttribute() : ValidationAttribute("There is no such permission.")
{
    /// <inheritdoc/>
    public override bool IsValid(object? value) => value is IEnumerable<string> keys && keys.All(ServerPermissions.All.Contains);
}
