using System.Globalization;
using Panel.Contracts.Access;
using Panel.Core.Mail;

namespace Panel.Core.Access;

/// <summary>Brings the link of an invitation to whom it is for; where no mail can be sent, whoever invites gets it, this once, to hand on.</summary>
public sealed class InvitationMail(IMail mail, PublicLinks links)
{
    /// <summary>The path of an invitation's link.</summary>
    public static string PathOf(string token) => $"/invitation/{token}";

    /// <param name="by">Who invites.</param>
    /// <param name="id">The invitation.</param>
    /// <param name="email">Whom it is for.</param>
    /// <param name="where">Into what, such as <c>the server "Sky"</c>.</param>
    /// <param name="token">What the link ends with.</param>
    /// <param name="until">Until when it can be accepted.</param>
    /// <param name="cancellation">Ends the sending.</param>
    internal async Task<MadeInvitation> BringAsync(Actor by, Guid id, string email, string where, string token, DateTimeOffset until, CancellationToken cancellation)
    {
        if (!mail.IsConfigured) return new(id, token);
        var end = until.UtcDateTime.ToString("d MMMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture);
        var (subject, text) = MailTexts.Invitation(by.Name, where, links.Of(PathOf(token)), end);
        await mail.SendAsync(email, subject, text, cancellation);
        return new(id, null);
    }
}
