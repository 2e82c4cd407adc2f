using System.ComponentModel.DataAnnotations;

namespace Panel.Contracts.Users;

/// <summary>Removes somebody's account.</summary>
public sealed record DeleteUserRequest
{
    /// <summary>The mail address, typed by who deletes it.</summary>
    [Required(ErrorMessage = "Type the user's mail address.")]
    public string ConfirmEmail { get; set; } = "";
    /// <summary>The mail address of who gets the servers; null to delete them with their files.</summary>
    [EmailAddress(ErrorMessage = "This is no mail address."), StringLength(254)]
    public string? ServersTo { get; set; }
}
