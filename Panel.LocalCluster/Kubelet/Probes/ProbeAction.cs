using System.Net;
using System.Net.Sockets;
using Panel.Kube.Wire;
using Panel.LocalCluster.Kubelet.Pods;

namespace Panel.LocalCluster.Kubelet.Probes;

/// <summary>One look at a container: runs a command in it, connects to a port or asks over HTTP.</summary>
static class ProbeAction
{
    static readonly HttpClient Http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.Zero,
        // a probe asks whether something answers, not who it is
#pragma warning disable CA5359
        SslOptions = new() { RemoteCertificateValidationCallback = (_, _, _, _) => true },
#pragma warning restore CA5359
    })
    { Timeout = Timeout.InfiniteTimeSpan };

    /// <returns>Null when all is well, else what is wrong, in the kubelet's words.</returns>
    public static async Task<string?> RunAsync(ExecAction? exec, TcpSocketAction? tcp, HttpGetAction? http, ContainerUnit unit, TimeSpan timeout, TimeProvider clock, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(timeout, clock);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            if (exec is not null) return await ExecAsync(exec, unit, ended.Token);
            if (tcp is not null) return await ConnectAsync(tcp.Host, Port(tcp.Port, unit.Spec), ended.Token);
            return http is not null ? await GetAsync(http, Port(http.Port, unit.Spec), ended.Token) : null;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return exec is not null ? $"command timed out: \"{string.Join(' ', exec.Command)}\" timed out after {timeout.TotalSeconds:0}s" : "context deadline exceeded (Client.Timeout exceeded while awaiting headers)";
        }
        catch (Exception failed) when (failed is SocketException or HttpRequestException or ExecException or IOException or ConfigException or InvalidOperationException or FormatException)
        {
            return failed.Message;
        }
    }

    static async Task<string?> ExecAsync(ExecAction exec, ContainerUnit unit, CancellationToken cancellation)
    {
        var (code, said) = await ContainerExec.RunAsync(unit.PrepareExec(exec.Command), cancellation);
        return code == 0 ? null : said.Length > 0 ? said : $"command exited with {code}";
    }

    static async Task<string?> ConnectAsync(string? host, int port, CancellationToken cancellation)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(Host(host), port, cancellation);
            return null;
        }
        catch (SocketException refused)
        {
            return $"dial tcp {Host(host)}:{port}: {refused.Message.ToLowerInvariant()}";
        }
    }

    static async Task<string?> GetAsync(HttpGetAction get, int port, CancellationToken cancellation)
    {
        var scheme = string.Equals(get.Scheme, "HTTPS", StringComparison.OrdinalIgnoreCase) ? "https" : "http";
        var address = new Uri(new Uri($"{scheme}://{Host(get.Host)}:{port}"), get.Path ?? "/");
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.TryAddWithoutValidation("User-Agent", "kube-probe/1.32");
        foreach (var header in get.HttpHeaders ?? []) request.Headers.TryAddWithoutValidation(header.Name, header.Value);
        using var answer = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        return answer.StatusCode is >= HttpStatusCode.OK and < HttpStatusCode.BadRequest ? null : $"HTTP probe failed with statuscode: {(int)answer.StatusCode}";
    }

    // pods share this machine's network
    static string Host(string? host) => string.IsNullOrEmpty(host) ? "127.0.0.1" : host;

    static int Port(IntOrString port, Container container) =>
        port.Text is { } name ? container.Ports?.FirstOrDefault(candidate => candidate.Name == name)?.Number ?? throw new ConfigException($"couldn't find port {name} in the container") : port.Number;
}
