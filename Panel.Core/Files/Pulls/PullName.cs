using System.Net.Http.Headers;
using System.Text;

namespace Panel.Core.Files.Pulls;

/// <summary>What a fetched file is called: what its sender says is made a name that any file may have.</summary>
static class PullName
{
    const string Otherwise = "download";
    const int MaxBytes = 200;

    /// <summary>The name that the sender gives, else the last part of the address.</summary>
    public static string Of(ContentDispositionHeaderValue? told, Uri address) => Safe(told?.FileNameStar ?? told?.FileName?.Trim('"')) ?? Safe(Uri.UnescapeDataString(address.Segments[^1])) ?? Otherwise;

    static string? Safe(string? name)
    {
        if (name is null) return null;
        name = name[(name.TrimEnd('/', '\\').LastIndexOfAny(['/', '\\']) + 1)..];
        // no controls, none of what turns the order of letters around, nothing that other systems forbid
        name = string.Concat(name.Where(letter => !char.IsControl(letter) && !char.IsSurrogate(letter) && char.GetUnicodeCategory(letter) is not System.Globalization.UnicodeCategory.Format && !"/\\:*?\"<>|".Contains(letter, StringComparison.Ordinal)));
        name = name.Trim().TrimStart('.').TrimEnd('.', ' ');
        while (Encoding.UTF8.GetByteCount(name) > MaxBytes) name = name[1..];
        return name.Length == 0 ? null : name;
    }
}
