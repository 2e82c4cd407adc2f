using System.ComponentModel.DataAnnotations;

namespace Panel.Contracts.Console;

/// <summary>Asks for lines of a console's kept history: the newest below a number, or those from a number on.</summary>
public sealed record ConsolePageRequest
{
    /// <summary>Only lines with lower numbers, the newest of them; null for no such end.</summary>
    public long? Before { get; init; }
    /// <summary>Only lines with this number or a higher one, the oldest of them; null to begin at the newest.</summary>
    public long? From { get; init; }
    /// <summary>How many lines at most.</summary>
    [Range(1, 5000, ErrorMessage = "Ask for 1 to 5,000 lines.")]
    public int Count { get; init; } = 500;
}

/// <summary>Lines of a console's kept history.</summary>
/// <param name="Lines">The lines, oldest first.</param>
/// <param name="First">The number of the oldest line that is kept.</param>
/// <param name="Next">The number that the next line gets.</param>
public sealed record ConsolePage(IReadOnlyList<ConsoleLine> Lines, long First, long Next);

/// <summary>Searches a console's kept history, in upper and lower case alike.</summary>
public sealed record ConsoleSearchRequest
{
    /// <summary>What to look for: plain text within one line.</summary>
    [Required(ErrorMessage = "Type what to look for."), StringLength(200, ErrorMessage = "Look for at most 200 characters."), NoControlCharacters]
    public string Text { get; init; } = "";
    /// <summary>How many of the newest lines that match come with the answer, with their text.</summary>
    [Range(0, 5000, ErrorMessage = "Ask for at most 5,000 lines.")]
    public int Lines { get; init; }
}

/// <summary>What a search found.</summary>
/// <param name="Numbers">The numbers of the lines that match, newest first, as many as are named.</param>
/// <param name="Count">How many lines match.</param>
/// <param name="Lines">The newest of them with their text, oldest first, as many as were asked for.</param>
/// <param name="First">The number of the oldest line that was looked at: above what is kept where the time was over.</param>
/// <param name="Next">The number that the next line gets: all below it were looked at.</param>
/// <param name="Whole">Whether all that is kept was looked at.</param>
public sealed record ConsoleMatches(IReadOnlyList<long> Numbers, int Count, IReadOnlyList<ConsoleLine> Lines, long First, long Next, bool Whole);
