using System.Globalization;
using System.IO.Pipelines;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Panel.Kube.Wire;

namespace Panel.Kube.Client;

/// <summary>
/// A program in a container, over one WebSocket: its input, its output, what it says on standard error, and how it ended. Closing the
/// socket does not end the program.
/// </summary>
/// <remarks>
/// Each message begins with the number of its channel: 0 input, 1 output, 2 errors, 3 the final Status, 255 (v5 only) "this channel is at its end".
/// https://github.com/kubernetes/enhancements/tree/master/keps/sig-api-machinery/4006-transition-spdy-to-websockets
/// </remarks>
sealed class ChannelSocket : IAsyncDisposable
{
    const byte Input = 0, Output = 1, Error = 2, Final = 3, End = 255;
    const int MaxWords = 16 << 10;

    readonly WebSocket socket;
    readonly ChannelMessages messages;
    readonly Pipe output = new(new PipeOptions(pauseWriterThreshold: 1 << 20, resumeWriterThreshold: 512 << 10, minimumSegmentSize: ChannelMessages.Chunk, useSynchronizationContext: false));
    readonly MemoryStream errors = new(), final = new();
    readonly CancellationTokenSource closing = new();
    readonly Task<int> reading;

    ChannelSocket(WebSocket socket)
    {
        (this.socket, messages) = (socket, new(socket, "The connection to the container is lost"));
        reading = ReadAsync();
    }

    /// <summary>What the program writes. It is read no faster than this is.</summary>
    public PipeReader Out => output.Reader;

    /// <summary>What the program said on standard error, at most 16 KiB of it; complete once <see cref="ExitAsync"/> has an answer.</summary>
    public string Errors
    {
        get { lock (errors) return Encoding.UTF8.GetString(errors.GetBuffer(), 0, (int)errors.Length); }
    }

    /// <summary>Whether the other side still listens.</summary>
    public bool IsOpen => socket.State == WebSocketState.Open;

    /// <summary>Whether the program can be told that its input ends.</summary>
    public bool CanEndInput => socket.SubProtocol == "v5.channel.k8s.io";

    /// <summary>Runs a program in a container. The command is an argument list; no shell reads it.</summary>
    public static async Task<ChannelSocket> ExecAsync(KubeClient client, string space, string pod, string container, IEnumerable<string> command, CancellationToken cancellation)
    {
        // input is always asked for: some runtimes end a program without one at its first pause
        var path = new StringBuilder(Kinds.Pods.Path(space, pod, "exec")).Append("?stdin=true&stdout=true&stderr=true&tty=false&container=").Append(Uri.EscapeDataString(container));
        foreach (var argument in command) path.Append("&command=").Append(Uri.EscapeDataString(argument));
        return new(await client.ConnectAsync(path.ToString(), cancellation));
    }

    /// <summary>Reaches the input of a container's own program.</summary>
    public static async Task<ChannelSocket> AttachAsync(KubeClient client, string space, string pod, string container, CancellationToken cancellation) =>
        new(await client.ConnectAsync($"{Kinds.Pods.Path(space, pod, "attach")}?stdin=true&stdout=false&stderr=false&tty=false&container={Uri.EscapeDataString(container)}", cancellation));

    /// <summary>Writes to the program's input.</summary>
    /// <exception cref="IOException">The connection is lost.</exception>
    public Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation) => messages.WriteAsync(Input, bytes, cancellation);

    /// <summary>Tells the program that its input ends; only where <see cref="CanEndInput"/>.</summary>
    /// <exception cref="IOException">The connection is lost.</exception>
    public async Task EndInputAsync(CancellationToken cancellation)
    {
        if (!CanEndInput) throw new InvalidOperationException("This API server cannot end a program's input by itself.");
        await messages.WriteAsync(End, new[] { Input }, cancellation);
    }

    /// <summary>The program's exit code. <see cref="Out"/> must be read to its end, or the program may never come to its own.</summary>
    /// <exception cref="IOException">The connection was lost before the code came: whether the program did its work is not known.</exception>
    /// <exception cref="KubeException">The program could not be run.</exception>
    public Task<int> ExitAsync(CancellationToken cancellation) => reading.WaitAsync(cancellation);

    async Task<int> ReadAsync()
    {
        await Task.Yield();
        var lost = await messages.ReadAsync(TakeAsync, closing.Token);
        // a Status says all there is to say, however the connection ended after it
        var outcome = final.Length > 0 ? null : new IOException("The connection to the container was lost before its program told how it ended.", lost);
        await output.Writer.CompleteAsync(outcome);
        return outcome is null ? ExitCode(final.GetBuffer().AsSpan(0, (int)final.Length)) : throw outcome;
    }

    async ValueTask TakeAsync(int channel, Memory<byte> bytes)
    {
        switch (channel)
        {
            case Output when !bytes.IsEmpty:
                await output.Writer.WriteAsync(bytes, closing.Token);
                break;
            case Error:
                lock (errors) errors.Write(bytes.Span[..Math.Min(bytes.Length, MaxWords - (int)errors.Length)]);
                break;
            case Final when final.Length < MaxWords:
                final.Write(bytes.Span);
                break;
        }
    }

    static int ExitCode(ReadOnlySpan<byte> json)
    {
        var status = JsonSerializer.Deserialize(json, Kinds.Status) ?? new Status();
        if (status.Outcome == "Success") return 0;
        var cause = status.Details?.Causes?.FirstOrDefault(cause => cause.Reason == "ExitCode")?.Message;
        return int.TryParse(cause, CultureInfo.InvariantCulture, out var code) ? code : throw KubeException.From(status, System.Net.HttpStatusCode.InternalServerError);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        messages.Abort();
        await reading.ContinueWith(static task => task.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        messages.Dispose();
        await output.Reader.CompleteAsync();
        closing.Dispose();
    }
}
