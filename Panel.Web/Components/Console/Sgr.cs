namespace Panel.Web.Components.Console;

/// <summary>Select Graphic Rendition (ECMA-48 8.3.117, ISO 8613-6 for colours): the numbers between <c>ESC [</c> and <c>m</c>.</summary>
static class Sgr
{
    const int MaxParameters = 32, MaxValue = 65_535;

    /// <summary>The style after a sequence.</summary>
    /// <param name="style">The style before.</param>
    /// <param name="parameters">Digits, semicolons and colons only.</param>
    public static AnsiStyle Apply(AnsiStyle style, string parameters)
    {
        Span<Range> ranges = stackalloc Range[MaxParameters + 1];
        var count = Math.Min(parameters.AsSpan().Split(ranges, ';'), MaxParameters);
        var groups = new int[count][];
        for (var i = 0; i < count; i++) groups[i] = Numbers(parameters[ranges[i]]);

        for (var i = 0; i < count; i++)
        {
            var group = groups[i];
            if (group[0] is not (38 or 48))
            {
                style = One(style, group);
                continue;
            }
            var colour = group.Length > 1 ? Within(group) : Following(groups, ref i);
            if (colour is null) continue;
            style = group[0] == 38 ? style with { Text = colour } : style with { Back = colour };
        }
        return style;
    }

    static AnsiStyle One(AnsiStyle style, int[] group) => group[0] switch
    {
        0 => default,
        1 => style with { Bold = true },
        2 => style with { Faint = true },
        3 => style with { Italic = true },
        4 => style with { Underline = group is not [_, 0, ..] },
        7 => style with { Inverse = true },
        9 => style with { Struck = true },
        21 => style with { Underline = true },
        22 => style with { Bold = false, Faint = false },
        23 => style with { Italic = false },
        24 => style with { Underline = false },
        27 => style with { Inverse = false },
        29 => style with { Struck = false },
        >= 30 and <= 37 and var n => style with { Text = new(n - 30) },
        39 => style with { Text = null },
        >= 40 and <= 47 and var n => style with { Back = new(n - 40) },
        49 => style with { Back = null },
        >= 90 and <= 97 and var n => style with { Text = new(n - 90 + 8) },
        >= 100 and <= 107 and var n => style with { Back = new(n - 100 + 8) },
        _ => style,
    };

    /// <summary><c>38:5:n</c>, <c>38:2:r:g:b</c>, and <c>38:2:space:r:g:b</c>.</summary>
    static AnsiColour? Within(int[] group) => group switch
    {
        [_, 5, var index, ..] => AnsiColour.Indexed(index),
        [_, 2, _, var r, var g, var b, ..] => AnsiColour.Rgb(r, g, b),
        [_, 2, var r, var g, var b] => AnsiColour.Rgb(r, g, b),
        _ => null,
    };

    /// <summary><c>38;5;n</c> and <c>38;2;r;g;b</c>; takes as many parameters as the form has.</summary>
    static AnsiColour? Following(int[][] groups, ref int at)
    {
        int Value(int offset, int from) => from + offset < groups.Length ? groups[from + offset][0] : 0;
        var start = at;
        switch (Value(1, start))
        {
            case 5:
                at += 2;
                return at < groups.Length ? AnsiColour.Indexed(Value(2, start)) : null;
            case 2:
                at += 4;
                return at < groups.Length ? AnsiColour.Rgb(Value(2, start), Value(3, start), Value(4, start)) : null;
            default:
                return null;
        }
    }

    /// <summary>The numbers of a group; an empty one is 0, a huge one stays small.</summary>
    static int[] Numbers(string group)
    {
        Span<Range> ranges = stackalloc Range[8];
        var count = Math.Min(group.AsSpan().Split(ranges, ':'), 7);
        var numbers = new int[count];
        for (var i = 0; i < count; i++)
        {
            foreach (var digit in group.AsSpan()[ranges[i]])
            {
                if (char.IsAsciiDigit(digit)) numbers[i] = Math.Min(numbers[i] * 10 + (digit - '0'), MaxValue);
            }
        }
        return numbers;
    }
}
