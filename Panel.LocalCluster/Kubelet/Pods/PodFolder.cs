using Microsoft.Extensions.Logging;

namespace Panel.LocalCluster.Kubelet.Pods;

/// <summary>Removes what pods leave. A program may have made folders that even their owner cannot look into; that must stop nobody.</summary>
static class PodFolder
{
    public static void Delete(string path, ILogger logger)
    {
        for (var attempt = 1; Directory.Exists(path); attempt++)
        {
            try
            {
                if (attempt > 1) Open(path);
                Directory.Delete(path, recursive: true);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                if (attempt < 4) continue;
                logger.LogWarning(failure, "{Path} cannot be removed; the next start tries again", path);
                return;
            }
        }
    }

    static void Open(string path)
    {
        if (OperatingSystem.IsWindows()) return;
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var inner in new DirectoryInfo(path).EnumerateDirectories().Where(inner => inner.LinkTarget is null)) Open(inner.FullName);
    }
}
