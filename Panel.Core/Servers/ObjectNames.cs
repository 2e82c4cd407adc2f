using System.Globalization;
using System.Text;
using Panel.Contracts.Servers;

namespace Panel.Core.Servers;

/// <summary>Names of objects in the cluster: readable, unique, a DNS label that begins with a letter, at most 40 characters.</summary>
public static class ObjectNames
{
    const int MaxSlug = 31;

    /// <summary>The name of a new server's objects: what is left of its name in ASCII, and eight digits of its id.</summary>
    public static string For(string name, ServerId id) => $"{Slug(name)}-{id.Value.ToString("N")[24..]}";   // the last digits: the first tell the time

    static string Slug(string name)
    {
        var slug = new StringBuilder(MaxSlug + 1);
        foreach (var letter in name.Normalize(NormalizationForm.FormKD))
        {
            if (slug.Length >= MaxSlug) break;
            if (CharUnicodeInfo.GetUnicodeCategory(letter) == UnicodeCategory.NonSpacingMark) continue;
            if (char.IsAsciiLetterOrDigit(letter)) slug.Append(char.ToLowerInvariant(letter));
            else if (slug.Length > 0 && slug[^1] != '-') slug.Append('-');
        }
        if (slug.Length > 0 && char.IsAsciiDigit(slug[0])) slug.Insert(0, "s-");
        var text = slug.ToString(0, Math.Min(slug.Length, MaxSlug)).Trim('-');
        return text.Length == 0 ? "server" : text;
    }
}
