using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Panel.Contracts.Access;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Audit;
using Panel.Core.Errors;

namespace Panel.Core.Mail;

/// <summary>Tries whether mail can be sent, and says what the server answered.</summary>
public sealed class TestMail(IOptionsMonitor<MailOptions> options, IDbContextFactory<PanelDb> databases, AuditLog audit, TimeProvider clock)
{
    static readonly TimeSpan longest = TimeSpan.FromSeconds(30);
    int running;

    /// <summary>Hands one mail to the server at once, to the actor's own address, by the settings that are saved.</summary>
    /// <returns>The address.</returns>
    /// <exception cref="ForbiddenException">The actor may not change settings.</exception>
    /// <exception cref="ConflictException">No server is set, another test runs, or the mail was not taken: with the server's answer, and no secret in it.</exception>
    public async Task<string> SendAsync(Actor actor, CancellationToken cancellation)
    {
        actor.Require(PanelPermissions.ManageSettings);
        var mail = options.CurrentValue;
        if (mail.Host is not { Length: > 0 }) throw new ConflictException("No mail server is set. Save one first.");
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var to = await db.Users.Where(account => account.Id == actor.UserId).Select(account => account.Email).SingleOrDefaultAsync(cancellation) ?? throw new NotFoundException("Account");
        if (Interlocked.Exchange(ref running, 1) == 1) throw new ConflictException("Another test mail is on its way. Try again in a moment.");
        try
        {
            var fault = await TryAsync(mail, to, cancellation);
            audit.Add(db, actor, "mail.test", null, "Mail", fault is null ? $"sent to {to}" : $"not sent: {fault}");
            await db.SaveChangesAsync(CancellationToken.None);
            return fault is null ? to : throw new ConflictException(fault);
        }
        finally
        {
            Volatile.Write(ref running, 0);
        }
    }

    async Task<string?> TryAsync(MailOptions mail, string to, CancellationToken cancellation)
    {
        var (subject, text) = MailTexts.Test();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(longest);
        try
        {
            await SmtpConnection.DeliverAsync(mail, new(to, subject, text), clock, limit.Token);
            return null;
        }
        catch (IOException refusal)
        {
            return Plain(refusal.Message, mail);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return $"The mail server {mail.Host}:{mail.Port} did not answer within {longest.TotalSeconds:0} seconds.";
        }
    }

    // a server that repeats what it was told must not put the password on a page or into the audit
    internal static string Plain(string words, MailOptions mail)
    {
        if (mail.Password is not { Length: > 0 } password) return words;
        string[] secrets = [Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{mail.User}\0{password}")), Convert.ToBase64String(Encoding.UTF8.GetBytes(password)), password];
        return secrets.Aggregate(words, (text, secret) => text.Replace(secret, "…", StringComparison.Ordinal));
    }
}
