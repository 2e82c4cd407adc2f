using System.Globalization;
using System.Text;
using Panel.Contracts.Files;

namespace Panel.Kube.Files;

/// <summary>Reads what <c>find -printf '%y\t%s\t%T@\t%m\t%f\0'</c> writes.</summary>
static class FolderListing
{
    /// <summary>The entries, folders first, then by name.</summary>
    public static IReadOnlyList<FileEntry> Parse(ReadOnlySpan<byte> output)
    {
        var entries = new List<FileEntry>();
        while (output.IndexOf((byte)0) is >= 0 and var end)
        {
            if (ParseEntry(Encoding.UTF8.GetString(output[..end])) is { } entry) entries.Add(entry);
            output = output[(end + 1)..];
        }
        entries.Sort(static (one, other) => (one.Kind == FileKind.Folder, other.Kind == FileKind.Folder) switch
        {
            (true, false) => -1,
            (false, true) => 1,
            _ => string.Compare(one.Name, other.Name, StringComparison.OrdinalIgnoreCase) is not 0 and var order ? order : string.CompareOrdinal(one.Name, other.Name),
        });
        return entries;
    }

    static FileEntry? ParseEntry(string line)
    {
        // only the name may hold tabs, and it comes last
        var fields = line.Split('\t', 5);
        if (fields is not [var kind, var size, var time, var mode, { Length: > 0 } name]) return null;
        // the pod's own copies in progress are nobody's files
        if (name.StartsWith(".panel-", StringComparison.Ordinal) && name.Length == 39) return null;
        var type = KindOf(kind);
        return new(name, type, type == FileKind.File && long.TryParse(size, CultureInfo.InvariantCulture, out var bytes) ? bytes : 0, Time(time), OctalMode(mode));
    }

    /// <summary>Reads what <c>stat -c '%s %.9Y %i'</c> writes; null when it is none.</summary>
    public static FileFacts? Facts(string line)
    {
        if (line.Split(' ') is not [var size, var time, var inode] || !long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)) return null;
        return new(bytes, Time(time), $"{size}-{time.Replace('.', '-')}-{inode}");
    }

    static DateTimeOffset Time(string text)
    {
        var seconds = decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var parsed) ? parsed : 0;
        return DateTimeOffset.UnixEpoch.AddTicks((long)(Math.Clamp(seconds, -62_135_596_800m, 253_402_300_799m) * TimeSpan.TicksPerSecond));
    }

    /// <summary>The kind that <c>%y</c> names.</summary>
    public static FileKind KindOf(string letter) => letter switch { "f" => FileKind.File, "d" => FileKind.Folder, "l" => FileKind.Link, _ => FileKind.Other };

    static int OctalMode(string octal) => octal.Aggregate(0, (mode, digit) => digit is >= '0' and <= '7' ? mode * 8 + (digit - '0') : mode);
}
