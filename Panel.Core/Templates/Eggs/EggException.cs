namespace Panel.Core.Templates.Eggs;

/// <summary>A text that should be an egg and is not, or holds something in a place where eggs have something else.</summary>
public sealed class EggException : Exception
{
    /// <summary>A fault at a place.</summary>
    /// <param name="place">Where, such as <c>variables[3].env_variable</c>; empty for the text as a whole.</param>
    /// <param name="message">What is wrong there, as a sentence.</param>
    public EggException(string place, string message) : base(place.Length == 0 ? message : $"{place}: {message}") => Place = place;

    /// <summary>A fault of the text as a whole.</summary>
    public EggException(string message) : this("", message) { }

    /// <summary>A fault of the text as a whole, and what told of it.</summary>
    public EggException(string message, Exception inner) : base(message, inner) => Place = "";

    /// <summary>A fault that nothing is known of.</summary>
    public EggException() : this("The egg cannot be read.") { }

    /// <summary>Where the fault is; empty for the text as a whole.</summary>
    public string Place { get; }
}
