using System.Buffers;
using System.Text;
using Panel.Contracts.Console;
using Panel.Core.Console;
using Panel.Kube.Client;
using Xunit;

namespace Panel.Tests.Kube.Client;

public sealed class LogLinesTests
{
    const string Log =
        "2026-01-02T03:04:05.123456789Z first\n"
        + "2026-01-02T03:04:05.2Z \u001b[32mgreen\u001b[0m 🎉\r\n"
        + "2026-01-02T03:04:06Z \n"
        + "2026-01-02T05:04:07.000000001+02:00 zone\n"
        + "no time\n"
        + "2026-01-02T03:04:08Z last";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(100_000)]
    public void Lines_are_the_same_however_the_bytes_come(int size)
    {
        var lines = Read(Encoding.UTF8.GetBytes(Log), size);
        Assert.Equal(["first", "\u001b[32mgreen\u001b[0m 🎉", "", "zone", "no time", "last"], lines.Select(line => line.Text));
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddTicks(1_234_567), lines[0].At);
        Assert.Equal(lines[3].At, lines[4].At);
        Assert.All(lines, line => Assert.Equal(TimeSpan.Zero, line.At.Offset));
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 3, 4, 7, TimeSpan.Zero), lines[3].At);
    }

    [Fact]
    public void Lines_known_already_are_left_out()
    {
        var after = new DateTimeOffset(2026, 1, 2, 3, 4, 6, TimeSpan.Zero);
        Assert.Equal(["zone", "no time", "last"], Read(Encoding.UTF8.GetBytes(Log), 10, after).Select(line => line.Text));
    }

    [Fact]
    public void A_line_without_an_end_is_cut_and_the_next_one_is_whole()
    {
        var bytes = Encoding.UTF8.GetBytes("2026-01-02T03:04:05Z " + new string('x', 300_000) + "\n2026-01-02T03:04:06Z next\n");
        var lines = Read(bytes, 4096);
        Assert.Equal(["next"], lines.Skip(1).Select(line => line.Text));
        Assert.Equal(ConsoleLine.MaxLength, lines[0].Text.Length);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_shown_as_far_as_they_are()
    {
        byte[] bytes = [.. "2026-01-02T03:04:05Z a"u8, 0xff, 0xfe, .. "b\n"u8];
        Assert.Equal("a\ufffd\ufffdb", Assert.Single(Read(bytes, 5)).Text);
    }

    [Theory]
    [InlineData("2026-01-02T03:04:05Z", true)]
    [InlineData("2026-13-02T03:04:05Z x", false)]
    [InlineData("2026-02-30T03:04:05Z x", false)]
    [InlineData("2026-01-02T03:04:05 x and more", false)]
    [InlineData("2026-01-02T03:04:05.123+02:00 x", true)]
    [InlineData("2026-01-02T03:04:05.123Zx", false)]
    [InlineData("[03:04:05] [Server thread/INFO]: Done", false)]
    public void A_time_is_read_or_left_in_the_text(string line, bool isTime) => Assert.Equal(isTime, LogLines.TryTime(Encoding.ASCII.GetBytes(line), out _, out _));

    static List<SourceLine> Read(byte[] bytes, int size, DateTimeOffset? after = null)
    {
        var (reader, lines, rest) = (new LogLines(), new List<SourceLine>(), Array.Empty<byte>());
        for (var i = 0; i < bytes.Length; i += size)
        {
            var buffer = new ReadOnlySequence<byte>([.. rest, .. bytes.AsSpan(i, Math.Min(size, bytes.Length - i))]);
            reader.Take(ref buffer, after, lines, ended: i + size >= bytes.Length);
            rest = buffer.ToArray();
            Assert.True(rest.Length < LogLines.MaxBytes);
        }
        return lines;
    }
}
