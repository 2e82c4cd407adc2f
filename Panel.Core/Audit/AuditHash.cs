using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Panel.Core.Audit;

/// <summary>How the seals of the audit are computed. A change of it breaks the chain of every panel there is.</summary>
static class AuditHash
{
    /// <summary>What one record takes in <see cref="AuditSeal.Digests"/>: its id and its hash.</summary>
    public const int DigestBytes = 8 + SHA256.HashSizeInBytes;

    /// <summary>The digests of records, in their order.</summary>
    public static byte[] Digests(IReadOnlyCollection<AuditRecord> records)
    {
        var all = new byte[records.Count * DigestBytes];
        var at = 0;
        foreach (var record in records)
        {
            BinaryPrimitives.WriteInt64BigEndian(all.AsSpan(at), record.Id);
            Of(record).CopyTo(all, at + 8);
            at += DigestBytes;
        }
        return all;
    }

    /// <summary>The ids and hashes that a seal holds, in their order.</summary>
    public static IEnumerable<(long Id, ReadOnlyMemory<byte> Hash)> Read(byte[] digests) => digests.Chunk(DigestBytes)
        .Select(one => (BinaryPrimitives.ReadInt64BigEndian(one), (ReadOnlyMemory<byte>)one.AsMemory(8)));

    /// <summary>The hash of a seal, in hexadecimal digits.</summary>
    /// <param name="before">The hash of the seal before; empty for the first.</param>
    /// <param name="through">The last record it covers.</param>
    /// <param name="at">When it was made.</param>
    /// <param name="digests">Its digests.</param>
    public static string Seal(string before, long through, DateTimeOffset at, byte[] digests)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, before);
        Add(hash, Number(through));
        Add(hash, Number(Moment(at)));
        hash.AppendData(digests);
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>The hash of one record.</summary>
    public static byte[] Of(AuditRecord record)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        string?[] fields =
        [
            Number(record.Id), Number(Moment(record.At)), record.ActorId, record.ActorName, record.Address, record.Action,
            record.Server?.Value.ToString("N"), record.Subject, record.Detail, record.Changes, record.Impersonator,
        ];
        foreach (var field in fields) Add(hash, field);
        return hash.GetHashAndReset();
    }

    // each field says how long it is, or the end of one could be the beginning of the next; nothing is not an empty text
    static void Add(IncrementalHash hash, string? field)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, field is null ? -1 : Encoding.UTF8.GetByteCount(field));
        hash.AppendData(length);
        if (field is not null) hash.AppendData(Encoding.UTF8.GetBytes(field));
    }

    // PostgreSQL keeps microseconds
    static long Moment(DateTimeOffset at) => at.UtcTicks / TimeSpan.TicksPerMicrosecond;

    static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
