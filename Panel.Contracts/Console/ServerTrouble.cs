using System.ComponentModel.DataAnnotations;

namespace Panel.Contracts.Console;

/// <summary>A trouble of a server that the lines of its console told of. It belongs to one start of the server.</summary>
/// <param name="Feature">What it is, as eggs name it: <c>eula</c>, <c>java_version</c> and so on.</param>
/// <param name="Mark">Names it: the same trouble after another start has another.</param>
/// <param name="Title">What it is, in a few words.</param>
/// <param name="Text">What it means and what to do.</param>
/// <param name="Line">The line that told.</param>
/// <param name="At">When it was written, in UTC.</param>
public sealed record ServerTrouble(string Feature, string Mark, string Title, string Text, string Line, DateTimeOffset At)
{
    /// <summary>The address that the line asks somebody to open; null where it asks for none.</summary>
    public string? Address { get; init; }
}

/// <summary>Mends a trouble in the way that its kind has, and starts the server.</summary>
public sealed record MendTroubleRequest
{
    /// <summary>The trouble.</summary>
    [Required(ErrorMessage = "Name the trouble.")]
    public string Feature { get; set; } = "";

    /// <summary>The label of the image, where one is chosen.</summary>
    public string? Image { get; set; }

    /// <summary>The value, where a variable is filled in.</summary>
    public string? Value { get; set; }
}
