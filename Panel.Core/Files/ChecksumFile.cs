using System.Security.Cryptography;
using Panel.Contracts.Access;
using Panel.Contracts.Files;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;

namespace Panel.Core.Files;

/// <summary>Adds up a file's bytes.</summary>
public sealed class ChecksumFile(AccessGuard guard, ServerVolumes volumes)
{
    /// <summary>Reads a file of any size once and gives what its bytes add up to.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="id">The server.</param>
    /// <param name="path">The file.</param>
    /// <param name="progress">Is told how many bytes are read, and how many there are.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="NotFoundException">There is no such server or file.</exception>
    public async Task<FileChecksums> RunAsync(Actor actor, ServerId id, string path, Action<long, long>? progress, CancellationToken cancellation)
    {
        await using var sums = new Sums(progress);
        await guard.RunAsync(actor, id, ServerPermissions.ReadFiles, (server, token) =>
        {
            server.RequireNotDeleting();
            return volumes.For(actor, server).DownloadAsync(ServerPath.Parse(path).RequireNamed(nameof(path)), total => sums.Total = total, sums, token);
        }, cancellation);
        return sums.End();
    }

    sealed class Sums(Action<long, long>? progress) : Stream
    {
        readonly IncrementalHash sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256), sha1 = IncrementalHash.CreateHash(HashAlgorithmName.SHA1), md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        long done;

        public long Total { get; set; }

        public FileChecksums End() => new(done, Text(sha256), Text(sha1), Text(md5));

        static string Text(IncrementalHash hash) => Convert.ToHexStringLower(hash.GetHashAndReset());

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            sha256.AppendData(buffer);
            sha1.AppendData(buffer);
            md5.AppendData(buffer);
            done += buffer.Length;
            progress?.Invoke(done, Total);
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Write(buffer.Span);
            return ValueTask.CompletedTask;
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => done; set => throw new NotSupportedException(); }

        public override void Flush() { }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            sha256.Dispose();
            sha1.Dispose();
            md5.Dispose();
            base.Dispose(disposing);
        }
    }
}
