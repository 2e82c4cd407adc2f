using Panel.Core.Console;
using Panel.Core.Templates;
using Xunit;

namespace Panel.Tests.Console;

/// <summary>Lines that tell of a trouble, as real programs write them.</summary>
public sealed class FeatureWatchTests
{
    static readonly string[] All = [.. ConsoleFeatures.All.Select(feature => feature.Key)];

    static FeatureWatch Watch(params string[] features) => new(new(features), starts: 1, "pod-1", run: 0);

    static IReadOnlyList<SourceLine> Lines(params string[] lines) => [.. lines.Select(line => new SourceLine(DateTimeOffset.UnixEpoch, line))];

    [Theory]
    [InlineData("eula", "[12:00:00] [ServerMain/INFO]: You need to agree to the EULA in order to run the server. Go to eula.txt for more info.")]
    [InlineData("eula", "\u001b[33mYou need to \u001b[1magree to the EULA\u001b[0m in order to run the server.")]
    [InlineData("java_version", "Error: LinkageError occurred while loading main class Main java.lang.UnsupportedClassVersionError: Main has been compiled by a more recent version of the Java Runtime (class file version 65.0)")]
    [InlineData("java_version", "Minecraft 1.18 requires running the server with Java 17 or above. Download Java 17 (or above) from https://adoptium.net/")]
    [InlineData("java_version", "java.lang.IllegalArgumentException: Unsupported class file major version 65")]
    [InlineData("pid_limit", "[0.020s][warning][os,thread] Failed to start thread \"GC Thread#1\" - pthread_create failed (EAGAIN) for attributes: stacksize: 1024k")]
    [InlineData("pid_limit", "java.lang.OutOfMemoryError: unable to create native thread: possibly out of memory or process/resource limits reached")]
    [InlineData("steam_disk_space", "SteamCMD needs 250MB of free disk space to update.")]
    [InlineData("steam_disk_space", "Error! App '258550' state is 0x202 after update job.")]
    [InlineData("gsl_token", "****************************************************\r\n* No GSLT token. *")]
    [InlineData("hytale_oauth", "Or visit: https://oauth.accounts.hytale.com/oauth2/device/verify?user_code=AbC-12x")]
    public void Line_tells_of_its_trouble(string feature, string line)
    {
        Assert.Equal([feature], Watch(All).Take(Lines("before", line, "after"), int.MaxValue).Select(trouble => trouble.Feature));
        Assert.Empty(Watch([.. All.Where(other => other != feature)]).Take(Lines(line), int.MaxValue)); // a template that does not name it has no such trouble
    }

    [Fact]
    public void Trouble_is_told_once_however_often_it_is_written()
    {
        var watch = Watch(All);
        Assert.Single(watch.Take(Lines([.. Enumerable.Repeat("pthread_create failed", 10_000)]), int.MaxValue));
        Assert.Empty(watch.Take(Lines("pthread_create failed again"), int.MaxValue));
    }

    [Fact]
    public void Line_is_cut_and_holds_no_colours()
    {
        var trouble = Assert.Single(Watch(All).Take(Lines("\u001b[31mpthread_create failed\u001b[0m " + new string('x', 5000)), int.MaxValue));
        Assert.Equal(("pthread_create failed xxx", 301), (trouble.Line[..25], trouble.Line.Length));
    }

    [Fact]
    public void What_players_write_on_a_server_that_is_ready_is_no_trouble_of_its_start()
    {
        Assert.Empty(Watch(All).Take(Lines("<eve> You need to agree to the EULA in order to run the server", "<eve> requires running the server with java 99"), 0));
        Assert.Equal(["java_version"], Watch(All).Take(Lines("requires running the server with Java 17", "Done", "<eve> You need to agree to the EULA in order to run the server"), 2).Select(trouble => trouble.Feature));
        Assert.Single(Watch(All).Take(Lines("java.lang.OutOfMemoryError: unable to create native thread"), 0));
    }

    [Fact]
    public void Newest_address_counts_and_leads_nowhere_else()
    {
        const string Address = "https://oauth.accounts.hytale.com/oauth2/device/verify?user_code=";
        var (watch, feature) = (Watch(All), ConsoleFeatures.Find("hytale_oauth")!);
        var told = watch.Take(Lines($"Visit {Address}OLD-1", $"Visit {Address}NEW-2 now", $"Visit {Address}NEW-2 now"), 0);
        Assert.Equal([Address + "OLD-1", Address + "NEW-2"], told.Select(trouble => feature.AddressIn(trouble.Line)));
        Assert.Equal(Address, feature.AddressIn($"{Address}\"><script>"));
        Assert.Equal(Address + "a", feature.AddressIn($"{Address}a&redirect_uri=https://evil.example"));
        // a player's own code in the chat is no way for the owner to sign in
        foreach (var chat in new[] { $"<Eve> Or visit: {Address}mine", $"[12:00:01] [INFO] Eve: Or visit: {Address}mine", $"Eve says {Address}mine", $"[Chat] <Eve> {Address}mine" }) Assert.Null(feature.AddressIn(chat));
        Assert.Equal(Address + "a", feature.AddressIn($"[2026-11-21 12:00:01] [Server thread/INFO]: Or visit: {Address}a"));
        Assert.Null(feature.AddressIn("https://oauth.accounts.hytale.com.evil.example/oauth2/device/verify?user_code=x"));
    }

    [Fact]
    public void Features_that_are_not_known_are_passed_over() => Assert.Empty(Watch("lava_lamp", "").Take(Lines("lava_lamp", ""), int.MaxValue));

    [Theory]
    [InlineData("Minecraft 1.18 requires running the server with Java 17 or above.", "Java 17")]
    [InlineData("Main has been compiled by a more recent version of the Java Runtime (class file version 65.0), this version of the Java Runtime only recognizes class file versions up to 61.0", "Java 21")]
    [InlineData("Main has been compiled by a more recent version of the Java Runtime (class file version 52.0)", "Java 8")]
    [InlineData("requires running the server with Java 99 or above", null)]
    [InlineData("Unsupported class file major version 65", null)] // a library that is too old for the Java there is: another cause
    public void Image_is_the_one_with_the_version_that_the_line_asks_for(string line, string? label) =>
        Assert.Equal(label, FeatureHelp.ImageFor(line, ["Java 8", "Java 11", "Java 17", "Java 21", "Java 117"]));
}
