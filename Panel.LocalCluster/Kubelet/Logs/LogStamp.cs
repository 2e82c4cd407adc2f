using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Panel.LocalCluster.Kubelet.Logs;

/// <summary>The times in container logs: RFC 3339 in UTC with nine digits, <c>2026-01-01T00:00:00.000000000Z</c>.</summary>
static class LogStamp
{
    public const int Length = 30;

    public static void Write(DateTime utc, Span<byte> into)
    {
        // "O" gives seven digits and Z: two zeros go between
        Utf8Formatter.TryFormat(utc, into, out _, new('O'));
        "00Z"u8.CopyTo(into[(Length - 3)..]);
    }

    public static bool TryRead(ReadOnlySpan<byte> line, out DateTimeOffset time)
    {
        time = default;
        if (line.Length < Length || line[Length - 1] != 'Z') return false;
        return DateTimeOffset.TryParseExact(Encoding.ASCII.GetString(line[..(Length - 3)]), "yyyy-MM-ddTHH:mm:ss.fffffff", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
    }
}
