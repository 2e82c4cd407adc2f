using Microsoft.Extensions.Options;
using Panel.Core.Mail;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Mail;

/// <summary>Sending mail by a real server.</summary>
[Trait("Lane", "mail")]
public sealed class MailTests
{
    const string User = "panel", Password = "Pass word:ä";

    [Theory]
    [InlineData("none", "None", false)]
    [InlineData("starttls", "StartTls", true)]
    [InlineData("tls", "Tls", true)]
    public async Task Mail_arrives_as_it_was_written(string security, string setting, bool secure)
    {
        await using var server = await MailServer.StartAsync(security, secure ? $"{User}:{Password}" : null);
        await using var sender = await SenderAsync(server, [("Panel:Mail:Security", setting), .. secure ? new[] { ("Panel:Mail:User", User), ("Panel:Mail:Password", Password), ("Panel:Mail:Authority", server.Certificate) } : []]);
        const string text = "Grüße 🎮\n\n.\nQUIT\nhttps://panel.example.org/x?y=" + "z";
        await sender.Mail.SendAsync("ann@example.org", "Servers: Ä\r\nBcc: everybody@example.org — a subject that is long enough for two words of it", text, TestContext.Current.CancellationToken);
        var got = await server.MailAsync();
        Assert.Equal("panel@example.org", got.From);
        Assert.Equal("ann@example.org", got.To);
        Assert.Equal(secure, got.Secure);
        Assert.Equal(text, got.Text);
        Assert.DoesNotContain("\nBcc:", got.Headers, StringComparison.Ordinal);
        Assert.Equal("Servers: Ä  Bcc: everybody@example.org — a subject that is long enough for two words of it", got.Subject);
    }

    [Fact]
    public async Task Server_without_tls_hears_nothing_when_tls_is_asked_for()
    {
        await using var server = await MailServer.StartAsync();
        await using var sender = await SenderAsync(server, ("Panel:Mail:Security", "StartTls"));
        await sender.Mail.SendAsync("ann@example.org", "Secret", "secret-token", TestContext.Current.CancellationToken);
        await sender.UntilLoggedAsync("offers no TLS");
        Assert.Equal(0, server.Count);
    }

    [Fact]
    public async Task Certificate_that_nobody_vouches_for_is_refused()
    {
        await using var server = await MailServer.StartAsync("tls");
        await using var sender = await SenderAsync(server, ("Panel:Mail:Security", "Tls"));
        await sender.Mail.SendAsync("ann@example.org", "Secret", "secret-token", TestContext.Current.CancellationToken);
        await sender.UntilLoggedAsync("certificate is not valid");
        Assert.Equal(0, server.Count);
    }

    [Fact]
    public async Task Busy_server_is_asked_again_and_one_that_says_never_is_not()
    {
        await using var server = await MailServer.StartAsync(busy: 1);
        await using var sender = await SenderAsync(server);
        await sender.Mail.SendAsync("nobody@example.org", "One", "1", TestContext.Current.CancellationToken);
        await sender.UntilLoggedAsync("550 5.1.1");
        await sender.Mail.SendAsync("ann@example.org", "Two", "2", TestContext.Current.CancellationToken);
        Assert.Equal("2", (await server.MailAsync()).Text);
        Assert.Contains(sender.Host.Log, line => line.Contains("451 4.3.0", StringComparison.Ordinal));
        Assert.Equal(1, sender.Host.Get<Outbox>().Dropped);
    }

    [Fact]
    public async Task Neither_recipient_nor_text_is_logged()
    {
        await using var server = await MailServer.StartAsync();
        await using var sender = await SenderAsync(server);
        await sender.Mail.SendAsync("ann@example.org", "Secret", "secret-token", TestContext.Current.CancellationToken);
        await sender.Mail.SendAsync("nobody@example.org", "Secret", "secret-token", TestContext.Current.CancellationToken);
        await server.MailAsync();
        await sender.UntilLoggedAsync("550");
        Assert.DoesNotContain(sender.Host.Log, line => line.Contains("secret-token", StringComparison.Ordinal) || line.Contains("ann@", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ann@example.org>\r\nRCPT TO:<eve@example.org")]
    [InlineData("ann@example.org, eve@example.org")]
    [InlineData("\"a>\r\nb\"@example.org")]
    [InlineData("no address")]
    public async Task Address_that_is_more_than_one_reaches_no_server(string to)
    {
        await using var server = await MailServer.StartAsync();
        await using var sender = await SenderAsync(server);
        await sender.Mail.SendAsync(to, "One", "1", TestContext.Current.CancellationToken);
        await sender.UntilLoggedAsync("A mail was not sent");
        Assert.Equal(0, server.Count);
    }

    [Fact]
    public async Task Full_outbox_drops_and_counts_instead_of_growing()
    {
        await using var host = await CoreHost.OnSqliteAsync(("Panel:Mail:Host", "localhost"), ("Panel:Mail:From", "panel@example.org"), ("Panel:PublicUrl", MailServer.PublicUrl));
        for (var count = 0; count < 1005; count++) await host.Get<IMail>().SendAsync("ann@example.org", "One", "1", TestContext.Current.CancellationToken);
        Assert.Equal(5, host.Get<Outbox>().Dropped);
    }

    [Fact]
    public async Task Links_come_from_the_settings()
    {
        await using var host = await CoreHost.OnSqliteAsync(("Panel:PublicUrl", "https://panel.example.org/"));
        Assert.Equal("https://panel.example.org/reset?token=1", host.Get<PublicLinks>().Of("/reset?token=1"));
        Assert.False(host.Get<IMail>().IsConfigured);
        await Assert.ThrowsAsync<InvalidOperationException>(() => host.Get<IMail>().SendAsync("ann@example.org", "One", "1", TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("Panel:Mail:From", "not an address", "Panel:Mail:From")]
    [InlineData("Panel:PublicUrl", "", "Panel:PublicUrl")]
    [InlineData("Panel:Mail:User", "panel", "Panel:Mail:Password")]
    [InlineData("Panel:Mail:Authority", "/nowhere.pem", "/nowhere.pem")]
    public async Task Settings_that_do_not_fit_are_named(string key, string value, string named)
    {
        var settings = new Dictionary<string, string> { ["Panel:Mail:Host"] = "localhost", ["Panel:Mail:From"] = "panel@example.org", ["Panel:PublicUrl"] = MailServer.PublicUrl, [key] = value };
        await using var host = await CoreHost.OnSqliteAsync([.. settings.Select(setting => (setting.Key, setting.Value))]);
        Assert.Contains(named, Assert.Throws<OptionsValidationException>(() => host.Get<IOptions<MailOptions>>().Value).Message, StringComparison.Ordinal);
    }

    static async Task<Sender> SenderAsync(MailServer server, params (string Key, string Value)[] settings)
    {
        var all = server.Settings.ToDictionary(setting => setting.Key, setting => setting.Value);
        foreach (var (key, value) in settings) all[key] = value;
        return new(await CoreHost.OnSqliteAsync([.. all.Select(setting => (setting.Key, setting.Value))]));
    }

    sealed class Sender : IAsyncDisposable
    {
        readonly CancellationTokenSource stopping = new();
        readonly Task running;

        public Sender(CoreHost host) => (Host, running) = (host, host.Get<Outbox>().RunAsync(stopping.Token));

        public CoreHost Host { get; }

        public IMail Mail => Host.Get<IMail>();

        public Task UntilLoggedAsync(string part) => Deadline.UntilAsync($"a line with {part}", () => Host.Log.Any(line => line.Contains(part, StringComparison.Ordinal)));

        public async ValueTask DisposeAsync()
        {
            await stopping.CancelAsync();
            await running.ContinueWith(_ => { }, TaskScheduler.Default).EndsWithin("the end of the sending");
            await Host.DisposeAsync();
            stopping.Dispose();
        }
    }
}
