using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Panel.Core.Metrics;
using Panel.Kube.Wire;

namespace Panel.Kube.Client;

/// <summary>
/// The way to the API server: reads the configuration when it is first needed and again when its file changes, signs requests, repeats
/// what the server asks to repeat, and gives up what takes too long.
/// </summary>
public sealed partial class KubeConnection(IOptions<KubeOptions> options, TimeProvider clock, ILogger<KubeConnection> log) : IDisposable
{
    const int MaxAttempts = 10, MaxErrorBytes = 64 << 10;
    static readonly string[] Protocols = ["v5.channel.k8s.io", "v4.channel.k8s.io"];

    readonly Lock gate = new();
    KubeSession? session;
    string? read;

    TimeSpan Limit => TimeSpan.FromSeconds(options.Value.RequestSeconds);

    /// <summary>Sends a request and reads its answer, all within the time limit.</summary>
    internal async Task<T> AskAsync<T>(Func<HttpRequestMessage> request, Func<Stream, CancellationToken, ValueTask<T>> readBody, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Limit);
        try
        {
            using var response = await SendAsync(request, limit.Token);
            await using var body = await response.Content.ReadAsStreamAsync(limit.Token);
            return await readBody(body, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Late();
        }
    }

    /// <summary>Sends a request and hands over the answer's body as it comes; the time limit is for its beginning only.</summary>
    internal async Task<Stream> OpenAsync(Func<HttpRequestMessage> request, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Limit);
        try
        {
            // disposing of the body ends the connection, there is no need to dispose of the response too
            return await (await SendAsync(request, limit.Token)).Content.ReadAsStreamAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Late();
        }
    }

    /// <summary>Opens a WebSocket of the channel protocol.</summary>
    internal async Task<WebSocket> ConnectAsync(string path, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Limit);
        for (var attempt = 0; ; attempt++)
        {
            var current = Session();
            var who = await current.IdentityAsync(limit.Token);
            var socket = new ClientWebSocket();
            foreach (var protocol in Protocols) socket.Options.AddSubProtocol(protocol);
            (socket.Options.KeepAliveInterval, socket.Options.KeepAliveTimeout) = (TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(20));
            socket.Options.CollectHttpResponseDetails = true;
            if (who.Authorization is { } authorization) socket.Options.SetRequestHeader("Authorization", authorization.ToString());
            try
            {
                var address = new Uri(current.Config.Server, path);
                await socket.ConnectAsync(new UriBuilder(address) { Scheme = address.Scheme == "https" ? "wss" : "ws" }.Uri, who.Http, limit.Token);
                PanelMeter.ClusterRequest("connect", (int)HttpStatusCode.SwitchingProtocols);
                return socket;
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                socket.Dispose();
                throw Late();
            }
            catch (Exception failure)
            {
                var code = socket.HttpStatusCode;
                PanelMeter.ClusterRequest("connect", code == 0 ? null : (int)code);
                socket.Dispose();
                if (code == HttpStatusCode.Unauthorized) current.Refused(who);
                if (attempt == 0 && (code == HttpStatusCode.Unauthorized || (code == 0 && Moved(current)))) continue;
                throw code == 0 ? failure : new KubeException(code, "", RefusedUpgrade(path, code), []);
            }
        }
    }

    // the body of a refused upgrade cannot be had: what is known must do
    static string RefusedUpgrade(string path, HttpStatusCode code) =>
        code == HttpStatusCode.Forbidden && path.Split('?')[0].Split('/') is [_, _, _, "namespaces", var space, var resource, _, var part]
            ? $"The panel's account may not get or create {resource}/{part} in the namespace {space}."
            : $"The API server answered {(int)code} ({code}).";

    async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> make, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var current = Session();
            using var request = make();
            var reading = request.Method == HttpMethod.Get;
            request.RequestUri = new(current.Config.Server, request.RequestUri!.OriginalString);
            (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionOrLower);
            request.Headers.Accept.Add(new("application/json"));
            var who = await current.IdentityAsync(cancellation);
            request.Headers.Authorization = who.Authorization;
            HttpResponseMessage response;
            try
            {
                response = await who.Http.SendAsync(request, cancellation);
            }
            catch (Exception failure) when (attempt == 1 && failure is HttpRequestException or ObjectDisposedException && Moved(current))
            {
                continue;   // another configuration by now: the request has not been sent to its server
            }
            catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
            {
                PanelMeter.ClusterRequest(Verb(request), null);
                throw;
            }
            PanelMeter.ClusterRequest(Verb(request), (int)response.StatusCode);
            if (response.IsSuccessStatusCode) return response;
            KubeException refusal;
            using (response) refusal = await RefusalAsync(response, cancellation);
            if (refusal.Code == HttpStatusCode.Unauthorized && attempt == 1)
            {
                current.Refused(who);
                continue;
            }
            var busy = refusal.Code == HttpStatusCode.TooManyRequests || (int)refusal.Code >= 500;
            var wait = refusal.RetryAfter ?? (reading && attempt < 3 ? TimeSpan.FromMilliseconds(200 * attempt) : null);
            if (!busy || wait is not { } pause || attempt >= MaxAttempts) throw refusal;
            LogRetry(request.Method.Method, request.RequestUri.AbsolutePath, (int)refusal.Code, pause.TotalSeconds);
            await Task.Delay(pause * (1 + Random.Shared.NextDouble() / 4), clock, cancellation);
        }
    }

    static string Verb(HttpRequestMessage request) => request.RequestUri!.Query.Contains("watch=1", StringComparison.Ordinal) ? "watch" : request.Method.Method.ToLowerInvariant();

    /// <summary>The connections in force; the configuration is read when there are none yet, or its file has changed.</summary>
    KubeSession Session()
    {
        lock (gate)
        {
            var files = Files();
            var found = string.Join('\n', files.Select(State));
            if (session is not null && found == read) return session;
            var config = options.Value.IsInCluster ? KubeConfig.InCluster() : KubeConfig.Load(files, options.Value.Context);
            session?.Dispose();
            (session, read) = (new(config, clock), found);
            LogSession(config.Server);
            return session;
        }
    }

    /// <summary>Whether the configuration names other connections than these by now.</summary>
    bool Moved(KubeSession used) => !ReferenceEquals(Session(), used);

    string[] Files()
    {
        // in a cluster it is the authorities that change; the token's file is read again anyhow
        if (options.Value.IsInCluster) return [Path.Combine(KubeConfig.ServiceAccount, "ca.crt")];
        string[] files = options.Value.Kubeconfig is { Length: > 0 } named ? [named]
            : Environment.GetEnvironmentVariable("KUBECONFIG")?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        if (files.Length == 0) throw new KubeConfigException($"{KubeOptions.Section}:Kubeconfig names no kubeconfig file.");
        return files is [var only] && !File.Exists(only) ? throw new KubeConfigException($"{only}: there is no such file.") : files;
    }

    static string State(string path) => new FileInfo(path) is { Exists: true } file ? $"{path} {file.LastWriteTimeUtc.Ticks} {file.Length}" : path;

    static async Task<KubeException> RefusalAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var retryAfter = response.Headers.RetryAfter?.Delta;
        var body = new byte[MaxErrorBytes];
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        var length = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellation);
        try
        {
            if (JsonSerializer.Deserialize(body.AsSpan(0, length), Kinds.Status) is { Kind: "Status" } status) return KubeException.From(status, response.StatusCode, retryAfter);
        }
        catch (JsonException)
        {
            // priority and fairness, proxies and load balancers answer in plain text
        }
        var text = Encoding.UTF8.GetString(body, 0, Math.Min(length, 300)).Trim();
        return KubeException.From(new Status { Message = text.Length == 0 ? null : text }, response.StatusCode, retryAfter);
    }

    string Server => session?.Config.Server.GetLeftPart(UriPartial.Authority) ?? "?";

    TimeoutException Late() => new($"The cluster at {Server} did not answer within {Limit.TotalSeconds:0} s.");

    /// <inheritdoc/>
    public void Dispose() => session?.Dispose();

    [LoggerMessage(LogLevel.Information, "Using the API server at {Server}")]
    partial void LogSession(Uri server);

    [LoggerMessage(LogLevel.Debug, "{Method} {Path} got {Code}; again in {Seconds} s")]
    partial void LogRetry(string method, string path, int code, double seconds);
}
