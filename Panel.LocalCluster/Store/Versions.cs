using System.Globalization;

namespace Panel.LocalCluster.Store;

/// <summary>Versions as text: clients see them as opaque strings.</summary>
public static class Versions
{
    public static string Format(long version) => version.ToString(CultureInfo.InvariantCulture);

    /// <summary>Reads a version that a client sent back.</summary>
    public static bool TryParse(string? text, out long version) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out version);
}
