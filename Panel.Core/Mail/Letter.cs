using System.Globalization;
using System.Net.Mail;
using System.Text;

namespace Panel.Core.Mail;

/// <summary>One mail.</summary>
/// <param name="To">The address.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="Text">What it says, as plain text.</param>
sealed record Letter(string To, string Subject, string Text)
{
    const int EncodedLine = 45;   // an encoded word has at most 75 characters (RFC 2047)

    /// <summary>The mail as it travels: headers in ASCII, the text in Base64, so that no line of it is a command or too long.</summary>
    /// <param name="from">The sender.</param>
    /// <param name="at">The time.</param>
    public byte[] Write(MailAddress from, DateTimeOffset at)
    {
        var message = new StringBuilder();
        message.Append("From: ").Append(from.DisplayName.Length == 0 ? "" : Encoded(from.DisplayName) + " ").Append('<').Append(Envelope(from)).Append(">\r\n");
        message.Append("To: <").Append(Envelope(Recipient)).Append(">\r\n");
        message.Append("Subject: ").Append(Encoded(Subject)).Append("\r\n");
        message.Append("Date: ").Append(at.ToString("ddd, dd MMM yyyy HH:mm:ss +0000", CultureInfo.InvariantCulture)).Append("\r\n");
        message.Append("Message-ID: <").Append(Guid.CreateVersion7(at).ToString("N")).Append('@').Append(new IdnMapping().GetAscii(from.Host)).Append(">\r\n");
        // no answering machine answers it
        message.Append("Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n");
        var lines = Text.ReplaceLineEndings("\r\n");
        message.Append(Convert.ToBase64String(Encoding.UTF8.GetBytes(lines), Base64FormattingOptions.InsertLineBreaks)).Append("\r\n");
        return Encoding.UTF8.GetBytes(message.ToString());
    }

    /// <summary>Who gets it.</summary>
    /// <exception cref="SmtpRefusal">It is no address.</exception>
    public MailAddress Recipient => MailAddress.TryCreate(To, out var address) && address.DisplayName.Length == 0 ? address : throw new SmtpRefusal("The recipient is no mail address.", isFinal: true);

    /// <summary>An address as commands take it: the domain in ASCII, and nothing that would end the command.</summary>
    /// <exception cref="SmtpRefusal">It cannot be written so.</exception>
    public static string Envelope(MailAddress address)
    {
        try
        {
            var plain = $"{address.User}@{(address.Host.StartsWith('[') ? address.Host : new IdnMapping().GetAscii(address.Host))}";
            return plain.Any(letter => char.IsControl(letter) || char.IsWhiteSpace(letter) || letter is '<' or '>') ? throw new SmtpRefusal("The mail address has characters that no server takes.", isFinal: true) : plain;
        }
        catch (ArgumentException)
        {
            throw new SmtpRefusal("The domain of the mail address is not one.", isFinal: true);
        }
    }

    // always encoded: what a person named a server cannot become a header
    static string Encoded(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (Encoding.UTF8.GetByteCount(word.ToString()) + rune.Utf8SequenceLength > EncodedLine) Close();
            word.Append(Rune.IsControl(rune) ? " " : rune.ToString());
        }
        Close();
        return string.Join("\r\n ", words);

        void Close()
        {
            if (word.Length > 0) words.Add($"=?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(word.ToString()))}?=");
            word.Clear();
        }
    }
}
