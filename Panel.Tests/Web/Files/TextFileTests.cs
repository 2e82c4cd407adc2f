using System.Text;
using Panel.Web.Components.Files;
using Panel.Web.Components.Live;
using Xunit;

namespace Panel.Tests.Web.Files;

public sealed class TextFileTests
{
    [Theory]
    [InlineData("a=1\nb=2\n", LineEnds.Lf)]
    [InlineData("one line", LineEnds.Lf)]
    [InlineData("", LineEnds.Lf)]
    [InlineData("a\r\nb\r\n", LineEnds.CrLf)]
    [InlineData("a\r\nb\n", LineEnds.Mixed)]
    [InlineData("a\rb\r", LineEnds.Mixed)]
    public void Line_ends_are_told(string text, LineEnds ends) => Assert.Equal(ends, TextFile.Read(Encoding.UTF8.GetBytes(text), out _)!.Ends);

    [Fact]
    public void Bytes_come_back_as_they_were()
    {
        foreach (var bytes in (byte[][])[[], [.. "Zoë\r\n😀"u8], [0xEF, 0xBB, 0xBF, .. "a=1\r\n"u8], [0xEF, 0xBB, 0xBF]])
        {
            var file = TextFile.Read(bytes, out _)!;
            Assert.Equal(bytes, file.With(file.Bytes.Span));
        }
        Assert.True(TextFile.Read(new byte[] { 0xEF, 0xBB, 0xBF, 0x61 }, out _)!.Marked);
    }

    [Theory]
    [InlineData(new byte[] { 0x61, 0, 0x62 }, TextFault.Binary)]
    [InlineData(new byte[] { 0xFF, 0xFE, 0x61, 0 }, TextFault.Binary)]
    [InlineData(new byte[] { 0x48, 0xE9, 0x0A }, TextFault.OtherEncoding)]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 }, TextFault.OtherEncoding)]     // half of a pair, encoded
    [InlineData(new byte[] { 0xC0, 0xAF }, TextFault.OtherEncoding)]           // longer than it may be
    public void What_an_editor_would_damage_is_refused(byte[] bytes, TextFault fault)
    {
        Assert.Null(TextFile.Read(bytes, out var found));
        Assert.Equal(fault, found);
    }

    [Theory]
    [InlineData("server.properties", "properties")]
    [InlineData("CONFIG.YML", "yaml")]
    [InlineData("latest.log", "log")]
    [InlineData("init.lua", "lua")]
    [InlineData("start.sh", "shell")]
    [InlineData("noextension", "plaintext")]
    public void Languages_go_by_the_name(string name, string language) => Assert.Equal(language, FileLanguage.Of(name));

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1000, "0.98 KiB")]
    [InlineData(1536, "1.5 KiB")]
    [InlineData(1023 * 1024, "1 MiB")]
    [InlineData(123L * 1024 * 1024 * 1024, "123 GiB")]
    public void Sizes_are_short(long bytes, string text) => Assert.Equal(text, ByteSize.Text(bytes));
}
