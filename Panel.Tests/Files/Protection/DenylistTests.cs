using System.Diagnostics;
using System.Text;
using Panel.Core.Files;
using Panel.Core.Files.Protection;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Files.Protection;

/// <summary>The notation of a template's denylist, against its documentation and against git itself.</summary>
public sealed class DenylistTests
{
    [Theory]
    [InlineData("*.key", "/a.key", true)]
    [InlineData("*.key", "/deep/er/a.key", true)]
    [InlineData("*.key", "/a.key.txt", false)]
    [InlineData("*.key", "/A.KEY", false)]
    [InlineData("/a.key", "/a.key", true)]
    [InlineData("/a.key", "/deep/a.key", false)]
    [InlineData("deep/a.key", "/deep/a.key", true)]
    [InlineData("deep/a.key", "/x/deep/a.key", false)]
    [InlineData("secret", "/secret/any/thing", true)]
    [InlineData("secret/", "/secret/any", true)]
    [InlineData("secret/", "/secret", false)]
    [InlineData("**/a", "/a", true)]
    [InlineData("**/a", "/x/y/a", true)]
    [InlineData("x/**", "/x", false)]
    [InlineData("x/**", "/x/y/z", true)]
    [InlineData("x/**/z", "/x/z", true)]
    [InlineData("x/**/z", "/x/1/2/z", true)]
    [InlineData("x/**/z", "/xx/z", false)]
    [InlineData("/*/z", "/a/b/z", false)]
    [InlineData("a?c", "/abc", true)]
    [InlineData("a?c", "/aéc", true)]
    [InlineData("a?c", "/a🎮c", true)]
    [InlineData("a?c", "/a/c", false)]
    [InlineData("a[b-d]e", "/ace", true)]
    [InlineData("a[!b-d]e", "/ace", false)]
    [InlineData("a[^b-d]e", "/axe", true)]
    [InlineData("a[]]b", "/a]b", true)]
    [InlineData("a[[:digit:]]", "/a7", true)]
    [InlineData("[Ss]erver.jar", "/Server.jar", true)]
    [InlineData("x[!a]y/z", "/x/y/z", false)]
    [InlineData("a[b", "/a[b", false)]
    [InlineData("a\\", "/a", false)]
    [InlineData("\\#a", "/#a", true)]
    [InlineData("#a", "/#a", false)]
    [InlineData("\\!a", "/!a", true)]
    [InlineData("a\\*", "/a*", true)]
    [InlineData("a\\*", "/ab", false)]
    [InlineData("a  ", "/a", true)]
    [InlineData("a\\ ", "/a ", true)]
    [InlineData("a\r", "/a", true)]
    [InlineData("", "/a", false)]
    [InlineData("/", "/a", false)]
    [InlineData("*", "/.hidden", true)]
    [InlineData("a.b", "/axb", false)]
    [InlineData("(a|b)+$", "/(a|b)+$", true)]
    [InlineData("a\nb", "/a", false)]
    public void Line_is_read_as_git_reads_it(string line, string path, bool denied) => Assert.Equal(denied, Denylist.Parse([line]).RuleFor(ServerPath.Parse(path), folder: false) is not null);

    [Fact]
    public void Last_line_counts_and_nothing_comes_out_of_a_folder_that_is_denied()
    {
        var list = Denylist.Parse(["*.cfg", "!open.cfg", "# remark", "/secret/", "!/secret/open.cfg"]);
        Assert.Equal("*.cfg", list.RuleFor(ServerPath.Parse("/a.cfg"), false));
        Assert.Null(list.RuleFor(ServerPath.Parse("/x/open.cfg"), false));
        Assert.Equal("/secret/", list.RuleFor(ServerPath.Parse("/secret/open.cfg"), false));
        Assert.Equal("/secret/", list.RuleFor(ServerPath.Parse("//secret///a/"), false));
        Assert.Null(list.RuleFor(ServerPath.Root, true));
        Assert.True(Denylist.Parse(["!a", "#b", ""]).IsEmpty);
        Assert.Equal("*.cfg", list.Inside(ServerPath.Parse("/x"))!("b.cfg", false));
        Assert.Equal("/secret/", list.Inside(ServerPath.Parse("/secret"))!("anything", false));
        Assert.Equal("/secret/", list.Inside(ServerPath.Root)!("secret", true));
    }

    [Fact]
    public void Name_whose_bytes_are_no_text_is_denied_as_any_other()
    {
        var odd = FileNames.Text([(byte)'a', 0xE9, (byte)'.', (byte)'k', (byte)'e', (byte)'y']);
        foreach (var line in (string[])["*.key", "a?.key", "a[!x].key"]) Assert.NotNull(Denylist.Parse([line]).RuleFor(ServerPath.Root.Child(odd), false));
    }

    [Fact]
    public void Pattern_that_would_explode_takes_no_time()
    {
        var lines = new[] { string.Concat(Enumerable.Repeat("*a", 300)) + "b", string.Concat(Enumerable.Repeat("**/", 200)) + "b", string.Concat(Enumerable.Repeat("[ab]*", 150)) + "c", new string('*', 900) + "b" };
        var list = Denylist.Parse(lines);
        var path = ServerPath.Parse(string.Join('/', Enumerable.Repeat(new string('a', 250), 16)));
        var watch = Stopwatch.StartNew();
        Assert.Null(list.RuleFor(path, false));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"It took {watch.Elapsed}.");
    }

    [Fact]
    public void What_no_pattern_is_and_what_is_too_much_is_told()
    {
        Assert.Equal(["a[b", "x\\"], Denylist.Idle(["a[b", "ok", "# remark", "", "x\\"]));
        Assert.Null(Denylist.Fault(["a"]));
        Assert.NotNull(Denylist.Fault([new('a', 1001)]));
        Assert.NotNull(Denylist.Fault([.. Enumerable.Repeat("a", 501)]));
    }

    [Fact]
    public async Task Random_lists_deny_what_git_ignores()
    {
        using var folder = new TempFolder();
        Assert.SkipUnless(await GitAsync(folder.Path, null, "init", "-q") is not null, "There is no git here.");
        string[] names = ["a", "b", "ab", "a.b", "ba", "B", "#a", "!a", "a b"];
        var random = new Random(6);
        var paths = new List<(string Path, bool Folder)>();
        Fill(folder.Path, "", 0);
        var input = string.Concat(paths.Select(path => path.Path + "\0"));
        for (var round = 0; round < 150; round++)
        {
            string[] lines = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => Pattern(random))];
            await File.WriteAllTextAsync(Path.Combine(folder.Path, ".git", "info", "exclude"), string.Join('\n', lines) + "\n", TestContext.Current.CancellationToken);
            var ignored = (await GitAsync(folder.Path, input, "check-ignore", "--no-index", "--stdin", "-z"))!.Split('\0', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);
            var list = Denylist.Parse(lines);
            foreach (var (path, isFolder) in paths) Assert.Equal((string.Join(" | ", lines), path, ignored.Contains(path)), (string.Join(" | ", lines), path, list.RuleFor(ServerPath.Parse(path), isFolder) is not null));
        }

        void Fill(string place, string before, int depth)
        {
            foreach (var name in names)
            {
                var isFolder = depth < 2 && random.Next(2) == 0;
                paths.Add((before + name, isFolder));
                if (!isFolder)
                {
                    File.WriteAllText(Path.Combine(place, name), "");
                    continue;
                }
                Fill(Directory.CreateDirectory(Path.Combine(place, name)).FullName, before + name + "/", depth + 1);
            }
        }
    }

    static string Pattern(Random random)
    {
        string[] pieces = ["a", "b", "a", "b", "*", "**", "?", "/", "/", "[ab]", "[!a]", ".", "\\", "\\#", "#", "!", " ", "B", "[[:lower:]]", "[a-", "]", "**/", "/**"];
        var pattern = new StringBuilder(random.Next(4) == 0 ? "!" : "");
        for (var left = random.Next(1, 6); left > 0; left--) pattern.Append(pieces[random.Next(pieces.Length)]);
        if (random.Next(5) == 0) pattern.Append('/');
        return pattern.ToString();
    }

    static async Task<string?> GitAsync(string folder, string? input, params string[] arguments)
    {
        var start = new ProcessStartInfo("git") { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, StandardInputEncoding = new UTF8Encoding(false) };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (key, value) in (ReadOnlySpan<(string, string)>)[("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_SYSTEM", "/dev/null")]) start.Environment[key] = value;
        try
        {
            using var git = Process.Start(start)!;
            var output = git.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await git.StandardInput.WriteAsync(input);
            git.StandardInput.Close();
            await git.WaitForExitAsync(TestContext.Current.CancellationToken);
            return await output;
        }
        catch (System.ComponentModel.Win32Exception) { return null; }
    }
}
