using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Panel.Kube.Wire;

namespace Panel.Kube.Client;

/// <summary>What a line of a watch tells.</summary>
public enum WatchEventType
{
    /// <summary>The object is there, new or as it was.</summary>
    Added,
    /// <summary>The object changed.</summary>
    Modified,
    /// <summary>The object is gone; it is given as it last was.</summary>
    Deleted,
    /// <summary>All changes up to the object's version have been told; it has nothing else.</summary>
    Bookmark,
}

/// <summary>Reads a watch: one JSON object a line, each parsed once and straight from the buffer it came in.</summary>
/// <remarks>https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes</remarks>
static class WatchEvents
{
    const int MaxLine = 8 << 20;

    /// <summary>Reads until the stream ends or the token is cancelled.</summary>
    /// <exception cref="KubeException">The server ended the watch with an error, such as a version that lies too far back.</exception>
    public static async IAsyncEnumerable<(WatchEventType Type, T Item)> ReadAsync<T>(Stream stream, JsonTypeInfo<T> info, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var reader = PipeReader.Create(stream, new(bufferSize: 32 << 10, leaveOpen: true));
        while (true)
        {
            var read = await reader.ReadAsync(cancellation);
            var buffer = read.Buffer;
            while (TakeLine(ref buffer, out var line))
            {
                if (!line.IsEmpty) yield return Parse(line, info);
            }
            if (buffer.Length > MaxLine) throw new InvalidDataException($"A line of the watch is longer than {MaxLine} bytes.");
            reader.AdvanceTo(buffer.Start, buffer.End);
            if (!read.IsCompleted) continue;
            // half a line is an event that was never told: the next watch tells it
            await reader.CompleteAsync();
            yield break;
        }
    }

    static bool TakeLine(ref ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> line)
    {
        var end = buffer.PositionOf((byte)'\n');
        line = end is { } at ? buffer.Slice(0, at) : default;
        if (end is { } found) buffer = buffer.Slice(buffer.GetPosition(1, found));
        return end is not null;
    }

    internal static (WatchEventType Type, T Item) Parse<T>(in ReadOnlySequence<byte> line, JsonTypeInfo<T> info)
    {
        var json = new Utf8JsonReader(line);
        var body = default(ReadOnlySequence<byte>);
        WatchEventType? type = null;
        var failed = false;
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("type"u8))
            {
                json.Read();
                failed = json.ValueTextEquals("ERROR"u8);
                type = TypeOf(json);
            }
            else if (json.ValueTextEquals("object"u8))
            {
                json.Read();
                var start = json.TokenStartIndex;
                if (type is not null || failed)
                {
                    // "object" comes last in practice: the line need not be walked to know where it ends
                    body = line.Slice(start, line.Length - start - Tail(line));
                    break;
                }
                json.Skip();
                body = line.Slice(start, json.BytesConsumed - start);
            }
            else
            {
                json.Skip();
            }
        }
        if (failed) throw KubeException.From(Read(body, Kinds.Status), System.Net.HttpStatusCode.InternalServerError);
        return (type ?? throw new JsonException("A line of the watch has no known type."), Read(body, info));
    }

    /// <summary>How many bytes close the line: the brace, and blanks around it.</summary>
    static int Tail(in ReadOnlySequence<byte> line)
    {
        var last = line.Slice(Math.Max(0, line.Length - 16)).ToArray();
        var i = last.Length - 1;
        while (i > 0 && last[i] is (byte)' ' or (byte)'\r' or (byte)'\t') i--;
        return last.Length - i;
    }

    static WatchEventType? TypeOf(in Utf8JsonReader json) =>
        json.ValueTextEquals("MODIFIED"u8) ? WatchEventType.Modified
        : json.ValueTextEquals("ADDED"u8) ? WatchEventType.Added
        : json.ValueTextEquals("DELETED"u8) ? WatchEventType.Deleted
        : json.ValueTextEquals("BOOKMARK"u8) ? WatchEventType.Bookmark
        : null;

    static T Read<T>(in ReadOnlySequence<byte> body, JsonTypeInfo<T> info)
    {
        if (body.IsSingleSegment) return JsonSerializer.Deserialize(body.FirstSpan, info) ?? throw new JsonException("An event's object is null.");
        var rented = ArrayPool<byte>.Shared.Rent((int)body.Length);
        try
        {
            body.CopyTo(rented);
            return JsonSerializer.Deserialize(rented.AsSpan(0, (int)body.Length), info) ?? throw new JsonException("An event's object is null.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
