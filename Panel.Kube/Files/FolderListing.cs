using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Panel.Contracts.Files;
using Panel.Core.Files;

namespace Panel.Kube.Files;

/// <summary>Reads what <c>find -printf '%y\t%s\t%T@\t%m\t%f\0'</c> writes.</summary>
static class FolderListing
{
    const int MaxEntry = 1024;   // bytes: a name has 255 at most

    /// <summary>The entries, as they come; nothing but them is held.</summary>
    /// <param name="output">What the program writes.</param>
    /// <param name="most">How many are taken.</param>
    /// <param name="leaveOut">A name that is left out, or an empty one.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The entries, and whether there are more.</returns>
    public static async Task<(FolderEntries Entries, bool More)> ReadAsync(Stream output, int most, string leaveOut, CancellationToken cancellation)
    {
        var entries = new FolderEntries.Collector();
        var left = Encoding.UTF8.GetBytes(leaveOut);
        var buffer = new byte[64 << 10];
        var held = 0;
        while (await output.ReadAsync(buffer.AsMemory(held), cancellation) is > 0 and var read)
        {
            held += read;
            var used = Take(buffer.AsSpan(0, held));
            buffer.AsSpan(used, held - used).CopyTo(buffer);
            held -= used;
            if (held > MaxEntry) throw new InvalidDataException("The list of a folder cannot be read.");
        }
        return entries.Count > most ? (FolderEntries.Of([.. entries.Sorted().Take(most)]), true) : (entries.Sorted(), false);

        int Take(ReadOnlySpan<byte> bytes)
        {
            var at = 0;
            while (bytes[at..].IndexOf((byte)0) is >= 0 and var end)
            {
                if (entries.Count <= most) Add(entries, bytes.Slice(at, end), left);
                at += end + 1;
            }
            return at;
        }
    }

    static void Add(FolderEntries.Collector entries, ReadOnlySpan<byte> line, ReadOnlySpan<byte> leaveOut)
    {
        // only the name may hold tabs, and it comes last
        if (!Field(ref line, out var kind) || !Field(ref line, out var size) || !Field(ref line, out var time) || !Field(ref line, out var mode) || line.IsEmpty || line.SequenceEqual(leaveOut)) return;
        // the pod's own copies in progress are nobody's files
        if (line.Length == 39 && line.StartsWith(".panel-"u8)) return;
        var type = kind is [var letter] ? KindOf(letter) : FileKind.Other;
        entries.Add(line, type, type == FileKind.File && Utf8Parser.TryParse(size, out long bytes, out _) ? bytes : 0, Time(time).UtcTicks, OctalMode(mode));
    }

    /// <summary>Reads what <c>stat -c '%s %.9Y %i'</c> writes; null when it is none.</summary>
    public static FileFacts? Facts(string line)
    {
        if (line.Split(' ') is not [var size, var time, var inode] || !long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)) return null;
        return new(bytes, Time(Encoding.ASCII.GetBytes(time)), $"{size}-{time.Replace('.', '-')}-{inode}");
    }

    static DateTimeOffset Time(ReadOnlySpan<byte> text)
    {
        var seconds = Utf8Parser.TryParse(text, out decimal parsed, out _) ? parsed : 0;
        return DateTimeOffset.UnixEpoch.AddTicks((long)(Math.Clamp(seconds, -62_135_596_800m, 253_402_300_799m) * TimeSpan.TicksPerSecond));
    }

    static bool Field(ref ReadOnlySpan<byte> line, out ReadOnlySpan<byte> field)
    {
        var end = line.IndexOf((byte)'\t');
        field = end < 0 ? default : line[..end];
        if (end >= 0) line = line[(end + 1)..];
        return end >= 0;
    }

    /// <summary>The kind that <c>%y</c> names.</summary>
    public static FileKind KindOf(string letter) => letter is [var only] ? KindOf((byte)only) : FileKind.Other;

    static FileKind KindOf(byte letter) => letter switch { (byte)'f' => FileKind.File, (byte)'d' => FileKind.Folder, (byte)'l' => FileKind.Link, _ => FileKind.Other };

    static int OctalMode(ReadOnlySpan<byte> octal)
    {
        var mode = 0;
        foreach (var digit in octal) mode = digit is >= (byte)'0' and <= (byte)'7' ? mode * 8 + (digit - '0') : mode;
        return mode;
    }
}
