namespace Panel.Core.Files;

/// <summary>The order of names as people count: <c>r.2.mca</c> before <c>r.10.mca</c>, and no difference between cases.</summary>
public static class NaturalOrder
{
    /// <summary>Compares two names in UTF-8. Letters outside ASCII have to be in one case already.</summary>
    public static int Compare(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        int i = 0, j = 0;
        while (i < one.Length && j < other.Length)
        {
            if (char.IsAsciiDigit((char)one[i]) && char.IsAsciiDigit((char)other[j]))
            {
                var left = Number(one, ref i);
                var right = Number(other, ref j);
                // of numbers without zeros before them the longer is the larger
                var order = left.Length != right.Length ? left.Length - right.Length : left.SequenceCompareTo(right);
                if (order != 0) return order;
                continue;
            }
            var difference = Lower(one[i++]) - Lower(other[j++]);
            if (difference != 0) return difference;
        }
        return (one.Length - i) - (other.Length - j);
    }

    static ReadOnlySpan<byte> Number(ReadOnlySpan<byte> name, ref int at)
    {
        while (at < name.Length - 1 && name[at] == '0' && char.IsAsciiDigit((char)name[at + 1])) at++;
        var from = at;
        while (at < name.Length && char.IsAsciiDigit((char)name[at])) at++;
        return name[from..at];
    }

    static int Lower(byte letter) => letter is >= (byte)'A' and <= (byte)'Z' ? letter | 0x20 : letter;
}
