using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Panel.Games.Protocol;

/// <summary>What the server sends, in the words of protocol 340 (Minecraft 1.12.2).</summary>
static class Packets
{
    public const int Version = 340;
    public const string VersionName = "1.12.2";

    public static byte[] Status(string json) => new PacketWriter(0x00).String(json).ToArray();

    public static byte[] Pong(long payload) => new PacketWriter(0x01).Long(payload).ToArray();

    public static byte[] LoginRefused(string text) => new PacketWriter(0x00).String(Text(text)).ToArray();

    public static byte[] LoginAccepted(Guid id, string name) => new PacketWriter(0x02).String(id.ToString()).String(name).ToArray();

    public static byte[] JoinGame(int entity, int gameMode, int difficulty, int places) =>
        new PacketWriter(0x23).Int(entity).Byte(gameMode).Int(0).Byte(difficulty).Byte(Math.Min(places, 255)).String("flat").Bool(false).ToArray();

    public static byte[] Brand(string name) => new PacketWriter(0x18).String("MC|Brand").String(name).ToArray();

    public static byte[] SpawnPoint(BlockPosition at) => new PacketWriter(0x46).Long(at.Pack()).ToArray();

    // 1 invulnerable, 4 may fly, 8 takes all blocks
    public static byte[] Abilities(bool creative) => new PacketWriter(0x2C).Byte(creative ? 13 : 0).Float(0.05f).Float(0.1f).ToArray();

    public static byte[] Position(double x, double y, double z) =>
        new PacketWriter(0x2F).Double(x).Double(y).Double(z).Float(0).Float(0).Byte(0).VarInt(1).ToArray();

    public static byte[] KeepAlive(long number) => new PacketWriter(0x1F).Long(number).ToArray();

    public static byte[] Chat(string text) => new PacketWriter(0x0F).String(Text(text)).Byte(0).ToArray();

    public static byte[] Disconnect(string text) => new PacketWriter(0x1A).String(Text(text)).ToArray();

    public static byte[] Time(long ticks) => new PacketWriter(0x47).Long(ticks).Long(ticks % 24000).ToArray();

    public static byte[] BlockChange(BlockPosition at, int state) => new PacketWriter(0x0B).Long(at.Pack()).VarInt(state).ToArray();

    public static byte[] PlayerJoined(Guid id, string name, int gameMode) =>
        new PacketWriter(0x2E).VarInt(0).VarInt(1).Bytes(id.ToByteArray(bigEndian: true)).String(name).VarInt(0).VarInt(gameMode).VarInt(0).Bool(false).ToArray();

    public static byte[] PlayerLeft(Guid id) => new PacketWriter(0x2E).VarInt(4).VarInt(1).Bytes(id.ToByteArray(bigEndian: true)).ToArray();

    public static byte[] Chunk(int x, int z) =>
        new PacketWriter(0x20).Int(x).Int(z).Bool(true).VarInt(1).VarInt(FlatColumn.Length).Bytes(FlatColumn).VarInt(0).ToArray();

    /// <summary>The answer to a ping of clients before 1.7: 0xFF and a text in UTF-16.</summary>
    public static byte[] LegacyStatus(string motd, int online, int places)
    {
        var text = $"§1\0{127}\0{VersionName}\0{motd}\0{online}\0{places}";
        var packet = new byte[3 + text.Length * 2];
        packet[0] = 0xFF;
        BinaryPrimitives.WriteInt16BigEndian(packet.AsSpan(1), (short)text.Length);
        Encoding.BigEndianUnicode.GetBytes(text, packet.AsSpan(3));
        return packet;
    }

    static string Text(string text) => $$"""{"text":"{{JsonEncodedText.Encode(text)}}"}""";

    // One section of 16×16×16: bedrock, two layers of dirt, grass. Four bits a block into a palette, then light, then biomes.
    static readonly byte[] FlatColumn = MakeFlatColumn();

    static byte[] MakeFlatColumn()
    {
        const int air = 0, bedrock = 7 << 4, dirt = 3 << 4, grass = 2 << 4, bits = 4, longs = 4096 * bits / 64;
        using var stream = new MemoryStream();
        stream.WriteByte(bits);
        WriteVarInt(4);
        foreach (var state in (int[])[air, bedrock, dirt, grass]) WriteVarInt(state);
        WriteVarInt(longs);
        Span<byte> eight = stackalloc byte[8];
        for (var index = 0; index < longs; index++)
        {
            var entry = (index * 16 / 256) switch { 0 => 1UL, 1 or 2 => 2UL, 3 => 3UL, _ => 0UL };
            BinaryPrimitives.WriteUInt64BigEndian(eight, entry * 0x1111_1111_1111_1111);
            stream.Write(eight);
        }
        stream.Write(new byte[2048]);
        Span<byte> light = stackalloc byte[2048];
        light.Fill(0xFF);
        stream.Write(light);
        Span<byte> plains = stackalloc byte[256];
        plains.Fill(1);
        stream.Write(plains);
        return stream.ToArray();

        void WriteVarInt(int value)
        {
            for (; value >= 0x80; value >>= 7) stream.WriteByte((byte)(value | 0x80));
            stream.WriteByte((byte)value);
        }
    }
}
