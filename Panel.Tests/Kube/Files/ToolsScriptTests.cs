using System.Diagnostics;
using Panel.Contracts.Files;
using Panel.Core.Files;
using Panel.Kube.Files;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Kube.Files;

/// <summary>How the script changes permission bits and searches.</summary>
public sealed class ToolsScriptTests : IDisposable
{
    const int NotFound = 10, Link = 14, NoExpression = 23;

    readonly TempFolder folder = new();
    readonly string root, outside;

    public ToolsScriptTests()
    {
        root = Directory.CreateDirectory(Path.Combine(folder.Path, "volume")).FullName;
        outside = Directory.CreateDirectory(Path.Combine(folder.Path, "outside")).FullName;
        File.WriteAllText(Path.Combine(outside, "secret"), "the needle outside");
        File.SetUnixFileMode(Path.Combine(outside, "secret"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    public void Dispose() => folder.Dispose();

    [Theory, InlineData("plain"), InlineData("-R"), InlineData("new\nline"), InlineData("$(id)")]
    public void Bits_change_of_what_is_named_alone(string name)
    {
        Write($"w/{name}", "x");
        Write("w/other", "x");
        Assert.Equal(0, Run("chmod", "w", "0750", "-", name).Code);
        Assert.Equal("750", Mode($"w/{name}"));
        Assert.NotEqual("750", Mode("w/other"));
    }

    [Fact]
    public void Bits_change_deep_and_no_link_is_followed()
    {
        Write("w/a/b", "x");
        File.CreateSymbolicLink(Path.Combine(root, "w", "a", "link"), Path.Combine(outside, "secret"));
        Directory.CreateSymbolicLink(Path.Combine(root, "w", "out"), outside);
        Assert.Equal(0, Run("chmod", "/", "0640", "0750", "w").Code);
        Assert.Equal(("750", "750", "640", "600"), (Mode("w"), Mode("w/a"), Mode("w/a/b"), Mode("../outside/secret")));
        Assert.Equal(Link, Run("chmod", "w", "0777", "-", "out").Code);
        Assert.Equal(Link, Run("chmod", "w", "0777", "0777", "out").Code);
        Assert.Equal(Link, Run("chmod", "w/out", "0777", "-", "secret").Code);
        Assert.Equal(NotFound, Run("chmod", "w", "0777", "-", "none").Code);
        Assert.Equal("600", Mode("../outside/secret"));
    }

    [Fact]
    public async Task Names_are_found_by_a_part_and_by_a_pattern()
    {
        foreach (var name in (string[])["mods/Über.jar", "mods/deep/b.JAR", "a.txt", "-jar", "new\njar", ".panel/bin/x.jar"]) Write(name, "x");
        Directory.CreateSymbolicLink(Path.Combine(root, "out"), outside);
        Assert.Equal(["/-jar", "/mods/deep/b.JAR", "/mods/Über.jar", "/new\njar"], await NamesAsync("*jar*", "any"));
        Assert.Equal(["/mods/deep/b.JAR", "/mods/Über.jar"], await NamesAsync("*.jar", "any"));
        Assert.Equal(["/mods/Über.jar"], await NamesAsync("*.jar", "same"));
        Assert.Equal(["/mods/Über.jar"], await NamesAsync("*üBER*", "any"));
        Assert.Empty(await NamesAsync("secret", "any"));
        Assert.Equal(Link, Run("names", "out", "*", "any").Code);
    }

    [Fact]
    public async Task Text_is_found_with_its_line_in_files_that_are_neither_binary_nor_huge()
    {
        Write("a.cfg", "one\r\nthe Needle $(id)\r\n");
        Write("new\nline/b\n.cfg", "needle");
        Write("long", new string('x', 30_000) + "needle" + new string('y', 300_000));
        Write("binary", "needle\0needle");
        Write("huge", "needle" + new string('\n', 1000));
        Write(".panel/history/x", "needle");
        File.CreateSymbolicLink(Path.Combine(root, "link"), Path.Combine(outside, "secret"));
        using (var pipe = Process.Start("mkfifo", [Path.Combine(root, "pipe")])) await pipe.WaitForExitAsync(TestContext.Current.CancellationToken);
        File.SetUnixFileMode(Path.Combine(root, "huge"), UnixFileMode.UserRead);
        var found = await WordsAsync("needle", "plain", "any", new() { Text = "needle", Contents = true }, 700_000);
        Assert.Equal(["/a.cfg", "/huge", "/long", "/new\nline/b\n.cfg"], found.Select(match => match.Path).Order(StringComparer.Ordinal));
        var first = found.Single(match => match.Path == "/a.cfg");
        Assert.Equal((2, "the Needle $(id)"), (first.Line, first.Text));
        Assert.Contains("xneedley", found.Single(match => match.Path == "/long").Text, StringComparison.Ordinal);
        Assert.InRange(found.Max(match => match.Text!.Length), 10, 300);
        Assert.Equal(["/new\nline/b\n.cfg"], (await WordsAsync("needle", "plain", "same", new() { Text = "needle", Contents = true, MatchCase = true }, 100)).Select(match => match.Path));
        Assert.Equal(["/a.cfg"], (await WordsAsync("^the [nN]e{2}dle", "regex", "same", new() { Text = "x", Contents = true, Regex = true }, 1000)).Select(match => match.Path));
        Assert.Empty(await WordsAsync("-r", "plain", "any", new() { Text = "-r", Contents = true }, 1000));
        Assert.Equal(NoExpression, Run("words", "/", "(", "regex", "any", "10", "1000").Code);
        Assert.Equal(Link, Run("words", "link", "needle", "plain", "any", "10", "1000").Code);
    }

    async Task<string[]> NamesAsync(string glob, string how)
    {
        var answer = Run("names", "/", glob, how);
        Assert.Equal(0, answer.Code);
        return [.. (await ReadAsync(answer.Output, new() { Text = glob })).Select(match => match.Path).Order(StringComparer.Ordinal)];
    }

    async Task<IReadOnlyList<FileMatch>> WordsAsync(string text, string kind, string how, FileSearchRequest request, int largest)
    {
        var answer = Run("words", "/", text, kind, how, "10", $"{largest}");
        Assert.Equal(0, answer.Code);
        return await ReadAsync(answer.Output, request);
    }

    static async Task<IReadOnlyList<FileMatch>> ReadAsync(byte[] output, FileSearchRequest request)
    {
        var matches = new SearchOutput(new MemoryStream(output), ServerPath.Root, request);
        var all = new List<FileMatch>();
        while (await matches.NextAsync(TestContext.Current.CancellationToken) is { } match) all.Add(match);
        return all;
    }

    void Write(string path, string content)
    {
        var file = Path.Combine(root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
    }

    string Mode(string path) => Convert.ToString((int)File.GetUnixFileMode(Path.Combine(root, path)), 8);

    (int Code, byte[] Output) Run(params string[] arguments)
    {
        using var script = FilesScript.Start(root, arguments);
        return (script.End(), script.Output);
    }
}
