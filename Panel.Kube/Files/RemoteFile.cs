using System.Globalization;
using Panel.Contracts.Files;
using Panel.Core.Errors;

namespace Panel.Kube.Files;

/// <summary>
/// Reads a file of a server from any place. What is read on and on comes from one program; a jump starts another, but into the file's last
/// part, where archives have their directory: that is kept.
/// </summary>
sealed class RemoteFile : Stream
{
    const int Tail = 1 << 20, Skip = 1 << 20, BlockBytes = 128 << 10;

    readonly Func<CancellationToken, Task<FilesProgram>> start;
    readonly string subject;
    readonly IDisposable held;
    readonly FileFacts facts;
    readonly long length;

    byte[]? tail;
    Block before, last;     // who reads archives goes back a step now and then: to a header that was looked at before
    FilesProgram? program;
    long position, at;

    RemoteFile(Func<CancellationToken, Task<FilesProgram>> start, string subject, IDisposable held, FileFacts facts) => (this.start, this.subject, this.held, this.facts, length) = (start, subject, held, facts, facts.Bytes);

    /// <summary>Opens it.</summary>
    /// <param name="start">Starts <c>fetch</c> for the file.</param>
    /// <param name="subject">The file, for messages.</param>
    /// <param name="held">Is disposed of with it.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<Stream> OpenAsync(Func<CancellationToken, Task<FilesProgram>> start, string subject, IDisposable held, CancellationToken cancellation)
    {
        await using var program = await start(cancellation);
        var facts = await FactsAsync(program, subject, cancellation);
        await program.TellAsync("0 0", cancellation);
        return new RemoteFile(start, subject, held, facts);
    }

    static async Task<FileFacts> FactsAsync(FilesProgram program, string subject, CancellationToken cancellation)
    {
        if (FolderListing.Facts(await program.LineAsync(cancellation)) is { } facts) return facts;
        await program.EndAsync(subject, cancellation);
        throw new ConflictException($"{subject} cannot be read.");
    }

    async Task<FilesProgram> StartAsync(long offset, CancellationToken cancellation)
    {
        var opened = await start(cancellation);
        try
        {
            if (await FactsAsync(opened, subject, cancellation) != facts) throw new ConflictException($"{subject} changed while it was read.");
            await opened.TellAsync(string.Create(CultureInfo.InvariantCulture, $"{offset} {length - offset}"), cancellation);
            return opened;
        }
        catch
        {
            await opened.DisposeAsync();
            throw;
        }
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position { get => position; set => position = value; }

    long TailStart => Math.Max(0, length - Tail);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (position >= length || buffer.IsEmpty) return 0;
        if (last.Has(position)) return Take(last, buffer);
        if (before.Has(position)) return Take(before, buffer);
        // the end is looked at first by who wants to know what there is; who reads on and on has no use for a copy
        if (position >= TailStart && (tail is not null || program is null || at != position)) return await ReadTailAsync(buffer, cancellationToken);
        await GoAsync(cancellationToken);
        var into = before.Bytes ?? new byte[BlockBytes];
        var read = await program!.Output.ReadAsync(into.AsMemory(0, (int)Math.Min(into.Length, length - position)), cancellationToken);
        if (read == 0) await EndAsync(cancellationToken);
        (before, last) = (last, new(into, position, read));
        at += read;
        return Take(last, buffer);
    }

    int Take(Block block, Memory<byte> buffer)
    {
        var count = (int)Math.Min(buffer.Length, block.Start + block.Count - position);
        block.Bytes!.AsMemory((int)(position - block.Start), count).CopyTo(buffer);
        position += count;
        return count;
    }

    async Task<int> ReadTailAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        if (tail is null)
        {
            await using var end = await StartAsync(TailStart, cancellation);
            var all = new byte[length - TailStart];
            if (await end.Output.ReadAtLeastAsync(all, all.Length, throwOnEndOfStream: false, cancellation) < all.Length) throw Shorter();
            tail = all;
        }
        var count = (int)Math.Min(buffer.Length, length - position);
        tail.AsMemory((int)(position - TailStart), count).CopyTo(buffer);
        position += count;
        return count;
    }

    async Task GoAsync(CancellationToken cancellation)
    {
        if (program is not null && (at > position || position - at > Skip)) await CloseAsync();
        program ??= await StartAsync(at = position, cancellation);
        var skipped = new byte[Math.Min(16 << 10, position - at)];
        while (at < position)
        {
            var read = await program.Output.ReadAsync(skipped.AsMemory(0, (int)Math.Min(skipped.Length, position - at)), cancellation);
            if (read == 0) await EndAsync(cancellation);
            at += read;
        }
    }

    // it ended before it had to: its code says why, or the file became shorter
    async Task EndAsync(CancellationToken cancellation)
    {
        await program!.EndAsync(subject, cancellation);
        throw Shorter();
    }

    ConflictException Shorter() => new($"{subject} became shorter while it was read.");

    async ValueTask CloseAsync()
    {
        if (program is not null) await program.DisposeAsync();
        program = null;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override long Seek(long offset, SeekOrigin origin) => position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => position + offset,
        _ => length + offset,
    };

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Flush() { }

    public override async ValueTask DisposeAsync()
    {
        await CloseAsync();
        held.Dispose();
        await base.DisposeAsync();
    }

    readonly record struct Block(byte[]? Bytes, long Start, int Count)
    {
        public bool Has(long position) => position >= Start && position < Start + Count;
    }
}
