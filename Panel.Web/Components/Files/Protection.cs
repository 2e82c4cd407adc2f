namespace Panel.Web.Components.Files;

/// <summary>What people read of files that a game's template protects.</summary>
public static class Protection
{
    /// <summary>Why nothing is done with something.</summary>
    /// <param name="subject">What it is called.</param>
    /// <param name="rule">The line of the template's denylist.</param>
    public static string Text(string subject, string rule) => $"{subject} is protected by the game's template (rule {rule})";

    /// <summary>What the mark beside a name means.</summary>
    /// <param name="rule">The line of the template's denylist.</param>
    /// <param name="binding">Whether it binds who looks.</param>
    public static string Mark(string rule, bool binding) =>
        binding ? $"Protected by the game's template (rule {rule}): it can be neither read nor changed" : $"Protected by the game's template (rule {rule}); open to you, as you may change templates";
}
