using System.Text.RegularExpressions;
using Panel.Core.Templates;

namespace Panel.Core.Servers;

/// <summary>Something that the cluster says it lacks for an image to run.</summary>
/// <param name="Image">The images; <c>*</c> stands for any characters.</param>
/// <param name="Lacks">What is missing.</param>
/// <param name="Advice">What to do about it.</param>
public sealed record MissingProgram(string Image, string Lacks, string Advice)
{
    /// <summary>Whether an image is one of <see cref="Image"/>.</summary>
    public bool Concerns(string image) => Regex.IsMatch(image, "^" + Regex.Escape(Image).Replace(@"\*", ".*", StringComparison.Ordinal) + "$", RegexOptions.CultureInvariant);
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
        var images = label is not null && template.Images.TryGetValue(label, out var chosen) ? [chosen] : template.Images.Values;
        var least = images.Select(image => missing.Where(program => program.Concerns(image)).ToList()).MinBy(lacks => lacks.Count) ?? [];
        return [.. least.Concat(missing.Where(program => template.Install is { } install && program.Concerns(install.Image))).Distinct()];
    }
}
