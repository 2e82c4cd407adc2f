namespace Panel.LocalCluster.Images;

/// <summary>Something that this machine lacks for an image to run on it; one entry of the node's annotation <see cref="Annotation"/>.</summary>
/// <param name="Image">The images, as their recipe names them; <c>*</c> stands for any characters.</param>
/// <param name="Lacks">What is missing.</param>
/// <param name="Advice">What to do about it.</param>
/// <param name="Except">Images that are not meant, separated by blanks; null for none.</param>
sealed record MissingProgram(string Image, string Lacks, string Advice, string? Except = null)
{
    /// <summary>On a node: a JSON list of what it lacks.</summary>
    public const string Annotation = "panel.dev/missing-programs";

    /// <summary>On a node that has the annotation, so that others need not be read; its value is <c>told</c>.</summary>
    public const string Label = "panel.dev/programs";
}
