using Panel.Core.Templates;

namespace Panel.Core.Servers;

/// <summary>Something that the cluster says it lacks for an image to run.</summary>
/// <param name="Image">The images; <c>*</c> stands for any characters.</param>
/// <param name="Lacks">What is missing.</param>
/// <param name="Advice">What to do about it.</param>
/// <param name="Except">Images that are not meant, separated by blanks; null for none.</param>
public sealed record MissingProgram(string Image, string Lacks, string Advice, string? Except = null)
{
    /// <summary>Whether an image is one of <see cref="Image"/>.</summary>
    public bool Concerns(string image)
    {
        // an image without a tag is fetched as the latest, and a pattern may have been written either way
        var name = image.IndexOf(':', image.LastIndexOf('/') + 1) < 0 ? image + ":latest" : image;
        bool IsOf(string pattern) => Fits(pattern, name) || Fits(pattern, image);
        return IsOf(Image) && Except?.Split(' ', StringSplitOptions.RemoveEmptyEntries).Any(IsOf) != true;
    }

    /// <summary>A whole catalogue is looked through at once: no pattern is compiled for that.</summary>
    static bool Fits(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        var star = pattern.IndexOf('*');
        if (star < 0) return text.SequenceEqual(pattern);
        if (!text.StartsWith(pattern[..star])) return false;
        text = text[star..];
        pattern = pattern[(star + 1)..];
        for (star = pattern.IndexOf('*'); star >= 0; star = pattern.IndexOf('*'))
        {
            var at = text.IndexOf(pattern[..star]);
            if (at < 0) return false;
            text = text[(at + star)..];
            pattern = pattern[(star + 1)..];
        }
        return text.EndsWith(pattern);
    }
}

/// <summary>What games lack on this cluster.</summary>
public static class TemplatePrograms
{
    /// <summary>What has to be installed before a server of this template runs, with the image of a label or, without one, with the first that lacks nothing.</summary>
    /// <param name="template">The game.</param>
    /// <param name="label">The label of its image, or null.</param>
    /// <param name="missing">What the cluster lacks.</param>
    public static IReadOnlyList<MissingProgram> Lacks(this Template template, string? label, IReadOnlyList<MissingProgram> missing)
    {
        if (missing.Count == 0) return [];
        var images = (label is not null && template.Images.TryGetValue(label, out var chosen) ? [chosen] : template.Images.Values).Select(image => image.TrimStart('~'));
        var least = images.Select(image => missing.Where(program => program.Concerns(image)).ToList()).MinBy(lacks => lacks.Count) ?? [];
        return [.. least.Concat(missing.Where(program => template.Install is { } install && program.Concerns(install.Image.TrimStart('~')))).Distinct()];
    }
}
