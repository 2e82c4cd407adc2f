namespace Panel.Core.Mail;

/// <summary>Sends mail to people.</summary>
public interface IMail
{
    /// <summary>Whether there is a server to send it by. Without one, links are handed on by whoever made them.</summary>
    bool IsConfigured { get; }

    /// <summary>
    /// Takes a mail and returns at once; it is sent soon after, and again for about an hour while the server is away. What waits is lost
    /// when the panel ends: whoever waits for it asks for another.
    /// </summary>
    /// <param name="to">The address.</param>
    /// <param name="subject">What it is about, in one line.</param>
    /// <param name="text">What it says, as plain text.</param>
    /// <param name="cancellation">Ends the taking.</param>
    /// <exception cref="InvalidOperationException">No mail server is configured.</exception>
    Task SendAsync(string to, string subject, string text, CancellationToken cancellation);
}
