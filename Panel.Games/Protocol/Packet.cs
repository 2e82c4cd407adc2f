using System.Buffers.Binary;
using System.Text;

namespace Panel.Games.Protocol;

/// <summary>One packet that came in, read field by field.</summary>
/// <exception cref="InvalidDataException">From each read, when the field is not there or too long.</exception>
sealed class Packet(byte[] content)
{
    int position;

    /// <summary>The longest packet that is accepted; players send small ones.</summary>
    public const int MaxLength = 32 * 1024;

    /// <summary>Reads the next packet; null at the end of the stream.</summary>
    public static async ValueTask<Packet?> ReadAsync(Stream stream, CancellationToken cancellation)
    {
        var one = new byte[1];
        var length = 0;
        for (var shift = 0; ; shift += 7)
        {
            if (shift > 28) throw new InvalidDataException("A length of more than five bytes.");
            if (await stream.ReadAsync(one, cancellation) == 0) return null;
            length |= (one[0] & 0x7F) << shift;
            if ((one[0] & 0x80) == 0) break;
        }
        if (length is <= 0 or > MaxLength) throw new InvalidDataException($"A packet of {length} bytes.");
        var content = new byte[length];
        await stream.ReadExactlyAsync(content, cancellation);
        return new(content);
    }

    public int VarInt()
    {
        var value = 0;
        for (var shift = 0; shift <= 28; shift += 7)
        {
            var part = Byte();
            value |= (part & 0x7F) << shift;
            if ((part & 0x80) == 0) return value;
        }
        throw new InvalidDataException("A number of more than five bytes.");
    }

    public byte Byte() => Take(1)[0];

    public int UnsignedShort() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    public int Int() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

    public long Long() => BinaryPrimitives.ReadInt64BigEndian(Take(8));

    public double Double() => BitConverter.Int64BitsToDouble(Long());

    public string String(int maxCharacters)
    {
        var length = VarInt();
        if (length < 0 || length > maxCharacters * 4) throw new InvalidDataException($"A text of {length} bytes.");
        var text = Encoding.UTF8.GetString(Take(length));
        return text.Length <= maxCharacters ? text : throw new InvalidDataException($"A text of {text.Length} characters.");
    }

    /// <summary>What was not read yet.</summary>
    public byte[] Rest() => content[position..];

    ReadOnlySpan<byte> Take(int count)
    {
        if (count > content.Length - position) throw new InvalidDataException("A packet that ends too soon.");
        var span = content.AsSpan(position, count);
        position += count;
        return span;
    }
}
