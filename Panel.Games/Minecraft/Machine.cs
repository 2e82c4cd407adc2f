using System.Runtime.InteropServices;

namespace Panel.Games.Minecraft;

/// <summary>What the launcher asks of the system.</summary>
static partial class Machine
{
    /// <summary>The memory there is, in MiB.</summary>
    public static long MemoryMiB() => File.Exists("/proc/meminfo")
        ? long.Parse(File.ReadLines("/proc/meminfo").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture) / 1024
        : 1024;

    /// <summary>Becomes another program: same process number, same streams, nothing of this one left in memory. Returns only on failure.</summary>
    /// <exception cref="LaunchFailure">The program cannot be started.</exception>
    public static void Become(string program, IReadOnlyList<string> arguments)
    {
        execv(program, [program, .. arguments, null]);
        throw new LaunchFailure($"{program} could not be started: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int execv(string path, string?[] arguments);
}
