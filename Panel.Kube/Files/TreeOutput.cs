using System.Globalization;
using System.Text;
using Panel.Core.Errors;
using Panel.Core.Files;

namespace Panel.Kube.Files;

/// <summary>Reads what the verb "tree" of <c>files.sh</c> writes, as it comes.</summary>
sealed class TreeOutput(Stream output)
{
    // longer than any path that there can be: one that is cut would be another
    const int Most = 64 << 10;

    readonly Pieces pieces = new(output);

    /// <summary>The next entry; null at the end.</summary>
    public async Task<TreeEntry?> NextAsync(CancellationToken cancellation)
    {
        if (await pieces.NextAsync(0, Most, cancellation) is not { } head || await pieces.NextAsync(0, Most, cancellation) is not { } link) return null;
        var tab = head.AsSpan().IndexOf((byte)'\t');
        if (tab < 1 || head.Length < tab + 3 || head.Length == Most || !int.TryParse(head.AsSpan(0, tab), NumberStyles.None, CultureInfo.InvariantCulture, out var root))
            throw new ConflictException("What a folder holds cannot be read.");
        var path = FileNames.Text(head.AsSpan(tab + 3));
        return new(root, path.Length == 0 ? [] : path.Split('/'), FolderListing.KindOf(Encoding.ASCII.GetString(head, tab + 1, 1)), FileNames.Text(link));
    }
}
