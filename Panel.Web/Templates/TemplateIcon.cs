using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Panel.Core.Templates;

namespace Panel.Web.Templates;

/// <summary>The picture of a template as an address of its own, so that pages with many games load each once.</summary>
/// <param name="Type">Its media type.</param>
/// <param name="Content">Its bytes.</param>
/// <param name="Version">Names its content: other bytes have another.</param>
public sealed record TemplateIcon(string Type, byte[] Content, string Version)
{
    static readonly HashSet<string> types = new(StringComparer.Ordinal) { "image/png", "image/jpeg", "image/webp", "image/gif", "image/svg+xml" };

    // a template keeps its text as long as it is in the catalogue
    static readonly ConditionalWeakTable<string, TemplateIcon> known = [];

    /// <summary>The picture of a template; null where it has none that pages show.</summary>
    public static TemplateIcon? Of(Template template)
    {
        if (template.Icon is not { } text) return null;
        if (known.TryGetValue(text, out var icon)) return icon;
        if (Read(text) is not { } read) return null;
        known.AddOrUpdate(text, read);
        return read;
    }

    /// <summary>Where the picture of a template is; null for none.</summary>
    public static string? Address(Template template) => Of(template) is { } icon ? $"templates/{Uri.EscapeDataString(template.Key)}/icon?v={icon.Version}" : null;

    static TemplateIcon? Read(string text)
    {
        if (text.IndexOf(";base64,", StringComparison.Ordinal) is not (> 0 and var end) || !text.StartsWith("data:", StringComparison.Ordinal) || !types.Contains(text["data:".Length..end])) return null;
        var content = new byte[text.Length];
        if (!Convert.TryFromBase64Chars(text.AsSpan(end + ";base64,".Length), content, out var length)) return null;
        return new(text["data:".Length..end], content[..length], Convert.ToHexStringLower(SHA256.HashData(content.AsSpan(0, length)))[..16]);
    }
}
