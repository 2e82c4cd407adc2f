using System.Runtime.CompilerServices;
using Xunit;

namespace Panel.Tests.Support;

/// <summary>Compares with a file kept beside the test. <c>UPDATE_GOLDEN=1 ./test</c> writes the files anew; read the diff before you commit it.</summary>
public static class Golden
{
    static readonly bool Update = Environment.GetEnvironmentVariable("UPDATE_GOLDEN") is "1" or "true";

    /// <summary>Fails unless the text is that of the file.</summary>
    /// <param name="actual">What the code made.</param>
    /// <param name="file">The file, relative to the test's source file.</param>
    /// <param name="source">Given by the compiler.</param>
    public static void Equal(string actual, string file, [CallerFilePath] string source = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(source)!, file);
        var text = actual.ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
        if (Update)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
            return;
        }
        Assert.True(File.Exists(path), $"{file} is missing; UPDATE_GOLDEN=1 writes it.");
        Assert.Equal(File.ReadAllText(path), text);
    }

    /// <summary>The names of the folders in a folder beside the test: one case each.</summary>
    public static IEnumerable<string> Cases(string folder, [CallerFilePath] string source = "") =>
        Directory.EnumerateDirectories(Path.Combine(Path.GetDirectoryName(source)!, folder)).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);
}
