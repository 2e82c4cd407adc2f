using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Api.Protobuf;

/// <summary>
/// Reads the protobuf of Kubernetes as the JSON that says the same: the bytes <c>k8s\0</c>, then a <c>runtime.Unknown</c> around the object. kubectl sends it for what it
/// builds itself (<c>create</c>, <c>auth can-i</c>) and does not ask again when it is refused. Answers are always JSON, which it accepts.
/// </summary>
static class ProtobufBody
{
    public const string MediaType = "application/vnd.kubernetes.protobuf";
    const int MaxDepth = 40;
    const int Number = 0, Long = 1, Bytes = 2, Short = 5;

    /// <summary>The object as JSON.</summary>
    /// <exception cref="StatusException">BadRequest; UnsupportedMediaType for what the messages known here cannot say.</exception>
    public static JsonObject Read(byte[] body)
    {
        if (!body.AsSpan().StartsWith("k8s\0"u8)) throw Statuses.BadRequest("the body does not begin as Kubernetes' protobuf does");
        try
        {
            var (version, kind, raw) = ReadEnvelope(body.AsMemory(4));
            var message = ProtobufSchema.NameOf(version, kind) ?? throw Unsupported($"{kind} of {version} can be sent as JSON or YAML only");
            var document = ReadMessage(message, raw, 0) as JsonObject ?? [];
            (document["apiVersion"], document["kind"]) = (version, kind);
            // as if it had been read: numbers of parsed text are of any size
            return JsonNode.Parse(document.ToJsonString())!.AsObject();
        }
        catch (InvalidDataException fault)
        {
            throw Statuses.BadRequest("the body is no protobuf: " + fault.Message);
        }
    }

    static (string Version, string Kind, ReadOnlyMemory<byte> Raw) ReadEnvelope(ReadOnlyMemory<byte> bytes)
    {
        var (version, kind, raw) = ("", "", ReadOnlyMemory<byte>.Empty);
        foreach (var field in Fields(bytes))
        {
            if (field.Id == 2) raw = field.Bytes;
            if (field.Id != 1) continue;
            foreach (var part in Fields(field.Bytes))
            {
                if (part.Id == 1) version = Text(part);
                if (part.Id == 2) kind = Text(part);
            }
        }
        return (version, kind, raw);
    }

    static JsonNode? ReadMessage(string message, ReadOnlyMemory<byte> bytes, int depth)
    {
        if (depth > MaxDepth) throw new InvalidDataException("nested too deep");
        var known = ProtobufSchema.Find(message);
        var fields = new JsonObject();
        foreach (var field in Fields(bytes))
        {
            if (known.TryGetValue(field.Id, out var about)) Put(fields, about, field, depth);
            else if (!field.IsEmpty) throw Unsupported($"field {field.Id} of {message.Split('@')[0]} can be sent as JSON or YAML only");
        }
        return message switch
        {
            "Time" => fields["seconds"] is { } seconds ? ObjectLifecycle.Time(DateTimeOffset.FromUnixTimeSeconds((long)seconds)) : null,
            "Quantity" => fields["string"]?.DeepClone() ?? "0",
            "IntOrString" => (long?)fields["type"] == 1 ? fields["strVal"]?.DeepClone() ?? "" : fields["intVal"]?.DeepClone() ?? 0,
            _ => fields,
        };
    }

    static void Put(JsonObject fields, ProtobufField about, Field field, int depth)
    {
        if (about.IsMap)
        {
            if (fields[about.Name] is not JsonObject map) fields[about.Name] = map = [];
            var (key, value) = ReadEntry(about, field.Bytes, depth);
            map[key] = value;
            return;
        }
        var read = ReadValue(about.Type, field, depth);
        if (about.Name.Length == 0)
        {
            foreach (var (name, part) in (read as JsonObject ?? []).ToList()) fields[name] = part?.DeepClone();
        }
        else if (about.IsList)
        {
            if (fields[about.Name] is not JsonArray list) fields[about.Name] = list = [];
            list.Add(read);
        }
        else if (read is not null && (about.KeepsZero || !IsZero(read)))
        {
            fields[about.Name] = read;
        }
    }

    static (string Key, JsonNode? Value) ReadEntry(ProtobufField about, ReadOnlyMemory<byte> bytes, int depth)
    {
        var (key, value) = ("", ReadValue(about.Type, new(2, Bytes, 0, default), depth));
        foreach (var part in Fields(bytes))
        {
            if (part.Id == 1) key = Text(part);
            if (part.Id == 2) value = ReadValue(about.Type, part, depth);
        }
        return (key, value);
    }

    static JsonNode? ReadValue(string type, Field field, int depth) => type switch
    {
        "string" => Text(field),
        "bytes" => Convert.ToBase64String(field.Bytes.Span),
        "int" => field.Number,
        "bool" => field.Number != 0,
        _ => ReadMessage(type, field.Bytes, depth + 1),
    };

    // what is no pointer in Go is always written; its zero says nothing
    static bool IsZero(JsonNode value) => value is JsonValue scalar
        && ((scalar.TryGetValue<string>(out var text) && text.Length == 0) || (scalar.TryGetValue<long>(out var number) && number == 0) || (scalar.TryGetValue<bool>(out var flag) && !flag));

    static string Text(Field field) => Encoding.UTF8.GetString(field.Bytes.Span);

    static IEnumerable<Field> Fields(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var tag = Varint(ref bytes);
            var (id, wire) = ((int)(tag >> 3), (int)(tag & 7));
            switch (wire)
            {
                case Number:
                    yield return new(id, wire, (long)Varint(ref bytes), default);
                    break;
                case Long or Short:
                    var size = wire == Long ? 8 : 4;
                    var fixedBytes = Take(ref bytes, size);
                    yield return new(id, wire, size == 8 ? BinaryPrimitives.ReadInt64LittleEndian(fixedBytes.Span) : BinaryPrimitives.ReadInt32LittleEndian(fixedBytes.Span), default);
                    break;
                case Bytes:
                    yield return new(id, wire, 0, Take(ref bytes, checked((int)Math.Min(Varint(ref bytes), int.MaxValue))));
                    break;
                default:
                    throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"wire type {wire}"));
            }
        }
    }

    static ulong Varint(ref ReadOnlyMemory<byte> bytes)
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Take(ref bytes, 1).Span[0];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80) return value;
        }
        throw new InvalidDataException("a number is too long");
    }

    static ReadOnlyMemory<byte> Take(ref ReadOnlyMemory<byte> bytes, int count)
    {
        if (count > bytes.Length) throw new InvalidDataException("it ends too early");
        var taken = bytes[..count];
        bytes = bytes[count..];
        return taken;
    }

    static StatusException Unsupported(string why) => Statuses.Of(415, "UnsupportedMediaType", $"the body of the request was in a format that the local cluster knows in part ({MediaType}): {why}");

    readonly record struct Field(int Id, int Wire, long Number, ReadOnlyMemory<byte> Bytes)
    {
        public bool IsEmpty => Number == 0 && Bytes.Length == 0;
    }
}
