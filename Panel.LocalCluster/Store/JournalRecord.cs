using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Panel.LocalCluster.Store;

/// <summary>
/// What one record of the journal says. On disk: length (4 bytes, little-endian), CRC-32C of the payload (4 bytes), payload (JSON).
/// A payload is <c>{"base":7}</c> (what follows up to there is a snapshot of version 7), <c>{"v":8,"r":"pods","o":{…}}</c> (written)
/// or <c>{"v":9,"r":"pods","ns":"default","n":"web"}</c> (removed).
/// </summary>
/// <param name="Version">The version the write made; of a base, the version of the snapshot.</param>
/// <param name="Key">What was written; null on a base.</param>
/// <param name="Object">The object; null when it was removed.</param>
sealed record JournalRecord(long Version, ObjectKey? Key = null, StoredObject? Object = null)
{
    public const int HeaderBytes = 8;
    /// <summary>More than any object may have; a longer length is a damaged one.</summary>
    public const int MaxPayloadBytes = 16 << 20;

    /// <summary>Adds this record to what is to be written.</summary>
    public void WriteTo(ArrayBufferWriter<byte> buffer)
    {
        var payload = new ArrayBufferWriter<byte>(Object is null ? 128 : Object.Json.Length + 128);
        using (var json = new Utf8JsonWriter(payload))
        {
            json.WriteStartObject();
            json.WriteNumber(Key is null ? "base" : "v", Version);
            if (Key is not null) json.WriteString("r", Key.Resource.Id);
            if (Object is not null)
            {
                json.WritePropertyName("o");
                json.WriteRawValue(Object.Json, skipInputValidation: true);
            }
            else if (Key is not null)
            {
                if (Key.Namespace is not null) json.WriteString("ns", Key.Namespace);
                json.WriteString("n", Key.Name);
            }
            json.WriteEndObject();
        }
        var header = buffer.GetSpan(HeaderBytes);
        BinaryPrimitives.WriteInt32LittleEndian(header, payload.WrittenCount);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], Checksum(payload.WrittenSpan));
        buffer.Advance(HeaderBytes);
        buffer.Write(payload.WrittenSpan);
    }

    /// <summary>Reads the record at the start of the bytes.</summary>
    /// <returns>The record and its length on disk; null when the bytes do not begin with a whole record.</returns>
    public static (JournalRecord Record, int Bytes)? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderBytes) return null;
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (length is <= 0 or > MaxPayloadBytes || length > bytes.Length - HeaderBytes) return null;
        var payload = bytes.Slice(HeaderBytes, length);
        if (Checksum(payload) != BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..])) return null;
        return (Parse(JsonElement.Parse(payload)), HeaderBytes + length);
    }

    static JournalRecord Parse(JsonElement payload)
    {
        if (payload.TryGetProperty("base", out var version)) return new(version.GetInt64());
        var written = payload.GetProperty("v").GetInt64();
        var id = payload.GetProperty("r").GetString()!;
        var resource = Resources.Find(id) ?? throw new InvalidDataException($"The journal holds objects of the unknown resource '{id}'.");
        if (!payload.TryGetProperty("o", out var document))
            return new(written, new(resource, payload.TryGetProperty("ns", out var space) ? space.GetString() : null, payload.GetProperty("n").GetString()!));
        var metadata = document.GetProperty("metadata");
        var key = new ObjectKey(resource, metadata.TryGetProperty("namespace", out var own) ? own.GetString() : null, metadata.GetProperty("name").GetString()!);
        return new(written, key, StoredObject.Read(key, written, JsonElement.Parse(JsonMarshal.GetRawUtf8Value(document))));
    }

    static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var sum = uint.MaxValue;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(bytes)) sum = BitOperations.Crc32C(sum, word);
        foreach (var rest in bytes[(bytes.Length & ~7)..]) sum = BitOperations.Crc32C(sum, rest);
        return ~sum;
    }
}
