using System.Globalization;

namespace Panel.Core.Templates;

/// <summary>Whole numbers that a field of a template may have.</summary>
/// <param name="Least">The least, itself allowed.</param>
/// <param name="Most">The most, itself allowed.</param>
public sealed record WholeRange(int Least, int Most)
{
    /// <summary>Memory or disk in MiB.</summary>
    public static WholeRange MiB { get; } = new(1, 16 * 1024 * 1024);
    /// <summary>Thousandths of a core.</summary>
    public static WholeRange CpuMillis { get; } = new(1, 1_000_000);
    /// <summary>Seconds until a server that should stop is killed.</summary>
    public static WholeRange StopSeconds { get; } = new(1, 3600);
    /// <summary>Minutes without players: at most a week.</summary>
    public static WholeRange IdleMinutes { get; } = new(1, 7 * 24 * 60);

    /// <summary>Whether a number is one of them.</summary>
    public bool Holds(int number) => number >= Least && number <= Most;

    /// <summary>In words, such as "between 1 and 3,600".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"between {Least:N0} and {Most:N0}");
}
