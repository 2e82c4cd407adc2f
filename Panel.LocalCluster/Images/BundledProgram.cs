using System.Text.Json;

namespace Panel.LocalCluster.Images;

/// <summary>The files of one of Panel's own programs: those a pod that runs it may read. The directory they lie in holds the panel's settings as well.</summary>
static class BundledProgram
{
    /// <summary>The program's assembly, what the host reads beside it, and the assemblies it depends on.</summary>
    /// <param name="directory">Where Panel's programs lie.</param>
    /// <param name="file">The program, such as <c>Panel.Games.dll</c>; any other file stands for itself.</param>
    public static IEnumerable<string> FilesOf(string directory, string file)
    {
        yield return Path.Combine(directory, file);
        if (!file.EndsWith(".dll", StringComparison.Ordinal)) yield break;
        var name = file[..^".dll".Length];
        yield return Path.Combine(directory, name + ".runtimeconfig.json");
        var dependencies = Path.Combine(directory, name + ".deps.json");
        yield return dependencies;
        foreach (var assembly in ReadAssemblies(dependencies)) yield return Path.Combine(directory, assembly);
    }

    // { "targets": { ".NETCoreApp,Version=v10.0": { "Library/1.0.0": { "runtime": { "lib/net10.0/Library.dll": {} } } } } }; all lie flat beside the program
    static List<string> ReadAssemblies(string dependencies)
    {
        if (!File.Exists(dependencies)) return [];
        using var json = JsonDocument.Parse(File.ReadAllBytes(dependencies));
        return
        [
            .. from target in json.RootElement.GetProperty("targets").EnumerateObject()
               from library in target.Value.EnumerateObject()
               where library.Value.TryGetProperty("runtime", out _)
               from asset in library.Value.GetProperty("runtime").EnumerateObject()
               select Path.GetFileName(asset.Name),
        ];
    }
}
