using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Identity;
using Panel.Core.Accounts;

namespace Panel.Bench;

/// <summary>Signing in by the form, as a browser does, beside the check of a password alone.</summary>
static partial class SignInTime
{
    const int Addresses = 4, Each = 20, Alone = 40;

    public static async Task<Row[]> MeasureAsync(CancellationToken cancellation)
    {
        await using var panel = new BenchPanel();
        await panel.StartAsync(cancellation);
        List<double> signIns = [], page = [], alone = [];
        var (hasher, account) = (new PasswordHasher<Account>(), new Account());
        var hash = hasher.HashPassword(account, BenchPanel.Password);
        // an address has 30 attempts a minute: this machine has many
        for (var place = 0; place < Addresses; place++)
        {
            for (var attempt = 0; attempt < Each; attempt++)
            {
                using var http = Client(panel, IPAddress.Parse($"127.0.1.{place + 1}"));
                page.Add(await BenchDatabase.TimeAsync(() => http.GetStringAsync(new Uri("sign-in", UriKind.Relative), cancellation)));
                var form = await FormAsync(http, BenchPanel.Password, cancellation);
                signIns.Add(await BenchDatabase.TimeAsync(() => SendAsync(http, form, HttpStatusCode.Found, cancellation)));
                for (var i = 0; i < Alone / Each; i++) alone.Add(await BenchDatabase.TimeAsync(() => Task.FromResult(hasher.VerifyHashedPassword(account, hash, BenchPanel.Password))));
            }
        }
        var (hashing, signIn) = (alone.Skip(Each).Percentile(0.5), signIns.Skip(Each).Percentile(0.5));
        return
        [
            new("Sign-in by the form, answer to the POST", "the hash alone (+ 15 ms)", $"p50 {signIn.Ms()}, p99 {signIns.Skip(Each).Percentile(0.99).Ms()}: {(signIn - hashing).Ms()} beside the hash", $"one check of a password (PBKDF2, HMAC-SHA512, 100,000 rounds): p50 {hashing.Ms()}; the form itself: p50 {page.Skip(Each).Percentile(0.5).Ms()}"),
        ];
    }

    static HttpClient Client(BenchPanel panel, IPAddress from) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        ConnectCallback = async (context, cancellation) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Bind(new IPEndPoint(from, 0));
            await socket.ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    { BaseAddress = panel.Process.Address };

    static async Task<FormUrlEncodedContent> FormAsync(HttpClient http, string password, CancellationToken cancellation)
    {
        var html = await http.GetStringAsync(new Uri("sign-in", UriKind.Relative), cancellation);
        var fields = Hidden().Matches(html).DistinctBy(input => input.Groups[1].Value).ToDictionary(input => input.Groups[1].Value, input => WebUtility.HtmlDecode(input.Groups[2].Value));
        (fields["Input.Email"], fields["Input.Password"], fields["Input.Remember"]) = (BenchPanel.Email, password, "true");
        return new(fields);
    }

    static async Task<HttpStatusCode> SendAsync(HttpClient http, FormUrlEncodedContent form, HttpStatusCode wanted, CancellationToken cancellation)
    {
        using var answer = await http.PostAsync(new Uri("sign-in", UriKind.Relative), form, cancellation);
        return answer.StatusCode == wanted ? wanted : throw new InvalidOperationException($"The form was answered by {answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellation)}");
    }

    [GeneratedRegex("""<input type="hidden" name="([^"]+)" value="([^"]*)" ?/?>""")]
    private static partial Regex Hidden();
}
