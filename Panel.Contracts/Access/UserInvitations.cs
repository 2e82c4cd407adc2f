using System.ComponentModel.DataAnnotations;

namespace Panel.Contracts.Access;

/// <summary>Asks somebody who has no account into the panel.</summary>
public sealed record InviteUserRequest
{
    /// <summary>Whom: the address is that of the account.</summary>
    [Required(ErrorMessage = "Give an email address."), EmailAddress(ErrorMessage = "This is not an email address."), StringLength(254, ErrorMessage = "An email address has at most 254 characters."), NoControlCharacters]
    public string Email { get; set; } = "";

    /// <summary>The key of the role that the account gets.</summary>
    [Required(ErrorMessage = "Choose a role.")]
    public string Role { get; set; } = "user";
}

/// <summary>An invitation into the panel that waits.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Email">Whom it is for.</param>
/// <param name="Role">What the role is called.</param>
/// <param name="InvitedBy">Who invites.</param>
/// <param name="ExpiresAt">Until when it can be accepted, in UTC.</param>
public sealed record UserInvitationRow(Guid Id, string Email, string Role, string InvitedBy, DateTimeOffset ExpiresAt);
