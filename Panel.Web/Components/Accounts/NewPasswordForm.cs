using System.ComponentModel.DataAnnotations;
using Panel.Contracts.Accounts;

namespace Panel.Web.Components.Accounts;

/// <summary>A form in which a password is chosen.</summary>
public class NewPasswordForm
{
    /// <summary>The password.</summary>
    [NewPassword]
    public string Password { get; set; } = "";

    /// <summary>The password, typed again.</summary>
    [Compare(nameof(Password), ErrorMessage = "The two passwords differ.")]
    public string Again { get; set; } = "";
}
