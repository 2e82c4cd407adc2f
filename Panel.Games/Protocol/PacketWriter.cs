using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Panel.Games.Protocol;

/// <summary>Builds one packet of the Minecraft protocol: big-endian numbers, lengths as VarInt.</summary>
sealed class PacketWriter
{
    readonly ArrayBufferWriter<byte> body = new(64);

    public PacketWriter(int id) => VarInt(id);

    public PacketWriter VarInt(int value)
    {
        WriteVarInt(body, value);
        return this;
    }

    public PacketWriter Byte(int value)
    {
        body.GetSpan(1)[0] = (byte)value;
        body.Advance(1);
        return this;
    }

    public PacketWriter Bool(bool value) => Byte(value ? 1 : 0);

    public PacketWriter Short(int value)
    {
        BinaryPrimitives.WriteInt16BigEndian(body.GetSpan(2), (short)value);
        body.Advance(2);
        return this;
    }

    public PacketWriter Int(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(body.GetSpan(4), value);
        body.Advance(4);
        return this;
    }

    public PacketWriter Long(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(body.GetSpan(8), value);
        body.Advance(8);
        return this;
    }

    public PacketWriter Float(float value) => Int(BitConverter.SingleToInt32Bits(value));

    public PacketWriter Double(double value) => Long(BitConverter.DoubleToInt64Bits(value));

    public PacketWriter String(string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        return VarInt(bytes.Length).Bytes(bytes);
    }

    public PacketWriter Bytes(ReadOnlySpan<byte> value)
    {
        body.Write(value);
        return this;
    }

    /// <summary>The packet with its length in front.</summary>
    public byte[] ToArray()
    {
        var framed = new ArrayBufferWriter<byte>(body.WrittenCount + 5);
        WriteVarInt(framed, body.WrittenCount);
        framed.Write(body.WrittenSpan);
        return framed.WrittenSpan.ToArray();
    }

    static void WriteVarInt(ArrayBufferWriter<byte> target, int value)
    {
        var rest = (uint)value;
        var span = target.GetSpan(5);
        var length = 0;
        for (; rest >= 0x80; rest >>= 7) span[length++] = (byte)(rest | 0x80);
        span[length++] = (byte)rest;
        target.Advance(length);
    }
}
