namespace Panel.LocalCluster.Images;

/// <summary>How an image name is run on this machine: data in <c>Images/Catalogue/*.json</c>, each file a list of recipes.</summary>
/// <remarks>
/// Entrypoint, args, env, binds and needs may hold placeholders: <c>{dotnet}</c> the .NET host, <c>{bundle}</c> the directory of Panel's own programs (of which a pod
/// sees the files of the program that is named, and no others), <c>{tag}</c> the image's tag, <c>{path}</c> the PATH that pods have, <c>{settings.Name}</c> or <c>{settings.Name|default}</c> a value of <see cref="LocalClusterOptions.Images"/>.
/// A setting that is missing and has no default is a reason why the image cannot be had, as an unmet need is.
/// </remarks>
public sealed record ImageRecipe
{
    /// <summary>The image names it stands for; <c>*</c> matches any run of characters, as in <c>panel/tools:*</c>.</summary>
    public required string Image { get; init; }

    /// <summary>The program and its first arguments, used unless the pod names a <c>command</c>.</summary>
    public IReadOnlyList<string> Entrypoint { get; init; } = [];

    /// <summary>Further arguments, used unless the pod names a <c>command</c> or <c>args</c>.</summary>
    public IReadOnlyList<string> Args { get; init; } = [];

    /// <summary>Environment under that of the pod.</summary>
    public IReadOnlyDictionary<string, string> Env { get; init; } = new Dictionary<string, string>();

    /// <summary>Paths of this machine that the program may read beside the system's own (<c>/usr</c>, <c>/bin</c>, <c>/lib*</c>). A path that is not there is left out.</summary>
    public IReadOnlyList<string> Binds { get; init; } = [];

    /// <summary>Where the program starts, inside the container; the root when null.</summary>
    public string? WorkingDir { get; init; }

    /// <summary>Programs that the image has and this machine has not, such as <c>ash</c>, with what is run where a pod's command names them.</summary>
    public IReadOnlyDictionary<string, string> StandIns { get; init; } = new Dictionary<string, string>();

    /// <summary>What this machine must have.</summary>
    public IReadOnlyList<ImageNeed> Needs { get; init; } = [];
}

/// <summary>Something that a recipe cannot do without: exactly one of path, command and setting.</summary>
public sealed record ImageNeed
{
    /// <summary>A file or directory.</summary>
    public string? Path { get; init; }

    /// <summary>A program in the PATH (<c>/usr/games</c> included).</summary>
    public string? Command { get; init; }

    /// <summary>A key of <see cref="LocalClusterOptions.Images"/>.</summary>
    public string? Setting { get; init; }

    /// <summary>What a person should do when it is missing, such as <c>apt-get install default-jre-headless</c>.</summary>
    public required string Advice { get; init; }
}
