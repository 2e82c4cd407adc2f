using System.Diagnostics;

namespace Panel.Tests.Support;

/// <summary>A file system of a few MiB in the place of a folder, which really gets full. What was in the folder stands in it too.</summary>
public sealed class SmallDisk : IDisposable
{
    const string Junk = ".junk";

    readonly string folder;

    SmallDisk(string folder) => this.folder = folder;

    /// <summary>Mounts one over a folder; skips the test where this user or this machine may not.</summary>
    public static SmallDisk Mount(string folder, int mebibytes)
    {
        Xunit.Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "No small disk here: it takes root to mount one.");
        var owner = Run("stat", "-c", "%u %g %a", folder).Said.Trim().Split(' ');
        using var kept = new TempFolder();
        Run("cp", "-a", folder + "/.", kept.Path);
        var (code, said) = Run("mount", "-t", "tmpfs", "-o", $"size={mebibytes}m,uid={owner[0]},gid={owner[1]},mode={owner[2]}", "panel-test", folder);
        Xunit.Assert.SkipUnless(code == 0, $"No small disk here: {said.Trim()}");
        Run("cp", "-a", kept.Path + "/.", folder);
        return new(folder);
    }

    /// <summary>Leaves no byte free.</summary>
    public void Fill()
    {
        using var junk = new FileStream(Path.Combine(folder, Junk), new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, BufferSize = 0 });
        foreach (var size in (int[])[1 << 20, 1 << 16, 4096, 1])
        {
            try
            {
                while (true) junk.Write(new byte[size]);
            }
            catch (IOException full)
            {
                _ = full;   // what was to be reached
            }
        }
    }

    /// <summary>Gives back what <see cref="Fill"/> took.</summary>
    public void Free() => File.Delete(Path.Combine(folder, Junk));

    /// <summary>Takes it away, also from those who still use it.</summary>
    public void Dispose() => Run("umount", "-l", folder);

    static (int Code, string Said) Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, said + errors.GetAwaiter().GetResult());
    }
}
