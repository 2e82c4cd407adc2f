namespace Panel.Tests.Games.Players;

/// <summary>How Teeworlds packs bytes: a Huffman code that both sides make of one table of how often each byte comes, and numbers of one to five bytes.</summary>
static class TeeworldsCode
{
    const int End = 256;

    /// <summary>A part of the protocol: a byte more or less, and nobody understands the other.</summary>
    static readonly int[] Often =
    [
        1 << 30, 4545, 2657, 431, 1950, 919, 444, 482, 2244, 617, 838, 542, 715, 1814, 304, 240, 754, 212, 647, 186, 283, 131, 146, 166, 543, 164, 167, 136, 179, 859, 363, 113,
        157, 154, 204, 108, 137, 180, 202, 176, 872, 404, 168, 134, 151, 111, 113, 109, 120, 126, 129, 100, 41, 20, 16, 22, 18, 18, 17, 19, 16, 37, 13, 21, 362, 166, 99, 78, 95,
        88, 81, 70, 83, 284, 91, 187, 77, 68, 52, 68, 59, 66, 61, 638, 71, 157, 50, 46, 69, 43, 11, 24, 13, 19, 10, 12, 12, 20, 14, 9, 20, 20, 10, 10, 15, 15, 12, 12, 7, 19, 15,
        14, 13, 18, 35, 19, 17, 14, 8, 5, 15, 17, 9, 15, 14, 18, 8, 10, 2173, 134, 157, 68, 188, 60, 170, 60, 194, 62, 175, 71, 148, 67, 167, 78, 211, 67, 156, 69, 1674, 90, 174,
        53, 147, 89, 181, 51, 174, 63, 163, 80, 167, 94, 128, 122, 223, 153, 218, 77, 200, 110, 190, 73, 174, 69, 145, 66, 277, 143, 141, 60, 136, 53, 180, 57, 142, 57, 158, 61,
        166, 112, 152, 92, 26, 22, 21, 28, 20, 26, 30, 21, 32, 27, 20, 17, 23, 21, 30, 22, 22, 21, 27, 25, 17, 27, 23, 18, 39, 26, 15, 21, 12, 18, 18, 27, 20, 18, 15, 19, 11, 17,
        33, 12, 18, 15, 19, 18, 16, 26, 17, 18, 9, 10, 25, 22, 22, 17, 20, 16, 6, 16, 15, 20, 14, 18, 24, 335, 1,
    ];

    static readonly Node Root = Grow();

    /// <summary>The bytes that were packed.</summary>
    public static byte[] Unpack(ReadOnlySpan<byte> packed)
    {
        var bytes = new List<byte>();
        var node = Root;
        foreach (var part in packed)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                node = (part >> bit & 1) == 0 ? node.Zero! : node.One!;
                if (node.Zero is not null) continue;
                if (node.Symbol == End) return [.. bytes];
                bytes.Add((byte)node.Symbol);
                node = Root;
            }
        }
        return [.. bytes];
    }

    /// <summary>A number: six bits and the sign first, then seven at a time, the lowest first.</summary>
    public static byte[] Number(int value)
    {
        var sign = value < 0 ? 0x40 : 0;
        var rest = value < 0 ? ~value : value;
        var bytes = new List<byte> { (byte)(sign | rest & 0x3F) };
        for (rest >>= 6; rest > 0; rest >>= 7)
        {
            bytes[^1] |= 0x80;
            bytes.Add((byte)(rest & 0x7F));
        }
        return [.. bytes];
    }

    /// <summary>Reads a number, and leaves what follows it.</summary>
    public static int Number(ref ReadOnlySpan<byte> content)
    {
        var negative = (content[0] & 0x40) != 0;
        var (value, at) = (content[0] & 0x3F, 0);
        for (var shift = 6; (content[at] & 0x80) != 0; shift += 7) value |= (content[++at] & 0x7F) << shift;
        content = content[(at + 1)..];
        return negative ? ~value : value;
    }

    // the two rarest become one, again and again; among equals the order stays
    static Node Grow()
    {
        var nodes = Often.Select((often, symbol) => new Node(often, symbol, null, null)).ToList();
        while (nodes.Count > 1)
        {
            nodes = [.. nodes.OrderByDescending(node => node.Often)];
            var (rarer, rare) = (nodes[^1], nodes[^2]);
            nodes.RemoveAt(nodes.Count - 1);
            nodes[^1] = new(rarer.Often + rare.Often, -1, rarer, rare);
        }
        return nodes[0];
    }

    sealed record Node(long Often, int Symbol, Node? Zero, Node? One);
}
