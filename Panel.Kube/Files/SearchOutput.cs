using System.Globalization;
using System.Text;
using Panel.Contracts.Files;
using Panel.Core.Files;

namespace Panel.Kube.Files;

/// <summary>Reads what the verbs "names" and "words" of <c>files.sh</c> write, as it comes. Of a long line only a part is kept.</summary>
sealed class SearchOutput(Stream output, ServerPath folder, FileSearchRequest request)
{
    const int MaxPath = 8192, MaxLine = 64 << 10, Shown = 240, Before = 60;

    readonly Pieces pieces = new(output);

    /// <summary>The next that was found; null at the end.</summary>
    public async Task<FileMatch?> NextAsync(CancellationToken cancellation)
    {
        if (await pieces.NextAsync(0, MaxPath, cancellation) is not { } head) return null;
        if (!request.Contents) return head.Length > 2 ? new(Place(head.AsSpan(2)), FolderListing.KindOf($"{(char)head[0]}"), null, null) : null;
        if (await pieces.NextAsync((byte)'\n', MaxLine, cancellation) is not { } line) return null;
        var colon = line.AsSpan().IndexOf((byte)':');
        var number = colon > 0 && int.TryParse(line.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out var at) ? at : 1;
        return new(Place(head.AsSpan(2)), FileKind.File, number, Part(Encoding.UTF8.GetString(line.AsSpan(colon + 1))));
    }

    // find writes paths without "./", grep with it
    string Place(ReadOnlySpan<byte> path) => $"{(folder.IsRoot ? "" : folder.Value)}/{FileNames.Text(path)}";

    // the part of the line where it was found
    string Part(string line)
    {
        line = line.TrimEnd('\r');
        if (line.Length <= Shown) return line.Trim();
        var found = request.Regex ? 0 : Math.Max(0, line.IndexOf(request.Text, request.MatchCase ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase));
        var from = Math.Clamp(found - Before, 0, line.Length - Shown);
        return $"{(from > 0 ? "…" : "")}{line.AsSpan(from, Shown).Trim()}{(from + Shown < line.Length ? "…" : "")}";
    }
}
