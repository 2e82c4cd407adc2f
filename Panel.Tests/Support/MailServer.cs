using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace Panel.Tests.Support;

/// <summary>A mail that a server got.</summary>
/// <param name="From">The sender the server was told.</param>
/// <param name="To">The recipient the server was told.</param>
/// <param name="Secure">Whether the connection was protected.</param>
/// <param name="Headers">The headers, as they came, unfolded.</param>
/// <param name="Text">What it says.</param>
public sealed record GotMail(string From, string To, bool Secure, string Headers, string Text)
{
    /// <summary>The subject, decoded.</summary>
    public string Subject => Regex.Replace(Regex.Match(Headers, @"^Subject: (.*)$", RegexOptions.Multiline).Groups[1].Value.Replace("?= =?", "?==?", StringComparison.Ordinal), @"=\?utf-8\?B\?([^?]*)\?=", word => Encoding.UTF8.GetString(Convert.FromBase64String(word.Groups[1].Value))).Trim();

    /// <summary>The link in it: what follows the panel's address.</summary>
    public string Path(string root) => Regex.Match(Text, $@"^{Regex.Escape(root)}(/\S*)", RegexOptions.Multiline).Groups[1].Value;
}

/// <summary>A real mail server (aiosmtpd) on a free port, with a certificate of its own.</summary>
public sealed class MailServer : IAsyncDisposable
{
    const string Python = "/usr/bin/python3";
    readonly TempFolder folder = new();
    ConsoleProgram program = default!;

    MailServer()
    {
    }

    /// <summary>Its port.</summary>
    public int Port { get; private set; }

    /// <summary>The file with its certificate.</summary>
    public string Certificate => folder["certificate.pem"];

    /// <summary>Settings of a panel that sends by it.</summary>
    public (string Key, string Value)[] Settings => [("Panel:Mail:Host", "localhost"), ("Panel:Mail:Port", $"{Port}"), ("Panel:Mail:From", "Panel <panel@example.org>"), ("Panel:Mail:Security", "None"), ("Panel:PublicUrl", PublicUrl)];

    /// <summary>Where the panel is said to be.</summary>
    public const string PublicUrl = "https://panel.example.org";

    /// <summary>Starts one; skips the test where there is none.</summary>
    /// <param name="security">none, starttls or tls.</param>
    /// <param name="password">A user and password with a colon between, or null for none.</param>
    /// <param name="busy">How many mails it first says to try later.</param>
    public static async Task<MailServer> StartAsync(string security = "none", string? password = null, int busy = 0)
    {
        Assert.SkipUnless(Directory.Exists("/usr/lib/python3/dist-packages/aiosmtpd"), "No aiosmtpd here (Debian: python3-aiosmtpd).");
        var server = new MailServer();
        server.WriteCertificate();
        string[] script = [Path.Combine(SourceTree.Root, "Panel.Tests/Mail/smtp-server.py"), server.folder.Path, security, "--busy", $"{busy}"];
        string[] secured = security == "none" ? [] : ["--certificate", server.Certificate, "--key", server.folder["key.pem"]];
        server.program = ConsoleProgram.Start(server.folder.Path, Python, [.. script, .. secured, .. password is null ? [] : new[] { "--password", password }]);
        server.Port = int.Parse((await server.program.LineAsync(@"^\d+$")).Value, CultureInfo.InvariantCulture);
        return server;
    }

    /// <summary>Waits for the mails up to a number, and gives that one.</summary>
    public async Task<GotMail> MailAsync(int number = 1)
    {
        var file = folder[$"{number:0000}.eml"];
        await Deadline.UntilAsync($"mail {number}", () => File.Exists(file));
        return Parse(await File.ReadAllTextAsync(file));
    }

    /// <summary>How many mails came.</summary>
    public int Count => Directory.GetFiles(folder.Path, "*.eml").Length;

    static GotMail Parse(string raw)
    {
        var parts = raw.ReplaceLineEndings("\n").Split("\n\n", 2);
        var headers = parts[0].Replace("\n ", " ", StringComparison.Ordinal);
        return new(Header("X-Test-From"), Header("X-Test-To"), Header("X-Test-Tls") == "True", headers, Encoding.UTF8.GetString(Convert.FromBase64String(parts[1].Trim())).ReplaceLineEndings("\n"));

        string Header(string name) => Regex.Match(headers, $"^{name}: (.*)$", RegexOptions.Multiline).Groups[1].Value;
    }

    void WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(Certificate, certificate.ExportCertificatePem());
        File.WriteAllText(folder["key.pem"], key.ExportPkcs8PrivateKeyPem());
    }

    public async ValueTask DisposeAsync()
    {
        await program.DisposeAsync();
        folder.Dispose();
    }
}
