using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Panel.Core.Replicas;

/// <summary>
/// A connection to a Redis server: commands out, replies in (RESP2). It knows what publishing and subscribing need and no more; a reply of
/// an unlikely size is an error, so that no server can fill the panel's memory.
/// </summary>
/// <remarks>https://redis.io/docs/latest/develop/reference/protocol-spec/</remarks>
sealed class RedisConnection : IAsyncDisposable
{
    const int MaxText = 64 << 10, MaxItems = 64;

    readonly TcpClient client;
    readonly Stream stream;
    readonly byte[] buffer = new byte[8 << 10];
    int start, end;

    RedisConnection(TcpClient client, Stream stream) => (this.client, this.stream) = (client, stream);

    /// <summary>Connects and says who we are.</summary>
    /// <exception cref="IOException">The server cannot be reached or refuses.</exception>
    public static async Task<RedisConnection> OpenAsync(RedisAddress address, CancellationToken cancellation)
    {
        var client = new TcpClient { NoDelay = true };
        try
        {
            await client.ConnectAsync(address.Host, address.Port, cancellation);
            Stream stream = client.GetStream();
            if (address.Tls)
            {
                var secured = new SslStream(stream);
                stream = secured;
                await secured.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = address.Host }, cancellation);
            }
            var connection = new RedisConnection(client, stream);
            if (address.Password is { } password) await connection.AskAsync(cancellation, address.User is { } user ? ["AUTH", user, password] : ["AUTH", password]);
            return connection;
        }
        catch (Exception failure)
        {
            client.Dispose();
            if (failure is SocketException or System.Security.Authentication.AuthenticationException) throw new IOException($"Redis at {address}: {failure.Message}", failure);
            throw;
        }
    }

    /// <summary>Sends a command and reads its reply.</summary>
    public async Task<object?> AskAsync(CancellationToken cancellation, params string[] command)
    {
        await SendAsync(cancellation, command);
        return await ReadAsync(cancellation);
    }

    /// <summary>Sends a command. Not to be called twice at once.</summary>
    public async Task SendAsync(CancellationToken cancellation, params string[] command)
    {
        using var message = new MemoryStream();
        Write($"*{command.Length}\r\n");
        foreach (var word in command)
        {
            Write($"${Encoding.UTF8.GetByteCount(word)}\r\n");
            Write(word);
            Write("\r\n");
        }
        await stream.WriteAsync(message.GetBuffer().AsMemory(0, (int)message.Length), cancellation);

        void Write(string text) => message.Write(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Reads a reply: a text, a number (as <see cref="long"/>), a list, or null.</summary>
    /// <exception cref="IOException">The server refused the command, with its words, or the connection is broken.</exception>
    public async Task<object?> ReadAsync(CancellationToken cancellation)
    {
        var line = await LineAsync(cancellation);
        if (line.Length == 0) throw Broken("an empty reply");
        var rest = line[1..];
        switch (line[0])
        {
            case '+':
                return rest;
            case '-':
                throw new IOException($"Redis refused: {rest}");
            case ':':
                return Number(rest);
            case '$':
                return Number(rest) is >= 0 and var length ? await TextAsync((int)Math.Min(length, int.MaxValue), cancellation) : null;
            case '*':
                var count = Number(rest);
                if (count < 0) return null;
                if (count > MaxItems) throw Broken($"a list of {count}");
                var items = new object?[count];
                for (var i = 0; i < items.Length; i++) items[i] = await ReadAsync(cancellation);
                return items;
            default:
                throw Broken($"a reply that begins with {(int)line[0]}");
        }
    }

    async Task<string> TextAsync(int length, CancellationToken cancellation)
    {
        if (length > MaxText) throw Broken($"a text of {length} bytes");
        var text = new byte[length + 2];
        for (var i = 0; i < text.Length; i++) text[i] = await ByteAsync(cancellation);
        return Encoding.UTF8.GetString(text, 0, length);
    }

    async Task<string> LineAsync(CancellationToken cancellation)
    {
        var line = new List<byte>();
        while (true)
        {
            var next = await ByteAsync(cancellation);
            if (next == '\n') break;
            if (line.Count == MaxText) throw Broken("a line without an end");
            line.Add(next);
        }
        if (line is [.., (byte)'\r']) line.RemoveAt(line.Count - 1);
        return Encoding.UTF8.GetString([.. line]);
    }

    async ValueTask<byte> ByteAsync(CancellationToken cancellation)
    {
        if (start == end)
        {
            (start, end) = (0, await stream.ReadAsync(buffer, cancellation));
            if (end == 0) throw new IOException("Redis ended the connection.");
        }
        return buffer[start++];
    }

    static long Number(string text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : throw Broken($"a number '{text}'");

    static IOException Broken(string what) => new($"Redis sent {what}, which is none of its protocol.");

    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        client.Dispose();
    }
}
