using System.Globalization;

namespace Panel.Bench;

/// <summary>A line of the table in docs/performance.md.</summary>
/// <param name="Claim">What is measured.</param>
/// <param name="Wanted">What it shall be.</param>
/// <param name="Measured">What it is.</param>
/// <param name="Beside">What else was measured in the same run, to compare it with.</param>
sealed record Row(string Claim, string Wanted, string Measured, string Beside);

/// <summary>Numbers of a run.</summary>
static class Samples
{
    /// <summary>The value below which this share of the samples lies (nearest rank).</summary>
    public static double Percentile(this IEnumerable<double> samples, double share)
    {
        double[] sorted = [.. samples.Order()];
        return sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
    }

    /// <summary>Milliseconds in words.</summary>
    public static string Ms(this double milliseconds) => milliseconds.ToString(milliseconds < 10 ? "0.0" : "0", CultureInfo.InvariantCulture) + " ms";

    /// <summary>Milliseconds in words, for what takes less than one.</summary>
    public static string Fine(this double milliseconds) => milliseconds.ToString("0.00", CultureInfo.InvariantCulture) + " ms";
}
