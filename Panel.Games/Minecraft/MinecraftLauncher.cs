using System.Diagnostics;
using System.Text.Json;

namespace Panel.Games.Minecraft;

/// <summary>
/// The contract of the image <c>itzg/minecraft-server</c> on a machine without containers: brings the server that the environment asks for,
/// writes what it reads, and becomes Java. See docs/templates.md for what of the contract is kept.
/// </summary>
static class MinecraftLauncher
{
    /// <summary>Prepares the folder and becomes the server.</summary>
    /// <returns>The exit code when there is nothing to become: 1 after a failure that was said in one line.</returns>
    public static async Task<int> RunAsync(string folder)
    {
        try
        {
            var settings = new LaunchSettings(Environment.GetEnvironmentVariable);
            AcceptEula(settings, folder);
            var (program, arguments) = await PrepareAsync(settings, folder);
            Say($"starting {program} {string.Join(' ', arguments)}");
            Machine.Become(program, arguments);
            return 1;
        }
        catch (LaunchFailure failure)
        {
            await Console.Error.WriteLineAsync($"[init] ERROR: {failure.Message}");
            return 1;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            await Console.Error.WriteLineAsync($"[init] ERROR: the server could not be prepared: {failure.Message}");
            return 1;
        }
    }

    static async Task<(string Program, IReadOnlyList<string> Arguments)> PrepareAsync(LaunchSettings settings, string folder)
    {
        var (kind, asked) = (settings.Kind, settings.Version);
        string[] heap = [.. settings.HeapOptions()];
        using var downloads = new Downloads();
        var build = await FindBuildAsync(settings, downloads, folder, kind, asked);
        var java = JavaRuntime.Find(settings.Text("PANEL_JAVA"), build.JavaVersion, build.Version);
        var file = Path.Combine(folder, ".panel", $"minecraft-{kind.ToLowerInvariant()}-{build.Version}{(build.IsInstaller ? "-installer" : "")}.jar");
        Say($"{kind} {build.Version} from {build.File.Url}{(build.File is { Sha1: null, Sha256: null } ? ", for which no checksum is published" : "")}");
        await downloads.FetchAsync(build.File, file);
        KnownBuilds.Remember(folder, kind, asked, build);
        PropertiesFile.Set(Path.Combine(folder, "server.properties"), settings.PropertyValues(), settings.OverridesProperties);
        IReadOnlyList<string> server = build.IsInstaller ? await InstallAsync(java, file, folder, build) : ["-jar", file];
        return (java.Program, [.. heap, .. settings.JavaOptions, .. server, "nogui"]);
    }

    // a server that has run must start again without a network
    static async Task<ServerBuild> FindBuildAsync(LaunchSettings settings, Downloads downloads, string folder, string kind, string asked)
    {
        try
        {
            return await new BuildFinder(settings, downloads).FindAsync(kind, asked);
        }
        catch (LaunchFailure failure) when (failure.InnerException is not null && KnownBuilds.Find(folder, kind, asked) is { } known)
        {
            Say($"{failure.Message} Starting {known.Version}, which is here already.");
            return known;
        }
    }

    static async Task<IReadOnlyList<string>> InstallAsync(JavaRuntime java, string installer, string folder, ServerBuild build)
    {
        if (FindInstalled() is { } there) return there;
        Say($"running {Path.GetFileName(installer)}");
        using var process = Process.Start(new ProcessStartInfo(java.Program, ["-jar", installer, "--installServer", folder]) { WorkingDirectory = folder, RedirectStandardInput = true })!;
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new LaunchFailure($"The installer of Forge {build.Version} ended with {process.ExitCode}; what it printed stands above. It fetches more files: is this machine connected?");
        return FindInstalled() ?? throw new LaunchFailure($"The installer of Forge {build.Version} left no server.");

        // since 1.17 a file of arguments, before that a jar
        IReadOnlyList<string>? FindInstalled()
        {
            var arguments = $"libraries/net/minecraftforge/forge/{build.Version}/unix_args.txt";
            if (File.Exists(Path.Combine(folder, arguments))) return [$"@{arguments}"];
            return new[] { $"forge-{build.Version}.jar", $"forge-{build.Version}-universal.jar" }.FirstOrDefault(jar => File.Exists(Path.Combine(folder, jar))) is { } jar ? ["-jar", jar] : null;
        }
    }

    static void AcceptEula(LaunchSettings settings, string folder)
    {
        var file = Path.Combine(folder, "eula.txt");
        if (settings.AcceptsEula)
        {
            File.WriteAllText(file, "# Accepted with EULA=TRUE\neula=true\n");
            return;
        }
        var accepted = File.Exists(file) && File.ReadLines(file).Any(line => line.Trim() == "eula=true");
        if (!accepted) throw new LaunchFailure("Please accept the Minecraft EULA (https://aka.ms/MinecraftEULA) by EULA=TRUE.");
    }

    static void Say(string text) => Console.WriteLine($"[init] {text}");
}
