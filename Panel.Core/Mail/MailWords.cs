namespace Panel.Core.Mail;

/// <summary>Sends what <see cref="MailTexts"/> has.</summary>
static class MailWords
{
    /// <summary>Sends it where there is a mail server; does nothing where there is none.</summary>
    public static Task TellAsync(this IMail mail, string to, (string Subject, string Text) words, CancellationToken cancellation) =>
        mail.IsConfigured ? mail.SendAsync(to, words.Subject, words.Text, cancellation) : Task.CompletedTask;
}
