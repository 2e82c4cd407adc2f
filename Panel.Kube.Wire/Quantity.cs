using System.Globalization;

namespace Panel.Kube.Wire;

/// <summary>Reads and writes Kubernetes quantities: <c>250m</c>, <c>1.5Gi</c>, <c>12345678n</c>, <c>1e3</c>.</summary>
/// <remarks>https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/</remarks>
public static class Quantity
{
    static readonly (string Suffix, decimal Factor)[] Suffixes =
    [
        ("Ki", 1024m), ("Mi", 1024m * 1024), ("Gi", 1024m * 1024 * 1024), ("Ti", 1024m * 1024 * 1024 * 1024),
        ("Pi", 1024m * 1024 * 1024 * 1024 * 1024), ("Ei", 1024m * 1024 * 1024 * 1024 * 1024 * 1024),
        ("n", 0.000000001m), ("u", 0.000001m), ("m", 0.001m), ("k", 1e3m), ("M", 1e6m), ("G", 1e9m), ("T", 1e12m), ("P", 1e15m), ("E", 1e18m),
    ];

    /// <summary>The number a quantity stands for.</summary>
    /// <returns>Whether the text is a quantity.</returns>
    public static bool TryParse(string? text, out decimal value)
    {
        value = 0;
        if (string.IsNullOrEmpty(text)) return false;
        // "1E3" is an exponent, "1E" is exa: the whole text is tried as a number first
        if (decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value)) return true;
        foreach (var (suffix, factor) in Suffixes)
        {
            if (!text.EndsWith(suffix, StringComparison.Ordinal)) continue;
            if (!decimal.TryParse(text.AsSpan(0, text.Length - suffix.Length), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return false;
            try
            {
                value = number * factor;
                return true;
            }
            catch (OverflowException)
            {
                return false;
            }
        }
        return false;
    }

    /// <summary>The number a quantity stands for.</summary>
    /// <exception cref="FormatException">The text is no quantity.</exception>
    public static decimal Parse(string text) => TryParse(text, out var value) ? value : throw new FormatException($"'{text}' is no quantity.");

    /// <summary>Thousandths, rounded up: of a core when the quantity is a CPU's.</summary>
    public static long ToMillis(string text) => (long)Math.Ceiling(Parse(text) * 1000);

    /// <summary>MiB, rounded up.</summary>
    public static long ToMiB(string text) => (long)Math.Ceiling(Parse(text) / (1024 * 1024));

    /// <summary>The shortest text of a number that loses nothing, with the suffixes of thousands or of 1024: <c>1500m</c>, <c>1536Mi</c>.</summary>
    /// <param name="value">The number.</param>
    /// <param name="binary">Whether to count in 1024, as for bytes.</param>
    public static string Format(decimal value, bool binary)
    {
        if (value == 0) return "0";
        var whole = decimal.Truncate(value) == value;
        var family = whole && binary ? Suffixes.Where(pair => pair.Suffix.EndsWith('i')) : Suffixes.Where(pair => !pair.Suffix.EndsWith('i'));
        foreach (var (suffix, factor) in family.Reverse())
        {
            if (factor < 1 && whole) continue;
            var count = value / factor;
            if (decimal.Truncate(count) == count) return count.ToString("0", CultureInfo.InvariantCulture) + suffix;
            // between the thousands and the thousandths there is the number itself
            if (factor == 1e3m && whole) break;
        }
        return whole ? value.ToString("0", CultureInfo.InvariantCulture) : value.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Whether a quantity counts in 1024.</summary>
    public static bool IsBinary(string? text) => text?.EndsWith('i') == true;
}
