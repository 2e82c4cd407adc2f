using System.Globalization;
using Panel.Contracts.Files;
using Panel.Core.Files;

namespace Panel.Kube.Files;

/// <summary>Reads what <c>files.sh</c> tells of the bin and of a file's history. What is in there under another name is nothing of the panel's and is left out.</summary>
static class KeptFiles
{
    /// <summary>The entries of the bin: of each, the thing itself and a link that says where it was.</summary>
    public static IReadOnlyList<BinEntry> Bin(string output)
    {
        var was = new Dictionary<string, string>(StringComparer.Ordinal);
        var things = new List<(KeptId Id, FileKind Kind, long Bytes)>();
        foreach (var record in output.Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            // only the link's text may hold tabs, and it comes last
            if (record.Split('\t', 4) is not [var place, var kind, var size, var link] || place.Split('/') is not [var name, var part] || KeptId.Find(name) is not { } id) continue;
            if (part == "from") was[name] = link;
            else if (part == "item") things.Add((id, FolderListing.KindOf(kind), Bytes(size)));
        }
        return [.. things.Where(thing => was.ContainsKey(thing.Id.Value))
            .Select(thing => new BinEntry(thing.Id.Value, "/" + was[thing.Id.Value], thing.Kind, thing.Kind is FileKind.File ? thing.Bytes : 0, thing.Id.At))];
    }

    /// <summary>The saves of a file.</summary>
    public static IReadOnlyList<FileSave> Saves(string output) =>
        [.. output.Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(record => record.Split('\t', 2))
            .Where(fields => fields.Length == 2 && KeptId.Find(fields[0]) is not null)
            .Select(fields => new FileSave(fields[0], KeptId.Find(fields[0])!.Value.At, Bytes(fields[1])))];

    static long Bytes(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : 0;
}
