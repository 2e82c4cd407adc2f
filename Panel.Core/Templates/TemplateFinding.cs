namespace Panel.Core.Templates;

/// <summary>How much a finding matters.</summary>
public enum FindingWeight
{
    /// <summary>Good to know.</summary>
    Note,
    /// <summary>Somebody should look at it: a part of it may not do what its author meant.</summary>
    Attention,
}

/// <summary>Something that whoever takes a template over should know.</summary>
/// <param name="Weight">How much it matters.</param>
/// <param name="Place">Where in the template, such as <c>variables</c>.</param>
/// <param name="Text">What it is, as a sentence.</param>
public sealed record TemplateFinding(FindingWeight Weight, string Place, string Text);
