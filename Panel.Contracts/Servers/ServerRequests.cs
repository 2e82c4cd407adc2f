using System.ComponentModel.DataAnnotations;

namespace Panel.Contracts.Servers;

/// <summary>Asks for a new server.</summary>
public sealed record CreateServerRequest
{
    /// <summary>What people call it; any characters but control characters.</summary>
    [Required(ErrorMessage = "Give the server a name."), StringLength(80, ErrorMessage = "A name has at most 80 characters."), NoControlCharacters]
    public string Name { get; set; } = "";

    /// <summary>A note for its people.</summary>
    [StringLength(500, ErrorMessage = "A description has at most 500 characters.")]
    public string Description { get; set; } = "";

    /// <summary>The key of the template it is made from.</summary>
    [Required(ErrorMessage = "Choose a game.")]
    public string Template { get; set; } = "";

    /// <summary>The label of one of the template's images; the first when empty.</summary>
    public string? Image { get; set; }

    /// <summary>The label of one of the template's command lines; the first when empty.</summary>
    public string? Startup { get; set; }

    /// <summary>Values by environment name; a variable left out has its default.</summary>
    public Dictionary<string, string> Variables { get; set; } = [];

    /// <summary>The key of the plan that sets its limits.</summary>
    [Required(ErrorMessage = "Choose a plan.")]
    public string Plan { get; set; } = "";

    /// <summary>Whether it starts as soon as it is installed.</summary>
    public bool Start { get; set; } = true;
}

/// <summary>Changes whether a server runs.</summary>
public sealed record PowerRequest
{
    /// <summary><c>start</c>, <c>stop</c>, <c>restart</c> or <c>kill</c>.</summary>
    public required PowerAction Action { get; set; }
}

/// <summary>Changes what a server is called; its address and its files keep their place.</summary>
public sealed record RenameServerRequest
{
    /// <inheritdoc cref="CreateServerRequest.Name"/>
    [Required(ErrorMessage = "Give the server a name."), StringLength(80, ErrorMessage = "A name has at most 80 characters."), NoControlCharacters]
    public string Name { get; set; } = "";

    /// <summary>A note for its people; null keeps the one it has.</summary>
    [StringLength(500, ErrorMessage = "A description has at most 500 characters.")]
    public string? Description { get; set; }
}

/// <summary>Changes start values; they take effect at the next start.</summary>
public sealed record ChangeVariablesRequest
{
    /// <summary>Values by environment name; a variable left out keeps its value.</summary>
    public Dictionary<string, string> Variables { get; set; } = [];

    /// <summary>The label of another of the template's images, or null to keep the one it has.</summary>
    public string? Image { get; set; }

    /// <summary>The label of another of the template's command lines, or null to keep the one it has.</summary>
    public string? Startup { get; set; }
}

/// <summary>Moves a server to another plan; the new limits take effect at the next start.</summary>
public sealed record ChangePlanRequest
{
    /// <summary>The key of the plan.</summary>
    [Required(ErrorMessage = "Choose a plan.")]
    public string Plan { get; set; } = "";
}

/// <summary>Runs the template's install script again.</summary>
public sealed record ReinstallServerRequest
{
    /// <summary>Whether everything in the volume goes first.</summary>
    public bool WipeFiles { get; set; }
}

/// <summary>Makes a server one of another game.</summary>
public sealed record ChangeTemplateRequest
{
    /// <summary>The key of the template it is to be made from.</summary>
    [Required(ErrorMessage = "Choose a game.")]
    public string Template { get; set; } = "";

    /// <summary>The label of one of the template's images; the first when empty.</summary>
    public string? Image { get; set; }

    /// <summary>The label of one of the template's command lines; the first when empty.</summary>
    public string? Startup { get; set; }

    /// <summary>Values by environment name; a variable left out keeps its value where it has one that is fit, and has its default otherwise.</summary>
    public Dictionary<string, string> Variables { get; set; } = [];

    /// <summary>Whether everything in the volume goes first.</summary>
    public bool WipeFiles { get; set; }
}
