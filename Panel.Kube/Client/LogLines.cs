using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Panel.Contracts.Console;
using Panel.Core.Console;

namespace Panel.Kube.Client;

/// <summary>
/// Cuts a log with time stamps into lines, as the bytes come: <c>2026-01-01T00:00:00.123456789Z text</c>. Text that is no UTF-8 is
/// shown as far as it can be; a line without an end is cut at <see cref="MaxBytes"/>, so that it cannot fill the memory.
/// </summary>
sealed class LogLines
{
    /// <summary>Bytes after which the rest of a line is dropped.</summary>
    public const int MaxBytes = 32 << 10;

    bool dropping;
    DateTimeOffset last;

    /// <summary>Takes whole lines off the front of the buffer; those not later than <paramref name="after"/> are left out.</summary>
    /// <param name="buffer">The bytes; what is left of them is the beginning of a line.</param>
    /// <param name="after">Lines up to this time are known already.</param>
    /// <param name="into">Takes the lines.</param>
    /// <param name="ended">Whether no more bytes come: the last line needs no line break.</param>
    public void Take(ref ReadOnlySequence<byte> buffer, DateTimeOffset? after, List<SourceLine> into, bool ended = false)
    {
        while (!buffer.IsEmpty)
        {
            if (buffer.PositionOf((byte)'\n') is { } end)
            {
                Add(buffer.Slice(0, end), after, into);
                buffer = buffer.Slice(buffer.GetPosition(1, end));
                dropping = false;
            }
            else if (ended || buffer.Length >= MaxBytes)
            {
                Add(buffer, after, into);
                buffer = buffer.Slice(buffer.End);
                dropping = !ended;
            }
            else
            {
                return;
            }
        }
    }

    void Add(in ReadOnlySequence<byte> line, DateTimeOffset? after, List<SourceLine> into)
    {
        if (dropping) return;
        var bytes = line.IsSingleSegment ? line.FirstSpan : line.Slice(0, Math.Min(line.Length, MaxBytes)).ToArray();
        if (TryTime(bytes, out var at, out var length))
        {
            last = at;
            bytes = bytes[length..];
        }
        else
        {
            at = last;   // the rest of a line that the runtime cut, or a word of the kubelet's own
        }
        if (at <= after) return;
        if (bytes is [.., (byte)'\r']) bytes = bytes[..^1];
        var text = Encoding.UTF8.GetString(bytes);
        into.Add(new(at, text.Length <= ConsoleLine.MaxLength ? text : text[..Cut(text)]));
    }

    static int Cut(string text) => char.IsHighSurrogate(text[ConsoleLine.MaxLength - 1]) ? ConsoleLine.MaxLength - 1 : ConsoleLine.MaxLength;

    /// <summary>Reads an RFC 3339 time of up to nine decimals, in any zone, and the blank behind it.</summary>
    internal static bool TryTime(ReadOnlySpan<byte> line, out DateTimeOffset at, out int length)
    {
        (at, length) = (default, 0);
        if (line.Length < 20 || line[10] != 'T' || !Utf8Parser.TryParse(line[..4], out int year, out _)) return false;
        if (!Two(line, 5, out var month) || !Two(line, 8, out var day) || !Two(line, 11, out var hour) || !Two(line, 14, out var minute) || !Two(line, 17, out var second)) return false;
        if (year is < 1 or > 9999 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59) return false;
        var i = 19;
        long ticks = 0, unit = TimeSpan.TicksPerSecond / 10;
        if (line[i] == '.')
        {
            for (i++; i < line.Length && char.IsAsciiDigit((char)line[i]); i++, unit /= 10) ticks += (line[i] - '0') * unit;
        }
        if (!TryZone(line[i..], out var zone, out var zoneLength)) return false;
        i += zoneLength;
        if (i < line.Length && line[i] != ' ') return false;
        length = Math.Min(i + 1, line.Length);
        at = new DateTimeOffset(new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc).AddTicks(ticks).AddMinutes(-zone));
        return true;
    }

    static bool TryZone(ReadOnlySpan<byte> text, out int minutes, out int length)
    {
        (minutes, length) = (0, text is [(byte)'Z', ..] ? 1 : 6);
        if (length == 1) return true;
        if (text.Length < 6 || text[0] is not ((byte)'+' or (byte)'-') || !Two(text, 1, out var hours) || !Two(text, 4, out var rest)) return false;
        minutes = (text[0] == '-' ? -1 : 1) * (hours * 60 + rest);
        return true;
    }

    static bool Two(ReadOnlySpan<byte> line, int at, out int number)
    {
        var (tens, ones) = (line[at] - '0', line[at + 1] - '0');
        number = tens * 10 + ones;
        return tens is >= 0 and <= 9 && ones is >= 0 and <= 9;
    }
}
