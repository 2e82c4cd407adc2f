using System.Diagnostics;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Kube.Files;

/// <summary>A run of <c>files.sh</c> as the pod runs it, but without a pod.</summary>
sealed class FilesScript : IDisposable
{
    static readonly string text = File.ReadAllText(Path.Combine(SourceTree.Root, "Panel.Kube", "Files", "files.sh"));

    readonly Process process;
    readonly MemoryStream output = new();
    readonly Task reading;

    FilesScript(Process process)
    {
        this.process = process;
        reading = process.StandardOutput.BaseStream.CopyToAsync(output);
    }

    /// <summary>All that it wrote, once it ended.</summary>
    public byte[] Output => output.ToArray();

    /// <summary>Starts it on a volume.</summary>
    public static FilesScript Start(string root, params string[] arguments) => StartWith("", root, arguments);

    /// <summary>Starts it on a volume, with programs of a folder instead of those of the system.</summary>
    public static FilesScript StartWith(string programs, string root, params string[] arguments) => new(Process.Start(new ProcessStartInfo("sh", ["-c", "eval \"$PANEL_FILES\"", "panel-files", arguments[0], root, .. arguments[1..]])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        Environment = { ["PANEL_FILES"] = text, ["PATH"] = $"{programs}{(programs.Length > 0 ? ":" : "")}{Environment.GetEnvironmentVariable("PATH")}" },
    })!);

    /// <summary>Gives it input. What it does not read any more, because it refused, is lost.</summary>
    public void Feed(ReadOnlySpan<byte> input)
    {
        try
        {
            process.StandardInput.BaseStream.Write(input);
            process.StandardInput.BaseStream.Flush();
        }
        catch (IOException)
        {
            Assert.False(input.IsEmpty);
        }
    }

    /// <summary>Ends its input, waits, and returns its code.</summary>
    public int End()
    {
        try
        {
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // it ended before its input did; the code tells why
            Assert.True(process.WaitForExit(TimeSpan.FromSeconds(20)));
        }
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(20)), "the script did not end");
        Assert.True(reading.Wait(TimeSpan.FromSeconds(20)));
        return process.ExitCode;
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        process.Dispose();
    }
}
