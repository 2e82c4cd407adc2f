using System.Globalization;
using Panel.Core.Errors;

namespace Panel.Core.Files.Archives;

/// <summary>What an archive may grow to: what it says of itself is not believed, so every byte that comes out is counted.</summary>
/// <param name="room">The bytes that there is room for.</param>
/// <param name="entries">How many entries it may have.</param>
/// <param name="packed">The archive's own bytes.</param>
/// <param name="ratio">How many times as large it may become.</param>
/// <param name="progress">Is told how many bytes came out.</param>
sealed class Allowance(long room, int entries, long packed, int ratio, Action<long> progress)
{
    // what is small may be empty space: a ratio says nothing of it
    const long Harmless = 64L << 20;

    /// <summary>How many entries there were.</summary>
    public int Entries { get; private set; }

    /// <summary>How many bytes came out.</summary>
    public long Bytes { get; private set; }

    /// <summary>Notes an entry that says it is so large.</summary>
    /// <exception cref="ConflictException">It is too much.</exception>
    public void Enter(long bytes)
    {
        if (++Entries > entries) throw new ConflictException($"The archive has more than {Number(entries)} entries.");
        if (bytes < 0) throw new InvalidDataException("The entry has no size.");
        Require(checked(Bytes + bytes));
    }

    /// <summary>Notes bytes that came out.</summary>
    /// <exception cref="ConflictException">It is too much.</exception>
    public void Take(int bytes)
    {
        Bytes += bytes;
        Require(Bytes);
        progress(Bytes);
    }

    void Require(long bytes)
    {
        if (bytes > room) throw new ConflictException($"What is in the archive does not fit: the server's disk has {Number(Math.Max(0, room) / (1024 * 1024))} MiB left.");
        if (bytes > Harmless && bytes / ratio > packed) throw new ConflictException($"The archive would become more than {Number(ratio)} times as large as it is. It is not unpacked.");
    }

    static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
