using Panel.Core.Accounts;

namespace Panel.Core.Mail;

/// <summary>
/// Sends mail that anybody can ask for by typing an address: to reset a password, to confirm an address. Each mailbox and each network has
/// a number of them in an hour; what is more is left out without a word, so that who asks learns nothing.
/// </summary>
/// <remarks>In memory: each replica counts what it sees, and a restart forgets.</remarks>
public sealed class AskedMail(IMail mail, PublicLinks links, TimeProvider clock)
{
    /// <summary>So many mails a mailbox gets in a <see cref="Window"/>.</summary>
    public const int MostToAnAddress = 5;

    /// <summary>So many mails are sent in a <see cref="Window"/> because a network asked.</summary>
    public const int MostFromANetwork = 20;

    // an attacker with many networks must not fill the memory
    const int Most = 50_000;

    /// <summary>How long a mail counts, from the first of its row on.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(1);

    readonly Lock gate = new();
    readonly Dictionary<string, (int Count, DateTimeOffset Until)> sent = [];

    /// <summary>Whether there is a server to send mail by.</summary>
    public bool IsConfigured => mail.IsConfigured;

    /// <summary>The panel's own addresses.</summary>
    public PublicLinks Links => links;

    /// <summary>Sends a mail, unless there were too many; does nothing where there is no mail server.</summary>
    /// <param name="to">The address.</param>
    /// <param name="from">The IP address of who asked, or null.</param>
    /// <param name="words">What it says.</param>
    /// <param name="cancellation">Ends the taking.</param>
    public Task SendAsync(string to, string? from, (string Subject, string Text) words, CancellationToken cancellation) =>
        mail.IsConfigured && Take(to, Networks.Of(from)) ? mail.SendAsync(to, words.Subject, words.Text, cancellation) : Task.CompletedTask;

    /// <summary>Counts a mail, unless its mailbox or its network had as many as they may; then neither counts.</summary>
    internal bool Take(string to, string network)
    {
        var (mailbox, place, now) = ("to " + new EmailRule().NormalizeEmail(to), "from " + network, clock.GetUtcNow());
        lock (gate)
        {
            if (sent.Count >= Most) Tidy(now);
            var (toIt, fromIt) = (Counted(mailbox, now), Counted(place, now));
            if (toIt.Count >= MostToAnAddress || fromIt.Count >= MostFromANetwork) return false;
            sent[mailbox] = (toIt.Count + 1, toIt.Until);
            sent[place] = (fromIt.Count + 1, fromIt.Until);
            return true;
        }
    }

    (int Count, DateTimeOffset Until) Counted(string key, DateTimeOffset now) => sent.TryGetValue(key, out var row) && row.Until > now ? row : (0, now + Window);

    // what is over goes; while that is not enough, so does what ends first
    void Tidy(DateTimeOffset now)
    {
        foreach (var (key, row) in sent)
        {
            if (row.Until <= now) sent.Remove(key);
        }
        foreach (var key in sent.OrderBy(pair => pair.Value.Until).Take(Math.Max(0, sent.Count - (Most / 2))).Select(pair => pair.Key).ToList()) sent.Remove(key);
    }
}
