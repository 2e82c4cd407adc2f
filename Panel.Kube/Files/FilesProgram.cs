using System.Buffers;
using System.Globalization;
using System.Text;
using Panel.Core.Errors;
using Panel.Core.Files;
using Panel.Kube.Client;

namespace Panel.Kube.Files;

/// <summary>One run of <c>files.sh</c> in a server's pod of files.</summary>
sealed class FilesProgram(ChannelSocket socket) : IAsyncDisposable
{
    const int Chunk = 128 << 10, Most = 64 << 20, MaxLine = 200, MostNames = 10_000;

    /// <summary>What the program writes.</summary>
    public Stream Output { get; } = socket.Out.AsStream(leaveOpen: true);

    /// <summary>The next line that it writes, without its end; empty at the end of all.</summary>
    public async Task<string> LineAsync(CancellationToken cancellation)
    {
        var line = new StringBuilder();
        var letter = new byte[1];
        while (line.Length < MaxLine && await Output.ReadAsync(letter, cancellation) == 1 && letter[0] != '\n') line.Append((char)letter[0]);
        return line.ToString();
    }

    /// <summary>Writes a line to the program.</summary>
    /// <exception cref="EndedException">The program takes no more.</exception>
    public Task TellAsync(string line, CancellationToken cancellation) => WriteAsync(FileNames.Bytes(line + "\n"), cancellation);

    /// <summary>All that it writes; of more than 64 MiB the beginning.</summary>
    public async Task<byte[]> AllAsync(CancellationToken cancellation)
    {
        using var whole = new MemoryStream();
        var buffer = new byte[64 << 10];
        while (await Output.ReadAsync(buffer, cancellation) is > 0 and var read && whole.Length < Most) whole.Write(buffer, 0, read);
        return whole.ToArray();
    }

    /// <summary>All that it writes, as text; names in it as <see cref="FileNames"/> has them.</summary>
    public async Task<string> TextAsync(CancellationToken cancellation) => FileNames.Text(await AllAsync(cancellation));

    /// <summary>An argument in which bytes may be no UTF-8, in the notation of <c>printf %b</c>: an argument itself has to be text.</summary>
    public static string Escape(string argument)
    {
        if (!FileNames.IsOdd(argument)) return argument.Replace("\\", "\\\\", StringComparison.Ordinal);
        return string.Concat(FileNames.Bytes(argument).Select(octet => octet is >= 0x80 or (byte)'\\' ? $"\\0{Convert.ToString(octet, 8).PadLeft(3, '0')}" : $"{(char)octet}"));
    }

    /// <summary>A text of any bytes on one line of plain letters, in the notation of <c>printf %b</c>.</summary>
    public static string Line(string text) =>
        string.Concat(FileNames.Bytes(text).Select(octet => octet is >= 0x7F or < 0x20 or (byte)'\\' ? $"\\0{Convert.ToString(octet, 8).PadLeft(3, '0')}" : $"{(char)octet}"));

    /// <summary>Feeds the program exactly so many bytes.</summary>
    /// <exception cref="InvalidFieldException">The stream ends early.</exception>
    public async Task FeedAsync(Stream content, long bytes, Action<ReadOnlySpan<byte>> seen, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Chunk);
        try
        {
            while (bytes > 0)
            {
                var read = await content.ReadAsync(buffer.AsMemory(0, (int)Math.Min(bytes, buffer.Length)), cancellation);
                if (read == 0) throw new InvalidFieldException("content", $"The upload ended {bytes.ToString("N0", CultureInfo.InvariantCulture)} bytes early.");
                seen(buffer.AsSpan(0, read));
                await socket.WriteAsync(buffer.AsMemory(0, read), cancellation);
                bytes -= read;
            }
            if (socket.CanEndInput) await socket.EndInputAsync(cancellation);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Feeds the program a frame: the number of bytes on a line, and the bytes. Of a stream that ends early it gets what there was, and no more after that.</summary>
    /// <exception cref="EndedException">The program takes no more.</exception>
    /// <exception cref="InvalidFieldException">The stream ends early.</exception>
    public async Task FrameAsync(Stream content, long bytes, CancellationToken cancellation)
    {
        await TellAsync(bytes.ToString(CultureInfo.InvariantCulture), cancellation);
        var buffer = ArrayPool<byte>.Shared.Rent(Chunk);
        try
        {
            for (var left = bytes; left > 0;)
            {
                var read = await content.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), cancellation);
                if (read == 0) throw new InvalidFieldException("content", $"The upload ended {left.ToString("N0", CultureInfo.InvariantCulture)} bytes early.");
                await WriteAsync(buffer.AsMemory(0, read), cancellation);
                left -= read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Tells the program that no more frames follow.</summary>
    /// <exception cref="EndedException">The program takes no more.</exception>
    public Task EndFramesAsync(CancellationToken cancellation) => TellAsync("0", cancellation);

    /// <summary>Feeds the program.</summary>
    /// <exception cref="EndedException">The program takes no more.</exception>
    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        try
        {
            await socket.WriteAsync(bytes, cancellation);
        }
        catch (IOException lost)
        {
            // told apart from a sender that is gone
            throw new EndedException(lost);
        }
    }

    /// <summary>Reads names, a NUL behind each, up to an empty one. Of very many the first.</summary>
    /// <exception cref="EndedException">The program ended before.</exception>
    public async Task<IReadOnlyList<string>> NamesAsync(CancellationToken cancellation)
    {
        var names = new List<string>();
        var name = new ArrayBufferWriter<byte>();
        var part = new byte[4096];
        while (true)
        {
            var read = await Output.ReadAsync(part, cancellation);
            if (read == 0) throw new EndedException(new IOException("The program ended early."));
            foreach (var letter in part.AsSpan(0, read))
            {
                if (letter != 0)
                {
                    name.Write([letter]);
                    continue;
                }
                if (name.WrittenCount == 0) return names;
                if (names.Count < MostNames) names.Add(FileNames.Text(name.WrittenSpan));
                name.ResetWrittenCount();
            }
        }
    }

    /// <summary>Talks with the program; when it ends in the middle, its exit code says why.</summary>
    public async Task TalkAsync(string subject, Func<Task> talk, CancellationToken cancellation)
    {
        try
        {
            await talk();
        }
        catch (EndedException)
        {
            await EndAsync(subject, cancellation);
            throw;
        }
    }

    /// <summary>Waits for the end and refuses what the program refused.</summary>
    /// <param name="subject">What the program was about, for the message.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    public async Task EndAsync(string subject, CancellationToken cancellation)
    {
        // what nobody reads would keep the program from ending
        await Output.CopyToAsync(Stream.Null, cancellation);
        var code = await socket.ExitAsync(cancellation);
        if (code != 0) throw Refusal(code, subject, socket.Errors);
    }

    // the codes of files.sh
    static PanelException Refusal(int code, string subject, string said) => code switch
    {
        10 => new NotFoundException(subject),
        11 => new ConflictException($"{subject} exists already."),
        12 => new ConflictException($"{subject} is a folder."),
        13 => new ConflictException($"A part of the path of {subject} is no folder."),
        14 => new ConflictException($"{subject} is, or lies behind, a symbolic link; links are not followed."),
        15 => new InvalidFieldException("path", $"{subject} has {Size(said)}, too much to open here; download it instead."),
        16 => new ConflictException("The disk is full. Delete something, or choose a larger plan."),
        17 => new ConflictException($"{subject} changed since it was read."),
        18 => new ConflictException($"{subject} cannot be accessed: permission denied."),
        20 => new ConflictException($"{subject} did not arrive whole and was left as it was."),
        23 => new InvalidFieldException("Text", "This is no regular expression."),
        24 => new ConflictException("The search took longer than a minute; what was found so far is not all."),
        21 => new ConflictException("A folder cannot be moved into itself."),
        22 => new ConflictException($"{subject} has not the hash that was announced; nothing of it was kept."),
        _ => new ConflictException($"{subject}: {(string.IsNullOrWhiteSpace(said) ? $"the operation failed with code {code}" : said.Trim())}"),
    };

    static string Size(string bytes) => long.TryParse(bytes, CultureInfo.InvariantCulture, out var number) ? $"{number.ToString("N0", CultureInfo.InvariantCulture)} bytes" : "too many bytes";

    /// <summary>The program, or the way to it, is at its end.</summary>
    public sealed class EndedException(IOException cause) : IOException(cause.Message, cause);

    public async ValueTask DisposeAsync()
    {
        await Output.DisposeAsync();
        await socket.DisposeAsync();
    }
}
