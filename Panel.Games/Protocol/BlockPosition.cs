namespace Panel.Games.Protocol;

/// <summary>Where a block is; on the wire 26 bits of x, 12 of y and 26 of z (1.8 to 1.13).</summary>
readonly record struct BlockPosition(int X, int Y, int Z)
{
    public static BlockPosition Unpack(long wire) => new((int)(wire >> 38), (int)(wire << 26 >> 52), (int)(wire << 38 >> 38));

    public long Pack() => ((long)(X & 0x3FFFFFF) << 38) | ((long)(Y & 0xFFF) << 26) | (uint)(Z & 0x3FFFFFF);

    /// <summary>The neighbour at a face as the protocol counts them: below, above, north, south, west, east.</summary>
    public BlockPosition Neighbour(int face) => face switch
    {
        0 => this with { Y = Y - 1 },
        1 => this with { Y = Y + 1 },
        2 => this with { Z = Z - 1 },
        3 => this with { Z = Z + 1 },
        4 => this with { X = X - 1 },
        _ => this with { X = X + 1 },
    };
}
