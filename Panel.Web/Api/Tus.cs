using System.Globalization;
using System.Text;
using Panel.Contracts.Files;
using Panel.Core.Errors;
using Panel.Core.Files;

namespace Panel.Web.Api;

/// <summary>The words of the protocol tus 1.0.0.</summary>
static class Tus
{
    public const string Version = "1.0.0", Content = "application/offset+octet-stream";
    public const string Resumable = "Tus-Resumable", Versions = "Tus-Version", Extension = "Tus-Extension", MaxSize = "Tus-Max-Size", ChecksumAlgorithm = "Tus-Checksum-Algorithm";
    public const string Offset = "Upload-Offset", Length = "Upload-Length", Metadata = "Upload-Metadata", Expires = "Upload-Expires", Checksum = "Upload-Checksum", Override = "X-HTTP-Method-Override";
    public const int ChecksumMismatch = 460;

    /// <summary>What is written at once when it comes with its announcement, in bytes: broken off, it begins again.</summary>
    public const long Small = 8 << 20;

    /// <summary>What is announced. <c>Upload-Metadata</c> says where it goes: <c>path</c>, or <c>folder</c> (the volume's root without it) and <c>filename</c>.</summary>
    /// <exception cref="InvalidFieldException">It cannot be read.</exception>
    public static UploadRequest Request(HttpRequest request)
    {
        var text = request.Headers[Metadata].ToString();
        var said = Pairs(text);
        var path = said.GetValueOrDefault("path") is { Length: > 0 } whole ? whole : $"{said.GetValueOrDefault("folder")}/{said.GetValueOrDefault("filename") ?? said.GetValueOrDefault("name")}";
        return new(path, Number(request, Length), said.GetValueOrDefault("replace") == "true", said.GetValueOrDefault("sha256") is { Length: > 0 } hash ? hash.ToLowerInvariant() : null, text.Length > 0 ? text : null);
    }

    /// <summary>What the body must be; null when that is not said.</summary>
    /// <exception cref="InvalidFieldException">It cannot be read, or the algorithm is unknown.</exception>
    public static ChunkHash? Check(HttpRequest request)
    {
        if (request.Headers[Checksum].ToString() is not { Length: > 0 } text) return null;
        if (text.Split(' ') is not [var algorithm, var hash] || !ChunkHash.Algorithms.Contains(algorithm)) throw new InvalidFieldException(Checksum, $"It is one of {string.Join(", ", ChunkHash.Algorithms)}, a space, and the hash as Base64.");
        return new(algorithm, Convert.ToHexStringLower(Decode(hash, Checksum)));
    }

    /// <summary>A header that is a number of bytes.</summary>
    /// <exception cref="InvalidFieldException">It is none.</exception>
    public static long Number(HttpRequest request, string header) =>
        long.TryParse(request.Headers[header], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new InvalidFieldException(header, "It is a number of bytes.");

    /// <summary>A time as HTTP writes it.</summary>
    public static string Time(DateTimeOffset at) => at.ToString("R", CultureInfo.InvariantCulture);

    static Dictionary<string, string> Pairs(string text)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var parts = pair.Split(' ', 2);
            pairs[parts[0]] = parts.Length == 2 ? Encoding.UTF8.GetString(Decode(parts[1], Metadata)) : "";
        }
        return pairs;
    }

    static byte[] Decode(string text, string field)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text.Trim(), bytes, out var length) ? bytes[..length] : throw new InvalidFieldException(field, "It is no Base64.");
    }
}
