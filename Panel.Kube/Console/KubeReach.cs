using System.Buffers;
using System.Net;
using System.Text;
using Microsoft.Extensions.Options;
using Panel.Core.Console.Input;
using Panel.Core.Errors;
using Panel.Kube.Client;
using Panel.Kube.Servers;

namespace Panel.Kube.Console;

/// <summary>Reaches ports and programs of servers' pods through the API server.</summary>
sealed class KubeReach(KubeClient client, ServerCaches caches, IOptions<KubeOptions> options) : IServerReach
{
    const int MaxOutput = 64 << 10;

    string Space => options.Value.Namespace;

    /// <inheritdoc/>
    public Task<Stream> ConnectAsync(string objectName, int port, CancellationToken cancellation) =>
        ReachAsync<Stream>(objectName, async pod => await PortStream.ConnectAsync(client, Space, pod, port, cancellation));

    /// <inheritdoc/>
    public Task<ProgramOutput> RunAsync(string objectName, IReadOnlyList<string> command, CancellationToken cancellation) => ReachAsync(objectName, async pod =>
    {
        await using var program = await ChannelSocket.ExecAsync(client, Space, pod, ServerObjects.GameContainer, command, cancellation);
        if (program.CanEndInput) await program.EndInputAsync(cancellation);
        var output = await ReadAsync(program, cancellation);
        var code = await program.ExitAsync(cancellation);
        return new ProgramOutput(code, (output + program.Errors).TrimEnd());
    });

    /// <summary>The beginning of what a program writes; all of it is read, or the program could not end.</summary>
    static async Task<string> ReadAsync(ChannelSocket program, CancellationToken cancellation)
    {
        var kept = new MemoryStream();
        while (true)
        {
            var read = await program.Out.ReadAsync(cancellation);
            foreach (var part in read.Buffer) kept.Write(part.Span[..(int)Math.Min(part.Length, MaxOutput - kept.Length)]);
            program.Out.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted) return Encoding.UTF8.GetString(kept.GetBuffer(), 0, (int)kept.Length);
        }
    }

    Task<T> ReachAsync<T>(string objectName, Func<string, Task<T>> reach) => ClusterCalls.GuardAsync(async () =>
    {
        caches.RequireRunning(objectName);
        try
        {
            return await reach(ServerObjects.Pod(objectName));
        }
        catch (KubeException refusal) when (refusal.Code is HttpStatusCode.NotFound or HttpStatusCode.BadRequest or HttpStatusCode.Conflict or HttpStatusCode.InternalServerError)
        {
            throw new ConflictException("The server's program does not run now, or its container does not have what is needed.");
        }
    });
}
