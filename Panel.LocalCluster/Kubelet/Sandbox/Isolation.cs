using System.Diagnostics;
using Panel.LocalCluster.Images;
using Panel.LocalCluster.Kubelet.Processes;

namespace Panel.LocalCluster.Kubelet.Sandbox;

/// <summary>Turns what a container wants to run into what this machine runs, in a sandbox or without.</summary>
sealed class Isolation
{
    readonly string? bubblewrap;
    readonly HostLayout host;

    Isolation(IsolationStatus status, string? bubblewrap, HostLayout host) => (Status, this.bubblewrap, this.host) = (status, bubblewrap, host);

    public IsolationStatus Status { get; }

    /// <summary>Tries whether a sandbox works on this machine.</summary>
    /// <exception cref="InvalidOperationException">It is required and does not.</exception>
    public static async Task<Isolation> DetectAsync(LocalClusterOptions options, MachineFacts machine, CancellationToken cancellation)
    {
        var (mode, host) = (options.Isolation, HostLayout.Read([options.DataDirectory, .. options.Private]));
        if (mode == IsolationMode.Off) return new(new(false, "Isolation is turned off by the option Panel:LocalCluster:Isolation."), null, host);
        var program = machine.FindCommand("bwrap");
        var problem = program is null
            ? "bubblewrap (bwrap) is not installed; on Debian: apt-get install bubblewrap."
            : machine.FindCommand("nsenter") is null ? "nsenter is not installed; on Debian: apt-get install util-linux." : await TryAsync(program, host, cancellation);
        if (problem is null) return new(new(true, "Every pod runs in its own sandbox (bubblewrap) and sees its volumes and the system's programs only."), program, host);
        if (mode == IsolationMode.Required) throw new InvalidOperationException($"Isolation is required (Panel:LocalCluster:Isolation) and cannot be had: {problem}");
        return new(new(false, $"Pods run without a sandbox and can read and write what the panel can: {problem}"), null, host);
    }

    /// <summary>How the shim runs the container.</summary>
    /// <param name="spec">The container.</param>
    /// <param name="runDirectory">The run's own directory; gets <c>tmp</c> and, in a sandbox, <c>etc</c>.</param>
    public HostLaunch Prepare(LaunchSpec spec, string runDirectory)
    {
        Directory.CreateDirectory(Path.Combine(runDirectory, "tmp"));
        if (bubblewrap is null)
        {
            var paths = new PathTranslation(spec.Mounts);
            return new(
                [.. spec.Program.Select(paths.Translate)],
                spec.Environment.ToDictionary(pair => pair.Key, pair => pair.Key is "PATH" ? pair.Value : paths.Translate(pair.Value)),
                FindDirectory(spec, paths) ?? Path.Combine(runDirectory, "tmp"), null);
        }

        var etc = Directory.CreateDirectory(Path.Combine(runDirectory, "etc")).FullName;
        foreach (var (name, text) in SandboxArguments.MakeEtc(spec)) File.WriteAllText(Path.Combine(etc, name), text);
        var options = string.Concat(SandboxArguments.Build(spec, host, runDirectory).Select(option => option + '\0'));
        var environment = new Dictionary<string, string> { ["PATH"] = MachineFacts.PodPath, [Shim.Marker] = spec.Environment[Shim.Marker] };
        return new([bubblewrap, "--args", "9", "--", .. spec.Program], environment, "/", options);
    }

    /// <summary>How a command is run beside a container's program.</summary>
    /// <param name="spec">The container.</param>
    /// <param name="program">Its first program.</param>
    /// <param name="command">The command and its arguments.</param>
    /// <param name="runDirectory">The run's own directory.</param>
    public HostLaunch PrepareExec(LaunchSpec spec, int program, IReadOnlyList<string> command, string runDirectory)
    {
        if (bubblewrap is null)
        {
            var paths = new PathTranslation(spec.Mounts);
            var direct = Prepare(spec, runDirectory);
            return direct with { Program = [.. command.Select(part => PathTranslation.TranslateProcess(paths.Translate(part), program))] };
        }
        // nsenter runs outside: variables by which a loader or library is steered must not reach it, the pod's owner may have set them
        var environment = spec.Environment.Where(pair => !IsLoaderVariable(pair.Key)).ToDictionary();
        string[] enter = ["/usr/bin/nsenter", "-t", $"{program}", "-U", "-m", "-p", "-u", "-i", "--preserve-credentials", $"--wd=/proc/{program}/cwd", "--"];
        return new([.. enter, .. command], environment, "/", null);
    }

    // what glibc itself takes from programs with privileges (sysdeps/generic/unsecvars.h)
    static bool IsLoaderVariable(string name) =>
        name.StartsWith("LD_", StringComparison.Ordinal) || name.StartsWith("MALLOC_", StringComparison.Ordinal) || name.StartsWith("BASH_FUNC_", StringComparison.Ordinal)
        || name is "GCONV_PATH" or "GETCONF_DIR" or "GLIBC_TUNABLES" or "HOSTALIASES" or "LOCALDOMAIN" or "LOCPATH" or "NIS_PATH" or "NLSPATH" or "RESOLV_HOST_CONF" or "RES_OPTIONS" or "TZDIR" or "BASH_ENV" or "ENV";

    static string? FindDirectory(LaunchSpec spec, PathTranslation paths)
    {
        var directory = spec.WorkingDirectory is { } wanted ? paths.Find(wanted) ?? (Directory.Exists(wanted) ? wanted : null) : null;
        directory ??= spec.Mounts.FirstOrDefault(mount => !mount.ReadOnly && Directory.Exists(mount.HostPath))?.HostPath;
        return directory is null ? null : Directory.CreateDirectory(directory).FullName;
    }

    static async Task<string?> TryAsync(string program, HostLayout host, CancellationToken cancellation)
    {
        var directory = Directory.CreateTempSubdirectory("panel-sandbox-");
        try
        {
            var spec = new LaunchSpec { Program = ["/bin/sh", "-c", "exit 0"], Environment = new Dictionary<string, string> { [Shim.Marker] = "" }, Hostname = "probe" };
            foreach (var part in new[] { "tmp", "etc" }) directory.CreateSubdirectory(part);
            foreach (var (name, text) in SandboxArguments.MakeEtc(spec)) await File.WriteAllTextAsync($"{directory.FullName}/etc/{name}", text, cancellation);
            using var probe = Process.Start(new ProcessStartInfo(program, [.. SandboxArguments.Build(spec, host, directory.FullName), "--", .. spec.Program])
            {
                RedirectStandardError = true,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            })!;
            var said = await probe.StandardError.ReadToEndAsync(cancellation);
            await probe.WaitForExitAsync(cancellation);
            return probe.ExitCode == 0 ? null : $"bubblewrap does not work here: {said.Trim()}";
        }
        catch (System.ComponentModel.Win32Exception failed)
        {
            return $"bubblewrap cannot be started: {failed.Message}";
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
