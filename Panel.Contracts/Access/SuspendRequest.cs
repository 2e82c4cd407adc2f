using System.ComponentModel.DataAnnotations;

namespace Panel.Contracts.Access;

/// <summary>Takes a server or an account out of use.</summary>
public sealed record SuspendRequest
{
    /// <summary>Why, in words that its people read.</summary>
    [Required(ErrorMessage = "Say why: its people read it."), StringLength(500, ErrorMessage = "A reason has at most 500 characters."), NoControlCharacters]
    public string Reason { get; set; } = "";
}
