using System.Globalization;

namespace Panel.Core.Accounts;

/// <summary>How a culture writes days and times. The names of months stay English, as all texts of the panel.</summary>
/// <param name="Culture">Its name, such as <c>de-DE</c>.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Day">The pattern of a day.</param>
/// <param name="ShortDay">The pattern of a day of this year.</param>
/// <param name="Clock">The pattern of a time of the day.</param>
/// <param name="Seconds">The same with seconds.</param>
public sealed record DateStyle(string Culture, string Name, string Day, string ShortDay, string Clock, string Seconds)
{
    const string Hours24 = "HH:mm", Seconds24 = "HH:mm:ss", Hours12 = "h:mm tt", Seconds12 = "h:mm:ss tt";

    /// <summary>How ISO 8601 writes them: where nobody says otherwise.</summary>
    public static DateStyle Iso { get; } = new("sv-SE", "Sweden, ISO 8601", "yyyy-MM-dd", "d MMM", Hours24, Seconds24);

    /// <summary>Those that can be chosen.</summary>
    public static IReadOnlyList<DateStyle> All { get; } =
    [
        new("pt-BR", "Brazil", "dd/MM/yyyy", "dd/MM", Hours24, Seconds24),
        new("fr-FR", "France", "dd/MM/yyyy", "dd/MM", Hours24, Seconds24),
        new("de-DE", "Germany", "dd.MM.yyyy", "dd.MM.", Hours24, Seconds24),
        new("it-IT", "Italy", "dd/MM/yyyy", "dd/MM", Hours24, Seconds24),
        new("ja-JP", "Japan", "yyyy/MM/dd", "MM/dd", Hours24, Seconds24),
        new("nl-NL", "Netherlands", "dd-MM-yyyy", "dd-MM", Hours24, Seconds24),
        new("pl-PL", "Poland", "dd.MM.yyyy", "dd.MM", Hours24, Seconds24),
        new("es-ES", "Spain", "dd/MM/yyyy", "dd/MM", Hours24, Seconds24),
        Iso,
        new("en-GB", "United Kingdom", "d MMM yyyy", "d MMM", Hours24, Seconds24),
        new("en-US", "United States", "MMM d, yyyy", "MMM d", Hours12, Seconds12),
    ];

    /// <summary>The one of a culture's name, or null.</summary>
    public static DateStyle? Find(string? culture) => All.FirstOrDefault(style => style.Culture.Equals(culture, StringComparison.OrdinalIgnoreCase));

    /// <summary>The first that a browser asks for: its culture, or one of the same language; ISO's where there is none.</summary>
    /// <param name="languages">The header <c>Accept-Language</c>, which names the dearest first.</param>
    public static DateStyle Best(string? languages)
    {
        foreach (var part in (languages ?? "").Split(',', 16).Take(15))
        {
            var wanted = part.Split(';')[0].Trim();
            if (Find(wanted) is { } style) return style;
            var language = wanted.Split('-')[0];
            if (language.Length == 2 && All.FirstOrDefault(one => one.Culture.StartsWith(language + "-", StringComparison.OrdinalIgnoreCase)) is { } same) return same;
        }
        return Iso;
    }

    /// <summary>A day and a time.</summary>
    public string Text(DateTimeOffset at, bool seconds = false) => at.ToString($"{Day}, {(seconds ? Seconds : Clock)}", CultureInfo.InvariantCulture);
}
