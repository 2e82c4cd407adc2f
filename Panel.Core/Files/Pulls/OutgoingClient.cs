using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Panel.Core.Errors;

namespace Panel.Core.Files.Pulls;

/// <summary>
/// Fetches from addresses that people give. A name is looked up once for each connection, and connected is to the very address that was
/// judged: what the name says a moment later does not matter. Each redirect is judged as the first address was.
/// </summary>
public sealed class OutgoingClient : IDisposable
{
    const int MaxRedirects = 5, LowestFree = 1024, Header = 64;
    static readonly TimeSpan connecting = TimeSpan.FromSeconds(10), answering = TimeSpan.FromSeconds(30);

    readonly IOptionsMonitor<PullOptions> options;
    readonly NameLookup lookup;
    readonly HttpClient http;

    /// <param name="options">Which addresses there may be.</param>
    /// <param name="lookup">Looks names up.</param>
    public OutgoingClient(IOptionsMonitor<PullOptions> options, NameLookup lookup)
    {
        (this.options, this.lookup) = (options, lookup);
        http = new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            Credentials = null,
            ActivityHeadersPropagator = null,
            ConnectTimeout = connecting,
            PooledConnectionLifetime = TimeSpan.Zero,
            MaxResponseHeadersLength = Header,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectCallback = ConnectAsync,
        })
        { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Looks up the addresses of a name.</summary>
    public delegate Task<IPAddress[]> NameLookup(string name, CancellationToken cancellation);

    /// <summary>Reads an address that somebody gave.</summary>
    /// <exception cref="InvalidFieldException">It is none that files are fetched from.</exception>
    public static Uri Parse(string text, string field)
    {
        if (text.Length > 2000 || !Uri.TryCreate(text.Trim(), UriKind.Absolute, out var address)) throw new InvalidFieldException(field, "This is no address such as https://example.org/file.zip.");
        return Fault(address) is { } fault ? throw new InvalidFieldException(field, fault) : address;
    }

    /// <summary>Gets the answer, its content still to be read.</summary>
    /// <exception cref="ConflictException">It leads where nothing is fetched from, or nobody answers.</exception>
    public async Task<HttpResponseMessage> GetAsync(Uri address, CancellationToken cancellation)
    {
        for (var redirects = 0; ; redirects++)
        {
            var answer = await SendAsync(address, cancellation);
            if (answer.StatusCode is HttpStatusCode.OK) return answer;
            using (answer)
            {
                if ((int)answer.StatusCode is not (301 or 302 or 303 or 307 or 308) || answer.Headers.Location is not { } location)
                    throw new ConflictException($"{address.IdnHost} answered {(int)answer.StatusCode} {answer.ReasonPhrase}.");
                if (redirects == MaxRedirects) throw new ConflictException("The address leads on and on.");
                var next = new Uri(address, location);
                if (Fault(next) is { } fault) throw new ConflictException($"The address leads on to one that is not fetched: {fault}");
                if (address.Scheme == Uri.UriSchemeHttps && next.Scheme != Uri.UriSchemeHttps) throw new ConflictException("The address leads on from https to http.");
                address = next;
            }
        }
    }

    async Task<HttpResponseMessage> SendAsync(Uri address, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(answering);
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Panel", null));
        request.Headers.AcceptEncoding.Add(new("identity"));
        try
        {
            return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        }
        catch (HttpRequestException failure)
        {
            throw failure.InnerException as ConflictException ?? new ConflictException($"{address.IdnHost} cannot be reached: {failure.HttpRequestError switch
            {
                HttpRequestError.NameResolutionError => "there is no such name",
                HttpRequestError.SecureConnectionError => "its certificate is not good",
                HttpRequestError.ConnectionError => "it does not answer",
                _ => "it does not speak HTTP",
            }}.");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new ConflictException($"{address.IdnHost} does not answer.");
        }
    }

    static string? Fault(Uri address) =>
        address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps ? "Only http and https are fetched."
        : address.UserInfo.Length > 0 ? "An address with a name or password in it is not fetched: others may read it."
        : address.Port is not (80 or 443) && address.Port < LowestFree ? $"Nothing is fetched from port {address.Port}."
        : address.IdnHost.Length == 0 ? "This is no address such as https://example.org/file.zip."
        : null;

    async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var rules = new OutgoingAddresses(options.CurrentValue.AllowedNetworks, options.CurrentValue.RefusedNetworks);
        IPAddress[] all;
        try
        {
            all = IPAddress.TryParse(host, out var one) ? [one] : await lookup(host, cancellation);
        }
        catch (SocketException)
        {
            throw new ConflictException($"There is no {host}.");
        }
        IPAddress[] open = [.. all.Select(address => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).Where(rules.Allows)];
        if (open.Length == 0) throw new ConflictException($"{host} is no address of the open network. Nothing is fetched from there.");
        SocketException? last = null;
        foreach (var address in open)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, port), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException failure)
            {
                socket.Dispose();
                last = failure;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
        throw last!;
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();
}
