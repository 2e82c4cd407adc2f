using System.ComponentModel.DataAnnotations;

namespace Panel.Contracts.Console;

/// <summary>A command to keep with a server.</summary>
public sealed record SnippetRequest
{
    /// <summary>What people call it.</summary>
    [Required(ErrorMessage = "Give it a name."), StringLength(60, ErrorMessage = "A name has at most 60 characters."), NoControlCharacters]
    public string Name { get; set; } = "";

    /// <summary>One line, without its break.</summary>
    [Required(ErrorMessage = "Type a command."), StringLength(1024, ErrorMessage = "A command has at most 1,024 characters."), NoControlCharacters]
    public string Command { get; set; } = "";
}

/// <summary>A command that is kept with a server.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Command">The line.</param>
public sealed record SnippetView(Guid Id, string Name, string Command);
