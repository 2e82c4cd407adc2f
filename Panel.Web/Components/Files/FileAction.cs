namespace Panel.Web.Components.Files;

/// <summary>Where an action has a place of its own; every one stands in the menu.</summary>
public enum FilePlace
{
    /// <summary>In the menu alone.</summary>
    Menu,
    /// <summary>In the bar, as an icon.</summary>
    Icon,
    /// <summary>In the bar, as a button with its word.</summary>
    Button,
    /// <summary>In the bar, as the button that matters.</summary>
    Primary,
}

/// <summary>
/// Something that can be done with the files. This one description is what the bar, the menu of a row and the keyboard show and run: a
/// new action is one more entry of <c>FilesView.FolderActions</c> or <c>FilesView.ChosenActions</c>.
/// </summary>
/// <param name="Icon">A symbol of wwwroot/icons.svg.</param>
/// <param name="Label">What it does, in a word or two.</param>
/// <param name="Run">Does it.</param>
public sealed record FileAction(string Icon, string Label, Func<Task> Run)
{
    /// <summary>Something that needs no waiting.</summary>
    public FileAction(string icon, string label, Action run) : this(icon, label, () =>
    {
        run();
        return Task.CompletedTask;
    })
    { }

    /// <summary>Where it stands.</summary>
    public FilePlace Place { get; init; }

    /// <summary>Whether its place in the bar is only where there is much room.</summary>
    public bool Wide { get; init; }

    /// <summary>Its key, such as <c>F2</c>, <c>Shift+Delete</c> or <c>Ctrl+C</c>; empty when it has none.</summary>
    public string Key { get; init; } = "";

    /// <summary>What else is to be said of it; null when the label says it.</summary>
    public string? Hint { get; init; }

    /// <summary>Why it cannot be done now, in words; null when it can. An empty text: it is plain to see.</summary>
    public string? Refusal { get; init; }

    /// <summary>Whether something goes away by it.</summary>
    public bool Danger { get; init; }

    /// <summary>Whether it is on; null for what is no switch.</summary>
    public bool? On { get; init; }

    /// <summary>Actions of one group stand together in the menu.</summary>
    public int Group { get; init; }

    /// <summary>What stands beside it: why not, or what it does, with its key.</summary>
    public string Title => !string.IsNullOrEmpty(Refusal) ? Refusal : $"{Hint ?? Label}{(Key.Length > 0 ? $" ({ShownKey})" : "")}";

    /// <summary>The key as people know it.</summary>
    public string ShownKey => Key.Replace("Delete", "Del", StringComparison.Ordinal);
}
