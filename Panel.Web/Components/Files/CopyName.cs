using System.Globalization;

namespace Panel.Web.Components.Files;

/// <summary>The name of a copy beside what it is a copy of.</summary>
public static class CopyName
{
    /// <summary><c>level (copy).dat</c>, or with a number where there is one already. What a name ends in stays at its end.</summary>
    /// <param name="name">What is copied.</param>
    /// <param name="taken">Whether there is something of a name.</param>
    public static string Of(string name, Func<string, bool> taken)
    {
        var dot = name.LastIndexOf('.');
        var (stem, end) = dot > 0 ? (name[..dot], name[dot..]) : (name, "");
        for (var number = 1; ; number++)
        {
            var copy = $"{stem} (copy{(number == 1 ? "" : " " + number.ToString(CultureInfo.InvariantCulture))}){end}";
            if (!taken(copy)) return copy;
        }
    }
}
