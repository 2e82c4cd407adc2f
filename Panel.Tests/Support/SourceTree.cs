namespace Panel.Tests.Support;

/// <summary>The checked-out sources that these tests were built from.</summary>
public static class SourceTree
{
    static readonly string[] Built = ["bin", "obj", "node_modules", "artifacts", "data", ".git"];

    /// <summary>The folder that holds Panel.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Where results and screenshots are left.</summary>
    public static string Artifacts { get; } = Environment.GetEnvironmentVariable("PANEL_TEST_ARTIFACTS") ?? Path.Combine(Root, "artifacts");

    /// <summary>Files of the sources with one of these endings, by their path under the root, without build output.</summary>
    public static IEnumerable<string> Files(params string[] endings) =>
        Walk(new DirectoryInfo(Root))
            .Where(file => endings.Any(ending => file.Name.EndsWith(ending, StringComparison.Ordinal)))
            .Select(file => Path.GetRelativePath(Root, file.FullName).Replace('\\', '/'))
            .Order(StringComparer.Ordinal);

    /// <summary>The text of a file under the root.</summary>
    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    static IEnumerable<FileInfo> Walk(DirectoryInfo folder) =>
        folder.EnumerateFiles().Concat(folder.EnumerateDirectories().Where(inner => !Built.Contains(inner.Name)).SelectMany(Walk));

    static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Panel.sln"))) return folder;
        }
        throw new InvalidOperationException("Panel.sln is not above the tests.");
    }
}
