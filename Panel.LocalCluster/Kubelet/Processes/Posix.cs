using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Panel.LocalCluster.Kubelet.Processes;

/// <summary>The calls into libc that the framework does not offer: named pipes, signals, waiting for several pipes at once.</summary>
static partial class Posix
{
    public const int SigInt = 2, SigKill = 9, SigTerm = 15;

    const int NoEntry = 2, NoProcess = 3, Interrupted = 4, Again = 11, Exists = 17, NotPermitted = 1;
    const int ReadOnly = 0, WriteOnly = 1, NonBlocking = 0x800, CloseOnExec = 0x80000;
    const int GetDescriptorFlags = 1, SetDescriptorFlags = 2, DescriptorCloseOnExec = 1;

    /// <summary>Makes a named pipe for this user alone, if it is not there.</summary>
    public static void MakeFifo(string path)
    {
        if (MkFifo(path, 0x180) != 0 && Marshal.GetLastPInvokeError() is not Exists and var error) throw new IOException($"Cannot make {path}: {new Win32Exception(error).Message}");
    }

    /// <summary>Opens the reading end; does not wait for a writer.</summary>
    public static SafeFileHandle OpenReader(string path) => OpenFile(path, ReadOnly | NonBlocking | CloseOnExec);

    /// <summary>Opens the writing end, or returns null while nobody reads.</summary>
    public static SafeFileHandle? OpenWriter(string path)
    {
        var handle = Open(path, WriteOnly | NonBlocking | CloseOnExec);
        if (!handle.IsInvalid) return handle;
        handle.Dispose();
        return null;
    }

    /// <summary>A pipe within this process: reading end, writing end.</summary>
    public static (SafeFileHandle Reader, SafeFileHandle Writer) MakePipe()
    {
        Span<int> ends = stackalloc int[2];
        if (Pipe2(ref ends[0], NonBlocking | CloseOnExec) != 0) throw LastError("Cannot make a pipe");
        return (new(ends[0], ownsHandle: true), new(ends[1], ownsHandle: true));
    }

    /// <summary>Reads what is there.</summary>
    /// <returns>Bytes read, 0 when no writer is left, -1 when there is nothing now.</returns>
    public static int Read(SafeFileHandle handle, Span<byte> buffer)
    {
        var read = (int)Read(handle, ref MemoryMarshal.GetReference(buffer), buffer.Length);
        if (read >= 0) return read;
        return Marshal.GetLastPInvokeError() is Again or Interrupted ? -1 : throw LastError("Cannot read");
    }

    /// <summary>Writes what fits.</summary>
    /// <returns>Bytes written, 0 when there is no room now, -1 when nobody reads any more.</returns>
    public static int Write(SafeFileHandle handle, ReadOnlySpan<byte> bytes)
    {
        var written = (int)Write(handle, ref MemoryMarshal.GetReference(bytes), bytes.Length);
        if (written >= 0) return written;
        return Marshal.GetLastPInvokeError() is Again or Interrupted ? 0 : -1;
    }

    /// <summary>Waits until one of the handles can be read or its writers are gone; a null handle is skipped.</summary>
    public static void WaitReadable(ReadOnlySpan<SafeFileHandle?> handles, int milliseconds)
    {
        Span<PollItem> items = stackalloc PollItem[handles.Length];
        for (var i = 0; i < handles.Length; i++) items[i] = new() { Descriptor = handles[i] is { IsClosed: false } handle ? (int)handle.DangerousGetHandle() : -1, Events = 1 };
        _ = Poll(ref items[0], (nuint)items.Length, milliseconds);
    }

    /// <summary>Sends a signal.</summary>
    /// <returns>Whether there was such a process.</returns>
    public static bool Signal(int pid, int signal)
    {
        if (pid <= 1) return false;
        if (Kill(pid, signal) == 0) return true;
        return Marshal.GetLastPInvokeError() is not NoProcess and not NotPermitted and not NoEntry;
    }

    /// <summary>Puts a link or file in the place of another in one step; the framework's own call refuses links to directories.</summary>
    public static void Replace(string from, string to)
    {
        if (Rename(from, to) != 0) throw LastError($"Cannot rename {from}");
    }

    /// <summary>Keeps what this process got from its parent from reaching pods: all descriptors but the three standard ones are closed in children.</summary>
    public static void CloseInheritedInChildren()
    {
        foreach (var entry in Directory.EnumerateFileSystemEntries("/proc/self/fd"))
        {
            if (int.TryParse(Path.GetFileName(entry), out var descriptor) && descriptor > 2 && Fcntl(descriptor, GetDescriptorFlags, 0) is >= 0 and var flags)
                _ = Fcntl(descriptor, SetDescriptorFlags, flags | DescriptorCloseOnExec);
        }
    }

    static SafeFileHandle OpenFile(string path, int flags)
    {
        var handle = Open(path, flags);
        return handle.IsInvalid ? throw LastError($"Cannot open {path}") : handle;
    }

    static IOException LastError(string what) => new($"{what}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");

    [StructLayout(LayoutKind.Sequential)]
    struct PollItem
    {
        public int Descriptor;
        public short Events;
        public short Seen;
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "mkfifo", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MkFifo(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    private static partial int Pipe2(ref int ends, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(SafeFileHandle handle, ref byte buffer, nint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(SafeFileHandle handle, ref byte bytes, nint length);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollItem items, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Rename(string from, string to);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Fcntl(int descriptor, int command, int argument);
}
