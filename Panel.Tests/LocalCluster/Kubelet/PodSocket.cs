using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Panel.Kube.Wire;
using Panel.Tests.Support;

namespace Panel.Tests.LocalCluster.Kubelet;

/// <summary>A client of exec and attach that keeps what it hears.</summary>
public sealed class PodSocket : IAsyncDisposable
{
    readonly ClientWebSocket socket = new();
    readonly Dictionary<byte, StringBuilder> heard = [];
    Task listening = Task.CompletedTask;

    public bool SawFirstFrame { get; private set; }
    public Task Closed => listening;
    public string Out => Heard(1);
    public string Err => Heard(2);

    /// <summary>What the error stream said at the end.</summary>
    public Status? Outcome => Heard(3) is { Length: > 0 } text ? JsonSerializer.Deserialize(text, KubeJson.Default.Status) : null;

    public int? ExitCode => Outcome is { } outcome ? outcome.Outcome == "Success" ? 0 : int.Parse(outcome.Details!.Causes!.Single(cause => cause.Reason == "ExitCode").Message!, System.Globalization.CultureInfo.InvariantCulture) : null;

    public static async Task<PodSocket> OpenAsync(LocalMachine machine, string path, string query, string protocol = "v5.channel.k8s.io")
    {
        var pod = new PodSocket();
        pod.socket.Options.AddSubProtocol(protocol);
        pod.socket.Options.SetRequestHeader("Authorization", $"Bearer {machine.Host.Token}");
        pod.socket.Options.RemoteCertificateValidationCallback = (_, seen, _, _) => seen?.GetCertHashString() == machine.Host.Certificate.GetCertHashString();
        using var deadline = Deadline.Source();
        await pod.socket.ConnectAsync(new Uri($"wss://{machine.Host.Address.Authority}/api/v1/namespaces/{LocalMachine.Space}/pods/{path}?{query}"), deadline.Token);
        pod.listening = pod.ListenAsync();
        return pod;
    }

    public static Task<PodSocket> ExecAsync(LocalMachine machine, string pod, string protocol, params string[] command) =>
        OpenAsync(machine, $"{pod}/exec", "stdin=1&stdout=1&stderr=1&" + string.Join('&', command.Select(part => "command=" + Uri.EscapeDataString(part))), protocol);

    public async Task SendAsync(byte channel, string text)
    {
        using var deadline = Deadline.Source();
        await socket.SendAsync((byte[])[channel, .. Encoding.UTF8.GetBytes(text)], WebSocketMessageType.Binary, true, deadline.Token);
    }

    public Task EndInputAsync() => SendAsync(255, "\0");

    /// <summary>Cuts the connection without a word.</summary>
    public void Abort() => socket.Abort();

    public async ValueTask DisposeAsync()
    {
        socket.Abort();
        await listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        socket.Dispose();
    }

    string Heard(byte channel)
    {
        lock (heard) return heard.TryGetValue(channel, out var text) ? text.ToString() : "";
    }

    async Task ListenAsync()
    {
        var buffer = new byte[128 << 10];
        while (socket.State is WebSocketState.Open)
        {
            var message = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
            if (message.MessageType is WebSocketMessageType.Close)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
                return;
            }
            lock (heard)
            {
                SawFirstFrame |= heard.Count == 0 && message.Count == 1 && buffer[0] == 1;
                if (!heard.TryGetValue(buffer[0], out var text)) heard[buffer[0]] = text = new();
                text.Append(Encoding.UTF8.GetString(buffer, 1, message.Count - 1));
            }
        }
    }
}
