using System.Formats.Tar;
using Panel.Core.Errors;
using Panel.Core.Files;

namespace Panel.Kube.Files;

/// <summary>
/// Feeds an archive's entries to <c>files.sh unpack</c>: each folder is entered there by itself, link by link refused, and what lies in it
/// comes as a tar of plain names. So no entry can be written through a link that another entry, or the game, put there.
/// </summary>
sealed class Unpacking(FilesProgram program) : IUnpacking, IAsyncDisposable
{
    FrameStream? frames;
    TarWriter? tar;
    EntryPath inside;

    public async Task FolderAsync(EntryPath path, CancellationToken cancellation)
    {
        if (path.Parts.Count == 0) return;
        await CloseAsync(cancellation);
        await program.TellAsync($"/{path}", cancellation);
    }

    public Task FileAsync(EntryPath path, Stream content, long bytes, UnixFileMode mode, DateTimeOffset modified, CancellationToken cancellation) =>
        WriteAsync(path, new PaxTarEntry(TarEntryType.RegularFile, $"./{path.Name}")
        {
            Mode = mode,
            ModificationTime = modified,
            DataStream = bytes == 0 ? null : new ExactStream(content, bytes),
        }, cancellation);

    public Task LinkAsync(EntryPath path, string target, CancellationToken cancellation) =>
        WriteAsync(path, new PaxTarEntry(TarEntryType.SymbolicLink, $"./{path.Name}") { LinkName = target }, cancellation);

    /// <summary>Tells that these are all.</summary>
    public async Task EndAsync(CancellationToken cancellation)
    {
        await CloseAsync(cancellation);
        await program.TellAsync(".", cancellation);
    }

    async Task WriteAsync(EntryPath path, PaxTarEntry entry, CancellationToken cancellation)
    {
        if (path.Parts.Count == 0) throw new ConflictException("The archive has a file without a name.");
        if (tar is null || path.Parent != inside)
        {
            await CloseAsync(cancellation);
            inside = path.Parent;
            await program.TellAsync($"+{inside}", cancellation);
            frames = new(program);
            tar = new(frames, TarEntryFormat.Pax, leaveOpen: true);
        }
        await tar.WriteEntryAsync(entry, cancellation);
    }

    async Task CloseAsync(CancellationToken cancellation)
    {
        if (tar is null) return;
        await tar.DisposeAsync();
        tar = null;
        await frames!.EndAsync(cancellation);
        await frames.DisposeAsync();
        frames = null;
    }

    // what was not ended is left as it is: that it broke off is how the other side knows
    public ValueTask DisposeAsync() => frames?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>Exactly so many bytes of a stream, with their number known, which is what a tar wants to know before it takes them.</summary>
    sealed class ExactStream(Stream inner, long length) : Stream
    {
        long position;

        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position
        {
            get => position;
            set
            {
                if (value != position) throw new NotSupportedException();
            }
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (position == length) return 0;
            var read = await inner.ReadAsync(buffer[..(int)Math.Min(buffer.Length, length - position)], cancellationToken);
            if (read == 0) throw new InvalidDataException("The entry is shorter than it says.");
            position += read;
            return read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
