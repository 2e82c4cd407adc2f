using System.Runtime.InteropServices;

namespace Panel.LocalCluster.Images;

/// <summary>What recipes may ask of this machine.</summary>
/// <param name="Dotnet">The .NET host program, or null where there is none.</param>
/// <param name="Bundle">The directory of Panel's own programs.</param>
/// <param name="Path">Directories searched for commands.</param>
public sealed record MachineFacts(string? Dotnet, string Bundle, IReadOnlyList<string> Path)
{
    /// <summary>The PATH that every pod has.</summary>
    public const string PodPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/games:/usr/local/games";

    /// <summary>The machine this runs on.</summary>
    public static MachineFacts Read() => new(FindDotnet(), AppContext.BaseDirectory.TrimEnd('/'), PodPath.Split(':'));

    /// <summary>The full path of a command, or null.</summary>
    public string? FindCommand(string command) =>
        command.Contains('/') ? (File.Exists(command) ? command : null) : Path.Select(directory => $"{directory}/{command}").FirstOrDefault(File.Exists);

    /// <summary>What a pod that runs a .NET program needs of the installation: the host and the runtimes. They may lie in somebody's home, so no more than that.</summary>
    public IEnumerable<string> DotnetParts => Dotnet is not null && System.IO.Path.GetDirectoryName(Dotnet) is { } root ? [Dotnet, $"{root}/host", $"{root}/shared"] : [];

    // Started through the host, the process is dotnet itself. Started as an apphost it is not, but the runtime's own directory is then
    // {root}/shared/Microsoft.NETCore.App/{version}/. A self-contained panel has neither and falls back to what is installed.
    static string? FindDotnet()
    {
        string?[] candidates =
        [
            System.IO.Path.GetFileName(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath : null,
            System.IO.Path.GetFullPath(System.IO.Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet")),
            Environment.GetEnvironmentVariable("DOTNET_ROOT") is { Length: > 0 } root ? System.IO.Path.Combine(root, "dotnet") : null,
            "/usr/share/dotnet/dotnet", "/usr/lib/dotnet/dotnet", "/usr/bin/dotnet",
        ];
        var found = candidates.FirstOrDefault(File.Exists);
        return found is null ? null : new FileInfo(found).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? found;
    }
}
