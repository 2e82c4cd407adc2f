using System.Text;
using Panel.Core.Errors;
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
    public void Line_ends_are_told(string text, LineEnds ends) => Assert.Equal(ends, TextFile.Read(Encoding.UTF8.GetBytes(text))!.Ends);

    [Theory]
    [InlineData(TextEncoding.Utf8, new byte[0])]
    [InlineData(TextEncoding.Utf8, new byte[] { 0x5A, 0xC3, 0xAB, 0x0D, 0x0A, 0xF0, 0x9F, 0x98, 0x80 })]
    [InlineData(TextEncoding.Utf8Marked, new byte[] { 0xEF, 0xBB, 0xBF, 0x61, 0x0D, 0x0A })]
    [InlineData(TextEncoding.Utf8Marked, new byte[] { 0xEF, 0xBB, 0xBF })]
    [InlineData(TextEncoding.Utf16Little, new byte[] { 0xFF, 0xFE, 0x61, 0, 0xE9, 0, 0x3D, 0xD8, 0x00, 0xDE })]
    [InlineData(TextEncoding.Utf16Big, new byte[] { 0xFE, 0xFF, 0, 0x61, 0, 0x0A })]
    [InlineData(TextEncoding.Windows1252, new byte[] { 0x48, 0xE9, 0x80, 0x9F, 0x81, 0x0A })]
    public void Encodings_are_found_and_bytes_come_back_as_they_were(TextEncoding encoding, byte[] bytes)
    {
        var file = TextFile.Read(bytes)!;
        Assert.Equal(encoding, file.Encoding);
        Assert.Equal(bytes, file.With(file.Bytes.Span));
    }

    [Fact]
    public void Every_byte_of_Windows_1252_comes_back()
    {
        var all = Enumerable.Range(1, 255).Select(octet => (byte)octet).ToArray();
        var file = TextFile.Read(all, TextEncoding.Windows1252)!;
        Assert.Equal(all, file.With(file.Bytes.Span));
        Assert.Contains("€", Encoding.UTF8.GetString(file.Bytes.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void What_an_encoding_cannot_say_is_refused_by_name()
    {
        var file = TextFile.Read(new byte[] { 0x48, 0xE9 })!;
        Assert.Contains("🎮", Assert.Throws<InvalidFieldException>(() => file.With("a🎮"u8)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { 0x61, 0, 0x62 })]
    [InlineData(new byte[] { 0xFF, 0xFE, 0x61 })]              // half a character
    [InlineData(new byte[] { 0xFF, 0xFE, 0x00, 0xD8 })]        // half of a pair
    [InlineData(new byte[] { 0xEF, 0xBB, 0xBF, 0xC0, 0xAF })]  // marked as UTF-8, and is none
    [InlineData(new byte[] { 0x89, 0x50, 0x4E, 0x47, 0x1A, 0x02 })]
    public void What_an_editor_would_damage_is_no_text(byte[] bytes) => Assert.Null(TextFile.Read(bytes));

    [Theory]
    [InlineData("start", "#!/usr/bin/env python3\nprint(1)\n", "python")]
    [InlineData("run", "#!/bin/sh\n", "shell")]
    [InlineData("settings", "\n<?xml version='1.0'?><a/>", "xml")]
    [InlineData("ops", "[\n  { \"name\": \"x\" }\n]\n", "json")]
    [InlineData("ini", "[section]\na=1\n[other]", "plaintext")]
    [InlineData("notes.txt", "{ not json }", "plaintext")]
    [InlineData("a.lua", "{}", "lua")]
    public void Languages_go_by_the_text_where_the_name_says_nothing(string name, string text, string language) => Assert.Equal(language, FileLanguage.Of(name, Encoding.UTF8.GetBytes(text)));

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
