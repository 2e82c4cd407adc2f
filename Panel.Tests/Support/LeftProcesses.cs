using System.Diagnostics;

namespace Panel.Tests.Support;

/// <summary>Processes that belong to a test's data directory: pods that a killed panel left.</summary>
public static class LeftProcesses
{
    /// <summary>Processes whose command line, working directory or open files lie below the directory.</summary>
    public static IReadOnlyList<int> Find(string directory) =>
        !OperatingSystem.IsLinux() ? [] :
        [
            .. Directory.EnumerateDirectories("/proc")
                .Select(path => int.TryParse(Path.GetFileName(path), out var pid) ? pid : 0)
                .Where(pid => pid != 0 && pid != Environment.ProcessId && BelongsTo(pid, directory)),
        ];

    /// <summary>Kills them until none is left.</summary>
    public static async Task EndAsync(string directory)
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            var left = Find(directory);
            if (left.Count == 0) return;
            foreach (var pid in left) Kill(pid);
            await Task.Delay(50);
        }
        throw new InvalidOperationException($"Processes of {directory} cannot be ended: {string.Join(", ", Find(directory))}");
    }

    static void Kill(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            process.Kill();
        }
        catch (ArgumentException)
        {
            // ended by itself meanwhile: what was wanted
        }
        catch (InvalidOperationException)
        {
            // the same, a moment later
        }
    }

    static bool BelongsTo(int pid, string directory)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline").Contains(directory, StringComparison.Ordinal)
                || Below(new FileInfo($"/proc/{pid}/cwd").LinkTarget, directory)
                || Directory.EnumerateFiles($"/proc/{pid}/fd").Any(file => Below(new FileInfo(file).LinkTarget, directory));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    static bool Below(string? path, string directory) => path is not null && (path == directory || path.StartsWith(directory + "/", StringComparison.Ordinal));
}
