namespace Panel.Bench;

/// <summary>The tree this program was built from.</summary>
static class SourceTree
{
#if DEBUG
    /// <summary>How it was built.</summary>
    public const string Configuration = "Debug";
#else
    /// <summary>How it was built.</summary>
    public const string Configuration = "Release";
#endif

    /// <summary>The folder of Panel.sln.</summary>
    public static string Root { get; } = Find();

    static string Find()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Panel.sln"))) return folder;
        }
        throw new InvalidOperationException("Panel.sln is not above the program.");
    }
}
