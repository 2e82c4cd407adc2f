using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Panel.Core.Accounts.Keys;
using Panel.Tests.Support;
using Panel.Web.Components.Files;
using Xunit;

namespace Panel.Tests.Web.Dav;

/// <summary>Real programs connect by WebDAV to the files of a server on the cluster of this machine.</summary>
[Trait("Lane", "cluster")]
public sealed partial class DavProgramsTests : IAsyncLifetime
{
    readonly TempFolder folder = new();
    PanelWithServer panel = default!;
    string key = "";

    string Address => new Uri(panel.Http.BaseAddress!, $"dav/{panel.Server}/").ToString();

    public async ValueTask InitializeAsync()
    {
        panel = await PanelWithServer.StartAsync();
        await File.WriteAllTextAsync(folder["rclone.conf"], "");
        key = (await panel.Get<CreateKey>().RunAsync(panel.Admin, new() { Name = "dav" }, CancellationToken.None)).Text;
    }

    public async ValueTask DisposeAsync()
    {
        await panel.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Rclone_takes_a_folder_up_and_down_and_finds_no_difference()
    {
        Require("rclone");
        // the very line that people are shown
        var line = ConnectDialog.RcloneLine(Address, PanelApp.AdminEmail);
        Assert.Contains(ConnectDialog.RcloneLine("https://panel.example.org/dav/01a1…/", "you@example.org"), SourceTree.Read("docs/guide/files.md"), StringComparison.Ordinal);
        await OutputAsync("sh", ["-c", $"{line.Replace("KEY", key, StringComparison.Ordinal)} --config '{folder["rclone.conf"]}'"]);
        Directory.CreateDirectory(folder["world/region/deep"]);
        foreach (var (name, size) in (ReadOnlySpan<(string, int)>)[("level.dat", 5_000), ("region/r.0.0.mca", 3_000_000), ("region/wörld & 1.txt", 10), ("region/deep/empty", 0)])
            File.WriteAllBytes(folder[$"world/{name}"], RandomNumberGenerator.GetBytes(size));
        await RcloneAsync("copy", folder["world"], "panel:world");
        await RcloneAsync("check", "--download", folder["world"], "panel:world");
        Assert.Equal("world\n", await RcloneAsync("lsf", "--dir-slash=false", "panel:"));
        await RcloneAsync("copy", "panel:world", folder["back"]);
        Assert.Equal(File.ReadAllBytes(folder["world/region/r.0.0.mca"]), File.ReadAllBytes(folder["back/region/r.0.0.mca"]));
        Assert.True(File.Exists(folder["back/region/wörld & 1.txt"]));
        await RcloneAsync("moveto", "panel:world/level.dat", "panel:world/moved.dat");
        await RcloneAsync("copyto", "panel:world/moved.dat", "panel:copied.dat");
        Assert.Equal(["copied.dat", "world"], (await panel.NamesAsync("/")).Order());
        Assert.Equal(["moved.dat", "region"], (await panel.NamesAsync("/world")).Order());
        await RcloneAsync("purge", "panel:world");
        Assert.Equal(["copied.dat"], await panel.NamesAsync("/"));
    }

    [Fact]
    public async Task Cadaver_puts_gets_moves_locks_and_removes()
    {
        Require("cadaver");
        File.WriteAllText(folder["local.txt"], "from here");
        File.WriteAllText(folder[".netrc"], $"machine 127.0.0.1 login {PanelApp.AdminEmail} password {key}\n");
        var commands = $"mkcol plugins\ncd plugins\nput {folder["local.txt"]} remote.txt\nls\nlock remote.txt\ncopy remote.txt second.txt\nunlock remote.txt\nmove second.txt third.txt\nget third.txt {folder["back.txt"]}\ndelete remote.txt\nquit\n";
        File.WriteAllText(folder["commands"], commands);
        var (code, output) = await RunAsync("sh", ["-c", $"cadaver '{Address.Replace("localhost", "127.0.0.1", StringComparison.Ordinal)}' <'{folder["commands"]}'"]);
        Assert.True(code == 0 && !output.Contains("failed", StringComparison.Ordinal), output);
        Assert.Equal("from here", File.ReadAllText(folder["back.txt"]));
        Assert.Equal(["third.txt"], await panel.NamesAsync("/plugins"));
    }

    /// <summary>The tests of a WebDAV server that the author of neon wrote. Properties that programs make up are not kept: the tests of them are left out, and three of the locks' tests end with one.</summary>
    [Theory]
    [InlineData("basic"), InlineData("copymove"), InlineData("locks"), InlineData("http")]
    public async Task Litmus_finds_no_failure(string tests)
    {
        Require("litmus");
        var (_, output) = await RunAsync("litmus", [Address, PanelApp.AdminEmail, key], ("TESTS", tests));
        TestContext.Current.TestOutputHelper?.WriteLine(output);
        Assert.Matches(Summary(), output);
        Assert.DoesNotContain(output.Split('\n'), line => line.Contains("FAIL", StringComparison.Ordinal) && !line.Contains("PROPPATCH", StringComparison.Ordinal));
    }

    Task<string> RcloneAsync(params string[] arguments) => OutputAsync("rclone", [.. arguments, "--config", folder["rclone.conf"], "--retries", "1", "--low-level-retries", "2"]);

    async Task<string> OutputAsync(string program, string[] arguments)
    {
        var (code, output) = await RunAsync(program, arguments);
        Assert.True(code == 0, $"{program} {arguments[0]}: {output}");
        return output;
    }

    async Task<(int Code, string Output)> RunAsync(string program, string[] arguments, params (string, string)[] more)
    {
        var environment = more.Append(("HOME", folder.Path)).ToDictionary(pair => pair.Item1, pair => pair.Item2);
        await using var run = ConsoleProgram.Start(folder.Path, program, arguments, environment);
        var code = await run.ExitAsync(TimeSpan.FromSeconds(120));
        return (code, run.Output.Length > 0 ? run.Output + "\n" : "");
    }

    static void Require(string program) =>
        Assert.SkipUnless(Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(path => File.Exists(Path.Combine(path, program))), $"No {program} here; it is a package of Debian.");

    [GeneratedRegex(@"summary for `\w+': of (?<all>\d+) tests run: (?<passed>\d+) passed, (?<failed>\d+) failed")]
    private static partial Regex Summary();
}
