using System.Globalization;
using System.Net.Mail;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Panel.Core.Mail;

/// <summary>The mail server refuses, with its words.</summary>
sealed class SmtpRefusal(string message, bool isFinal) : IOException(message)
{
    /// <summary>Whether asking again would be refused as well.</summary>
    public bool IsFinal { get; } = isFinal;
}

/// <summary>
/// A connection to a mail server that hands over one mail. It speaks no more of SMTP than that; what it sends is refused before it could end
/// a command, and an answer of an unlikely size ends the connection.
/// </summary>
/// <remarks>https://www.rfc-editor.org/rfc/rfc5321, TLS: RFC 3207 and 8314, signing in: RFC 4954</remarks>
sealed class SmtpConnection : IAsyncDisposable
{
    const int MaxLine = 2048, MaxLines = 100, MaxWords = 300;

    readonly TcpClient client;
    readonly byte[] buffer = new byte[MaxLine];
    Stream stream;
    int start, end;

    SmtpConnection(TcpClient client) => (this.client, stream) = (client, client.GetStream());

    /// <summary>Hands over a mail.</summary>
    /// <exception cref="SmtpRefusal">The server refuses it.</exception>
    /// <exception cref="IOException">The server cannot be reached, or the connection is not safe.</exception>
    public static async Task DeliverAsync(MailOptions options, Letter letter, TimeProvider clock, CancellationToken cancellation)
    {
        var from = new MailAddress(options.From!);
        var (sender, recipient, message) = (Letter.Envelope(from), Letter.Envelope(letter.Recipient), letter.Write(from, clock.GetUtcNow()));
        await using var connection = await ConnectAsync(options, cancellation);
        var offers = await connection.GreetAsync(options, cancellation);
        if (options.User is { Length: > 0 } user) await connection.SignInAsync(user, options.Password!, offers, cancellation);
        var international = !Ascii.IsValid(sender) || !Ascii.IsValid(recipient);
        if (international && !offers.Contains("SMTPUTF8")) throw new SmtpRefusal("The mail server takes no addresses with letters beyond ASCII.", isFinal: true);
        await connection.AskAsync($"MAIL FROM:<{sender}>{(international ? " SMTPUTF8" : "")}", 2, cancellation);
        await connection.AskAsync($"RCPT TO:<{recipient}>", 2, cancellation);
        await connection.AskAsync("DATA", 3, cancellation);
        await connection.stream.WriteAsync(message, cancellation);
        await connection.AskAsync(".", 2, cancellation);   // the message ends with a line's end, and none of its lines begins with a point
        await connection.LeaveAsync(cancellation);
    }

    static async Task<SmtpConnection> ConnectAsync(MailOptions options, CancellationToken cancellation)
    {
        var client = new TcpClient { NoDelay = true };
        try
        {
            await client.ConnectAsync(options.Host!, options.Port, cancellation);
            var connection = new SmtpConnection(client);
            if (options.Security == MailSecurity.Tls) await connection.SecureAsync(options, cancellation);
            return connection;
        }
        catch (Exception failure)
        {
            client.Dispose();
            if (failure is SocketException) throw new IOException($"The mail server {options.Host}:{options.Port} cannot be reached: {failure.Message}", failure);
            throw;
        }
    }

    async Task<HashSet<string>> GreetAsync(MailOptions options, CancellationToken cancellation)
    {
        Check(await ReadAsync(cancellation), 2);
        var offers = await HelloAsync(cancellation);
        if (options.Security != MailSecurity.StartTls) return offers;
        if (!offers.Contains("STARTTLS")) throw new SmtpRefusal("The mail server offers no TLS. Nothing was said to it.", isFinal: false);
        await AskAsync("STARTTLS", 2, cancellation);
        // what came before the protection cannot be told from what somebody put in between
        if (start < end) throw new SmtpRefusal("The mail server spoke before the connection was protected.", isFinal: false);
        await SecureAsync(options, cancellation);
        return await HelloAsync(cancellation);
    }

    async Task<HashSet<string>> HelloAsync(CancellationToken cancellation)
    {
        var lines = await AskAsync($"EHLO {Name()}", 2, cancellation);
        return lines.Skip(1).SelectMany(Words).ToHashSet(StringComparer.OrdinalIgnoreCase);

        // "AUTH PLAIN LOGIN" offers "AUTH PLAIN" and "AUTH LOGIN"
        static IEnumerable<string> Words(string line)
        {
            var words = line.Split([' ', '='], StringSplitOptions.RemoveEmptyEntries);
            return words is [] ? [] : words.Skip(1).Select(word => $"{words[0]} {word}").Prepend(words[0]);
        }
    }

    async Task SecureAsync(MailOptions options, CancellationToken cancellation)
    {
        var policy = new SslClientAuthenticationOptions { TargetHost = options.Host! };
        if (options.Authority is { Length: > 0 } authority)
        {
            policy.CertificateChainPolicy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CertificateChainPolicy.CustomTrustStore.ImportFromPemFile(authority);
        }
        var secured = new SslStream(stream);
        stream = secured;
        try
        {
            await secured.AuthenticateAsClientAsync(policy, cancellation);
        }
        catch (AuthenticationException failure)
        {
            throw new IOException($"The mail server's certificate is not valid for {options.Host}: {failure.Message}", failure);
        }
    }

    async Task SignInAsync(string user, string password, HashSet<string> offers, CancellationToken cancellation)
    {
        if (offers.Contains("AUTH PLAIN"))
        {
            await AskAsync($"AUTH PLAIN {Encoded($"\0{user}\0{password}")}", 2, cancellation);
            return;
        }
        if (!offers.Contains("AUTH LOGIN")) throw new SmtpRefusal("The mail server takes no password in a way that the panel knows (PLAIN, LOGIN).", isFinal: false);
        await AskAsync("AUTH LOGIN", 3, cancellation);
        await AskAsync(Encoded(user), 3, cancellation);
        await AskAsync(Encoded(password), 2, cancellation);

        static string Encoded(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
    }

    // the mail is the server's already: how it says goodbye does not matter
    async Task LeaveAsync(CancellationToken cancellation)
    {
        try
        {
            await AskAsync("QUIT", 2, cancellation);
        }
        catch (IOException)
        {
            return;
        }
    }

    async Task<List<string>> AskAsync(string command, int expected, CancellationToken cancellation)
    {
        await stream.WriteAsync(Encoding.UTF8.GetBytes(command + "\r\n"), cancellation);
        return Check(await ReadAsync(cancellation), expected);
    }

    static List<string> Check((int Code, List<string> Lines) answer, int expected)
    {
        if (answer.Code / 100 == expected) return answer.Lines;
        var words = string.Join(' ', answer.Lines);
        throw new SmtpRefusal($"The mail server answered {answer.Code} {(words.Length > MaxWords ? words[..MaxWords] : words)}", isFinal: answer.Code / 100 == 5);
    }

    async Task<(int Code, List<string> Lines)> ReadAsync(CancellationToken cancellation)
    {
        var lines = new List<string>();
        while (lines.Count < MaxLines)
        {
            var line = await LineAsync(cancellation);
            if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code)) throw new IOException("The mail server does not speak SMTP.");
            lines.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length == 3 || line[3] != '-') return (code, lines);
        }
        throw new IOException("The mail server's answer has no end.");
    }

    async Task<string> LineAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var found = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (found >= 0)
            {
                var line = Encoding.UTF8.GetString(buffer, start, found).TrimEnd('\r');
                start += found + 1;
                return new string([.. line.Where(letter => !char.IsControl(letter))]);
            }
            if (start > 0)
            {
                buffer.AsSpan(start, end - start).CopyTo(buffer);
                (start, end) = (0, end - start);
            }
            if (end == buffer.Length) throw new IOException("The mail server's answer has no end.");
            var count = await stream.ReadAsync(buffer.AsMemory(end), cancellation);
            if (count == 0) throw new IOException("The mail server closed the connection.");
            end += count;
        }
    }

    // a name that says nothing of the panel's machine, as RFC 5321 (4.1.3) allows
    string Name() => client.Client.LocalEndPoint is System.Net.IPEndPoint { Address: { IsIPv4MappedToIPv6: false, AddressFamily: AddressFamily.InterNetworkV6 } address } ? $"[IPv6:{address}]" : $"[{(client.Client.LocalEndPoint as System.Net.IPEndPoint)?.Address.MapToIPv4()}]";

    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        client.Dispose();
    }
}
