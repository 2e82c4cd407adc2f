using System.Buffers.Binary;
using System.Text;
using System.Threading.Channels;
using Panel.Core.Errors;

namespace Panel.Core.Console.Input;

/// <summary>
/// One connection of the RCON protocol, which many games speak. A command's answer comes in as many packets as it needs, and none of
/// them says that it is the last: another packet that every server answers is sent behind it, whose answer is the end.
/// </summary>
/// <remarks>
/// A packet is its length, an id, a type (3 the password, 2 a command or the password's answer, 0 an answer), its text and two zeros; numbers are 32 bits, low byte first.
/// https://developer.valvesoftware.com/wiki/Source_RCON_Protocol
/// </remarks>
internal sealed class RconConnection : IAsyncDisposable
{
    /// <summary>What a command holds at most, in bytes of UTF-8: some games read no longer packet.</summary>
    public const int MaxCommand = 1446;

    const int Answer = 0, Command = 2, Password = 3, SignedIn = 2, Refused = -1;
    const int Head = 8, Tail = 2, MaxPacket = 64 * 1024, MaxAnswer = 256 * 1024, MaxWaiting = 64;

    static readonly TimeSpan SignInWithin = TimeSpan.FromSeconds(5), FirstWithin = TimeSpan.FromSeconds(10), MarkWithin = TimeSpan.FromSeconds(2), Quiet = TimeSpan.FromMilliseconds(300);

    readonly Stream stream;
    readonly TimeProvider clock;
    readonly CancellationTokenSource closing = new();
    readonly Channel<Packet> packets = Channel.CreateBounded<Packet>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true, SingleWriter = true });
    readonly Task reading;
    int lastId;
    bool marks = true;

    RconConnection(Stream stream, TimeProvider clock)
    {
        (this.stream, this.clock) = (stream, clock);
        reading = Task.Run(ReadAsync);
    }

    /// <summary>Whether the other side has not hung up.</summary>
    public bool IsOpen => !reading.IsCompleted;

    /// <summary>Signs in over a connection, which is closed with this one or when that fails.</summary>
    /// <exception cref="ConflictException">The password is wrong, or whoever answers does not speak the protocol.</exception>
    /// <exception cref="IOException">The connection is lost.</exception>
    public static async Task<RconConnection> OpenAsync(Stream stream, string password, TimeProvider clock, CancellationToken cancellation)
    {
        var connection = new RconConnection(stream, clock);
        try
        {
            await connection.SignInAsync(password, cancellation);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    async Task SignInAsync(string password, CancellationToken cancellation)
    {
        var id = ++lastId;
        await SendAsync(id, Password, password, cancellation);
        // some games send an empty answer before the one that counts
        while (await NextAsync(SignInWithin, cancellation) is { } packet)
        {
            if (packet.Type != SignedIn) continue;
            if (packet.Id == id) return;
            if (packet.Id == Refused) throw new ConflictException("The game's remote console refused the password. If it was changed, restart the server.");
        }
        throw new ConflictException("The game's remote console does not answer.");
    }

    /// <summary>Sends a command; one at a time.</summary>
    /// <returns>The answer; null where none came in time.</returns>
    /// <exception cref="IOException">The connection was lost before an answer came: whether the command was carried out is not known.</exception>
    public async Task<string?> AskAsync(string command, CancellationToken cancellation)
    {
        while (packets.Reader.TryRead(out _)) continue; // what came late of the one before
        var (id, mark) = (++lastId, 0);
        await SendAsync(id, Command, command, cancellation);
        var answer = new MemoryStream();
        var wait = FirstWithin;
        try
        {
            while (await NextAsync(wait, cancellation) is { } packet)
            {
                if (packet.Id == mark && mark > 0) return Text(answer);
                if (packet.Id != id) continue;
                var first = mark == 0 && wait == FirstWithin;
                answer.Write(packet.Body, 0, (int)Math.Min(packet.Body.Length, MaxAnswer - answer.Length));
                wait = marks ? MarkWithin : Quiet;
                if (!first || !marks) continue;
                // not sooner: some games hang up where one read holds two packets
                mark = ++lastId;
                await SendAsync(mark, Answer, "", cancellation);
            }
        }
        catch (IOException) when (wait != FirstWithin)
        {
            return Text(answer); // it hung up over the mark, or as the command told it to; the answer is there
        }
        if (wait == FirstWithin) return null;
        marks = false; // it does not answer what it does not know: from now on silence is the end
        return Text(answer);
    }

    async Task SendAsync(int id, int type, string text, CancellationToken cancellation)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        var packet = new byte[4 + Head + length + Tail];
        BinaryPrimitives.WriteInt32LittleEndian(packet, Head + length + Tail);
        BinaryPrimitives.WriteInt32LittleEndian(packet.AsSpan(4), id);
        BinaryPrimitives.WriteInt32LittleEndian(packet.AsSpan(8), type);
        Encoding.UTF8.GetBytes(text, packet.AsSpan(4 + Head));
        await stream.WriteAsync(packet, cancellation);
        await stream.FlushAsync(cancellation);
    }

    /// <summary>The next packet; null when none comes in time.</summary>
    async Task<Packet?> NextAsync(TimeSpan within, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(within, clock);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        try
        {
            return await packets.Reader.ReadAsync(waiting.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return null;
        }
        catch (ChannelClosedException closed)
        {
            throw closed.InnerException as PanelException ?? (Exception)new IOException("The game's remote console closed the connection.", closed.InnerException);
        }
    }

    async Task ReadAsync()
    {
        Exception? cause = null;
        try
        {
            var head = new byte[4 + Head];
            while (true)
            {
                await stream.ReadExactlyAsync(head, closing.Token);
                var length = BinaryPrimitives.ReadInt32LittleEndian(head);
                if (length is < Head + Tail or > MaxPacket) throw new ConflictException("What answers at the game's remote console does not speak RCON.");
                var body = new byte[length - Head];
                await stream.ReadExactlyAsync(body, closing.Token);
                await packets.Writer.WriteAsync(new(BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(4)), BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(8)), body[..^Tail]), closing.Token);
            }
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException or ObjectDisposedException or ConflictException)
        {
            cause = failure;
        }
        packets.Writer.TryComplete(cause);
    }

    static string Text(MemoryStream bytes) => Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await stream.DisposeAsync();
        await reading;
        closing.Dispose();
    }

    sealed record Packet(int Id, int Type, byte[] Body);
}
