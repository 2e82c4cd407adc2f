using System.ComponentModel.DataAnnotations;

namespace Panel.Contracts.Console;

/// <summary>Types a line into a server's console.</summary>
public sealed record SendCommandRequest
{
    /// <summary>One line, without its break.</summary>
    [Required(ErrorMessage = "Type a command."), StringLength(1024, ErrorMessage = "A command has at most 1,024 characters."), NoControlCharacters]
    public string Command { get; set; } = "";
}
