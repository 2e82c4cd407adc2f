namespace Panel.Web.Components.Console;

/// <summary>A colour: one of the theme's sixteen, or a fixed one.</summary>
/// <param name="Value">0 to 15 for the theme's, otherwise 24 bits of red, green and blue above <see cref="Fixed"/>.</param>
public readonly record struct AnsiColour(int Value)
{
    const int Fixed = 1 << 24;

    /// <summary>Whether it is the same in every theme.</summary>
    public bool IsFixed => Value >= Fixed;

    /// <summary>A colour by its parts, each 0 to 255.</summary>
    public static AnsiColour Rgb(int red, int green, int blue) => new(Fixed | (Clamp(red) << 16) | (Clamp(green) << 8) | Clamp(blue));

    /// <summary>A colour of the 256-colour table: sixteen of the theme, a cube of 216, and 24 greys.</summary>
    public static AnsiColour Indexed(int index) => Clamp(index) switch
    {
        var i and < 16 => new(i),
        var i and < 232 => Rgb(Level((i - 16) / 36), Level((i - 16) / 6 % 6), Level((i - 16) % 6)),
        var i => Rgb(8 + (i - 232) * 10, 8 + (i - 232) * 10, 8 + (i - 232) * 10),
    };

    /// <summary><c>#rrggbb</c> for a fixed colour.</summary>
    public string Hex => $"#{Value & 0xFFFFFF:x6}";

    static int Level(int step) => step == 0 ? 0 : 55 + step * 40;

    static int Clamp(int value) => Math.Clamp(value, 0, 255);
}

/// <summary>How a piece of a console line looks.</summary>
public readonly record struct AnsiStyle
{
    /// <summary>The colour of the text; null for the theme's.</summary>
    public AnsiColour? Text { get; init; }
    /// <summary>The colour behind it; null for none.</summary>
    public AnsiColour? Back { get; init; }
    /// <summary>Heavier.</summary>
    public bool Bold { get; init; }
    /// <summary>Fainter.</summary>
    public bool Faint { get; init; }
    /// <summary>Slanted.</summary>
    public bool Italic { get; init; }
    /// <summary>With a line below.</summary>
    public bool Underline { get; init; }
    /// <summary>With a line through.</summary>
    public bool Struck { get; init; }
    /// <summary>With the two colours exchanged.</summary>
    public bool Inverse { get; init; }
}

/// <summary>A piece of a console line that looks the same throughout.</summary>
/// <param name="Text">Plain text; never markup.</param>
/// <param name="Style">How it looks.</param>
public readonly record struct AnsiSpan(string Text, AnsiStyle Style);
