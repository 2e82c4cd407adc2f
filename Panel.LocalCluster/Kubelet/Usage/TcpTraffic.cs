using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Panel.LocalCluster.Kubelet.Usage;

/// <summary>
/// Counts what goes over TCP by the port of this machine. Pods share the machine's network, where the kernel counts by connection and not by program;
/// every pod has ports of its own, so that a connection's local port says whose it is. UDP has no counters. What goes over a connection after the
/// last look before its end is not counted.
/// </summary>
/// <remarks>https://man7.org/linux/man-pages/man7/sock_diag.7.html; <c>struct tcp_info</c> in linux/tcp.h. No rights are needed.</remarks>
sealed partial class TcpTraffic
{
    const int Netlink = 16, Raw = 3, CloseOnExec = 0x80000, SocketDiag = 4;
    const int Header = 16, Request = 56, Answer = 72, Attribute = 4;
    const ushort ByFamily = 20, Done = 3, Failed = 2, IsRequest = 1, Dump = 0x300, TcpInfo = 2;
    const int SentAt = 120, ReceivedAt = 128;   // tcpi_bytes_acked, tcpi_bytes_received
    const byte Tcp = 6;
    static readonly byte[] Families = [2, 10];   // IPv4, IPv6

    readonly byte[] buffer = new byte[256 * 1024];
    readonly Dictionary<int, (long Received, long Sent)> sums = [];
    Dictionary<ulong, (long Received, long Sent)> before = [];

    /// <summary>Whether this kernel tells at all.</summary>
    public bool Told { get; private set; } = OperatingSystem.IsLinux();

    /// <summary>What went over ports since they were first looked at, in bytes.</summary>
    public (long Received, long Sent) Of(IEnumerable<int> ports)
    {
        var sum = (Received: 0L, Sent: 0L);
        lock (sums)
        {
            foreach (var port in ports)
            {
                if (sums.TryGetValue(port, out var one)) sum = (sum.Received + one.Received, sum.Sent + one.Sent);
            }
        }
        return sum;
    }

    /// <summary>Looks at all connections.</summary>
    /// <param name="ports">Those that anybody asks for; others are not kept.</param>
    public void Look(IReadOnlySet<int> ports)
    {
        if (!Told) return;
        var now = new Dictionary<ulong, (long, long)>();
        lock (sums)
        {
            foreach (var family in Families) Told &= Look(family, ports, now);
            foreach (var gone in sums.Keys.Where(port => !ports.Contains(port)).ToList()) sums.Remove(gone);
        }
        before = now;
    }

    bool Look(byte family, IReadOnlySet<int> ports, Dictionary<ulong, (long, long)> now)
    {
        using var socket = Socket(Netlink, Raw | CloseOnExec, SocketDiag);
        if (socket.IsInvalid) return false;
        Span<byte> request = stackalloc byte[Header + Request];
        request.Clear();
        MemoryMarshal.Write(request, request.Length);
        MemoryMarshal.Write(request[4..], ByFamily);
        MemoryMarshal.Write(request[6..], (ushort)(IsRequest | Dump));
        (request[Header], request[Header + 1], request[Header + 2]) = (family, Tcp, 1 << (TcpInfo - 1));
        MemoryMarshal.Write(request[(Header + 4)..], 0xFFF & ~(1 << 10));   // every state but listening
        if (Send(socket, ref MemoryMarshal.GetReference(request), request.Length, 0) != request.Length) return false;
        while (true)
        {
            var length = (int)Receive(socket, ref buffer[0], buffer.Length, 0);
            if (length <= 0) return false;
            for (var at = 0; at + Header <= length;)
            {
                var size = MemoryMarshal.Read<int>(buffer.AsSpan(at));
                var kind = MemoryMarshal.Read<ushort>(buffer.AsSpan(at + 4));
                if (kind == Done) return true;
                if (kind == Failed || size < Header || at + size > length) return false;
                Take(buffer.AsSpan(at + Header, size - Header), ports, now);
                at += (size + 3) & ~3;
            }
        }
    }

    void Take(ReadOnlySpan<byte> message, IReadOnlySet<int> ports, Dictionary<ulong, (long, long)> now)
    {
        if (message.Length < Answer) return;
        var port = BinaryPrimitives.ReadUInt16BigEndian(message[4..]);
        if (!ports.Contains(port)) return;
        var cookie = MemoryMarshal.Read<ulong>(message[44..]);
        for (var at = Answer; at + Attribute <= message.Length;)
        {
            var size = MemoryMarshal.Read<ushort>(message[at..]);
            if (size < Attribute || at + size > message.Length) return;
            if (MemoryMarshal.Read<ushort>(message[(at + 2)..]) == TcpInfo && size >= Attribute + ReceivedAt + 8)
            {
                var (received, sent) = (MemoryMarshal.Read<long>(message[(at + Attribute + ReceivedAt)..]), MemoryMarshal.Read<long>(message[(at + Attribute + SentAt)..]));
                var old = before.GetValueOrDefault(cookie);
                var sum = sums.GetValueOrDefault(port);
                sums[port] = (sum.Received + Math.Max(0, received - old.Received), sum.Sent + Math.Max(0, sent - old.Sent));
                now[cookie] = (received, sent);
                return;
            }
            at += (size + 3) & ~3;
        }
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial SafeFileHandle Socket(int family, int kind, int protocol);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(SafeFileHandle socket, ref byte bytes, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint Receive(SafeFileHandle socket, ref byte bytes, nint length, int flags);
}
