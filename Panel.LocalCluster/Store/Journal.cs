using System.Buffers;
using Microsoft.Extensions.Logging;

namespace Panel.LocalCluster.Store;

/// <summary>
/// The file that outlives the process. A record that <see cref="Append"/> returned from is on disk. What a crash left half written is no record: it was never
/// acknowledged, and is cut off (and kept beside, for whoever wants to look) when the file is opened.
/// </summary>
sealed class Journal : IDisposable
{
    readonly string path;
    readonly ILogger logger;
    FileStream file;
    long length;
    bool damaged;

    Journal(string path, FileStream file, long length, ILogger logger) => (this.path, this.file, this.length, this.logger) = (path, file, length, logger);

    /// <summary>Bytes on disk.</summary>
    public long Length => length;

    /// <summary>Opens the journal of a directory, or begins one, and reads its records.</summary>
    /// <exception cref="InvalidDataException">The journal was written by something else.</exception>
    public static (Journal Journal, IReadOnlyList<JournalRecord> Records) Open(string directory, ILogger logger)
    {
        Directory.CreateDirectory(directory);
        var path = Path.Combine(directory, "journal");
        File.Delete(path + ".new");
        var file = OpenFile(path, FileMode.OpenOrCreate);
        try
        {
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            var records = new List<JournalRecord>();
            var good = 0;
            while (JournalRecord.Read(bytes.AsSpan(good)) is { } read)
            {
                records.Add(read.Record);
                good += read.Bytes;
            }
            if (good < bytes.Length)
            {
                logger.LogWarning("The journal ends in {Bytes} bytes that are no whole record: a write that was never acknowledged. They are moved to journal.torn.", bytes.Length - good);
                File.WriteAllBytes(path + ".torn", bytes[good..]);
                file.SetLength(good);
                file.Flush(flushToDisk: true);
            }
            file.Seek(good, SeekOrigin.Begin);
            DiskSync.Directory(directory);
            return (new(path, file, good, logger), records);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Writes records and returns when they are on disk; when it throws, none of them counts.</summary>
    /// <exception cref="IOException">The disk is full or failing.</exception>
    public void Append(IEnumerable<JournalRecord> records)
    {
        if (damaged) Repair();
        var buffer = new ArrayBufferWriter<byte>();
        foreach (var record in records) record.WriteTo(buffer);
        damaged = true;
        file.Write(buffer.WrittenSpan);
        file.Flush(flushToDisk: true);
        length += buffer.WrittenCount;
        damaged = false;
    }

    /// <summary>Replaces all records by the ones that make the state, in one step: a crash leaves the old file or the new one.</summary>
    public void Compact(StoreState state)
    {
        var replacement = OpenFile(path + ".new", FileMode.Create);
        try
        {
            var buffer = new ArrayBufferWriter<byte>();
            new JournalRecord(state.Version).WriteTo(buffer);
            foreach (var stored in state.All)
            {
                new JournalRecord(stored.Version, stored.Key, stored).WriteTo(buffer);
                if (buffer.WrittenCount < 1 << 20) continue;
                replacement.Write(buffer.WrittenSpan);
                buffer.ResetWrittenCount();
            }
            replacement.Write(buffer.WrittenSpan);
            replacement.Flush(flushToDisk: true);
            File.Move(path + ".new", path, overwrite: true);
        }
        catch
        {
            replacement.Dispose();
            File.Delete(path + ".new");     // on a full disk what it got would keep the journal itself from growing
            throw;
        }
        file.Dispose();
        file = replacement;
        length = replacement.Length;
        damaged = false;
        DiskSync.Directory(Path.GetDirectoryName(path)!);
        logger.LogDebug("The journal was rewritten: {Bytes} bytes.", length);
    }

    public void Dispose() => file.Dispose();

    // what a failed append left would stand before the next record
    void Repair()
    {
        file.SetLength(length);
        file.Seek(length, SeekOrigin.Begin);
        file.Flush(flushToDisk: true);
        damaged = false;
    }

    // unbuffered: what failed to be written must not come back from a buffer with a later write
    static FileStream OpenFile(string path, FileMode mode) => new(path, new FileStreamOptions
    {
        Mode = mode,
        Access = FileAccess.ReadWrite,
        Share = FileShare.Read,
        BufferSize = 0,
    });
}
