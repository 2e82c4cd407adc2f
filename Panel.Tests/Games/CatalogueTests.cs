using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Panel.Core;
using Panel.Core.Templates;
using Panel.LocalCluster.Images;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Games;

/// <summary>The games that ship with Panel: whole, runnable here, and their patterns fit what the games really print.</summary>
public sealed class CatalogueTests
{
    static readonly TemplateCatalogue Catalogue = new(Options.Create(new PanelOptions { DataDirectory = "/nonexistent" }), NullLogger<TemplateCatalogue>.Instance);

    public static TheoryData<string> Keys => [.. Catalogue.All.Select(template => template.Key)];

    [Fact]
    public void Every_shipped_template_can_be_read() => Assert.Empty(Catalogue.Broken);

    [Fact]
    public void Demo_comes_first_and_the_real_games_follow() =>
        Assert.Equal(["demo", "luanti", "minecraft-bedrock", "minecraft-java", "openttd", "teeworlds", "terraria", "valheim", "xonotic"], Catalogue.All.Select(template => template.Key));

    [Theory, MemberData(nameof(Keys))]
    public void Defaults_keep_their_rules_except_what_only_a_person_can_accept(string key) =>
        Assert.Equal(key switch { "minecraft-java" or "minecraft-bedrock" => ["EULA"], "valheim" => ["SERVER_PASS"], _ => [] }, Catalogue.Find(key)!.Variables.Where(variable => VariableRules.Check(variable, variable.Default) is not null).Select(variable => variable.Env));

    [Theory, MemberData(nameof(Keys))]
    public void Placeholders_of_config_files_are_variables_or_ports(string key)
    {
        var template = Catalogue.Find(key)!;
        var known = template.Variables.Select(variable => $"server.environment.{variable.Env}").Concat(template.Ports.Select(port => $"server.allocations.{port.Name}.port"));
        var used = template.Files.Values.SelectMany(file => file.Find.Values).SelectMany(value => Regex.Matches(value.Text, @"\{\{(.*?)\}\}")).Select(match => match.Groups[1].Value);
        Assert.Empty(used.Except(known));
    }

    /// <summary>That of Bedrock has none: its program is Mojang's, and its image fetches it at each start, and the catalogue says so.</summary>
    [Theory, MemberData(nameof(Keys))]
    public void Every_image_has_a_recipe_but_that_of_Bedrock(string key)
    {
        var recipes = ImageCatalogue.ReadShipped().Select(recipe => $"^{Regex.Escape(recipe.Image).Replace("\\*", ".*", StringComparison.Ordinal)}$").ToList();
        var images = Catalogue.Find(key)!.Images.Values.Append(Catalogue.Find(key)!.Install?.Image).OfType<string>();
        Assert.All(images, image => Assert.Equal(key != "minecraft-bedrock", recipes.Any(recipe => Regex.IsMatch(image, recipe))));
    }

    [Theory, MemberData(nameof(Keys))]
    public void Every_game_has_a_picture_of_its_own_and_says_what_it_needs(string key)
    {
        var template = Catalogue.Find(key)!;
        Assert.Contains("<svg", System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(template.Icon!.Split(',')[1])), StringComparison.Ordinal);
        Assert.Single(Catalogue.All, other => other.Icon == template.Icon);
        Assert.True(template.Demo || template.Advice is { MemoryMiB: > 0, CpuMillis: > 0, DiskMiB: > 0 });
        Assert.True(template.Description.Length is > 20 and < 200);
    }

    [Fact]
    public void Minecraft_Java_offers_the_original_and_its_four_relatives() =>
        Assert.Equal(["required", "string", "in:VANILLA,PAPER,SPIGOT,FORGE,FABRIC"], Catalogue.Find("minecraft-java")!.Variables.Single(variable => variable.Env == "TYPE").Rules.Split('|'));

    [Theory, MemberData(nameof(Keys))]
    public async Task Install_script_is_a_shell_script(string key)
    {
        if (Catalogue.Find(key)!.Install is not { } install) return;
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["install.sh"], install.Script);
        await using var shell = ConsoleProgram.Start(folder.Path, "sh", ["-n", "install.sh"]);
        Assert.Equal(0, await shell.ExitAsync());
        Assert.DoesNotContain('\r', install.Script);
    }

    [Theory]
    [InlineData("demo", "[12:00:01] [Server thread/INFO]: Done (0.135s)! For help, type \"help\"")]
    [InlineData("luanti", "2026-01-01 03:23:11: ACTION[Main]: Server for gameid=\"minetest_game\" listening on 0.0.0.0:25998.")]
    [InlineData("openttd", "dbg: [net] Network revision name: 13.0")]
    [InlineData("teeworlds", "[2026-01-01 12:00:01][server]: version 0.7 802f1be60a05665f")]
    [InlineData("minecraft-java", "[12:00:01] [Server thread/INFO]: Done (12.345s)! For help, type \"help\"")]
    [InlineData("minecraft-bedrock", "[2026-01-01 12:00:01:123 INFO] Server started.")]
    [InlineData("terraria", "Server started")]
    [InlineData("valheim", "01/01/2026 12:00:01: Game server connected")]
    [InlineData("xonotic", "Server listening on address 0.0.0.0:26000")]
    [InlineData("minecraft-java", "[12:00:01 INFO]: Done (12.345s)! For help, type \"help\"")]
    public void Ready_line_is_known(string key, string line) =>
        Assert.Contains(Catalogue.Find(key)!.Ready, ready => ready.StartsWith("regex:", StringComparison.Ordinal) ? Regex.IsMatch(line, ready[6..]) : line.Contains(ready));

    [Theory]
    [InlineData("[2026-01-01 12:00:01][econ]: client accepted. cid=0 addr=127.0.0.1:40112'", true)]
    [InlineData("[2026-01-01 12:00:01][econ]: cid=0 authed", true)]
    [InlineData("[2026-01-01 12:00:01][server]: cid=0 cmd='status'", true)]
    [InlineData("[2026-01-01 12:00:01][econ]: client dropped. cid=0 addr=127.0.0.1:40112 reason='connection closed'", true)]
    [InlineData("[2026-01-01 12:00:01][server]: client dropped. cid=0 addr=203.0.113.7:8303 reason='Timeout'", false)]
    [InlineData("[2026-01-01 12:00:01][chat]: 1:0:Mallory: [econ]: cid=0 authed", false)]
    [InlineData("[2026-01-01 12:00:01][Console]: Value: dm1", false)]
    public void Only_what_the_panels_own_remote_console_causes_is_noise(string line, bool noise) =>
        Assert.Equal(noise, Catalogue.Find("teeworlds")!.Input!.Noise.Any(pattern => Regex.IsMatch(line, pattern["regex:".Length..])));

    [Theory]
    [InlineData("demo", "[12:00:01] [Server thread/INFO]: Alice joined the game", "Alice", null)]
    [InlineData("demo", "[12:00:01] [Server thread/INFO]: Alice left the game", null, "Alice")]
    [InlineData("demo", "[12:00:01] [Server thread/INFO]: <Mallory> Alice left the game", null, null)]
    [InlineData("luanti", "2026-01-01 03:23:18: ACTION[Server]: Alice [127.0.0.1] joins game. List of players: Alice", "Alice", null)]
    [InlineData("luanti", "2026-01-01 03:23:18: ACTION[Server]: Alice leaves game. List of players: ", null, "Alice")]
    [InlineData("luanti", "2026-01-01 03:23:18: ACTION[Server]: CHAT: <Mallory> Alice leaves game.", null, null)]
    [InlineData("openttd", "\u200E*** Alice has joined the game (Client #4)", "Alice", null)]
    [InlineData("openttd", "\u200E*** Alice has left the game (connection lost)", null, "Alice")]
    [InlineData("teeworlds", "[2026-01-01 12:00:01][game]: team_join player='0:Alice' team=0", "Alice", null)]
    [InlineData("teeworlds", "[2026-01-01 12:00:01][game]: leave player='0:Alice'", null, "Alice")]
    [InlineData("teeworlds", "[2026-01-01 12:00:01][chat]: 1:0:Mallory: [game]: leave player='0:Alice'", null, null)]
    [InlineData("minecraft-java", "[12:00:01 INFO]: Alice joined the game", "Alice", null)]
    [InlineData("minecraft-bedrock", "[2026-01-01 12:00:01:123 INFO] Player connected: Alice In Chains, xuid: 2535412345678901", "Alice In Chains", null)]
    [InlineData("minecraft-bedrock", "[2026-01-01 12:00:01:123 INFO] Player disconnected: Alice In Chains, xuid: 2535412345678901, pfid: ab12", null, "Alice In Chains")]
    [InlineData("terraria", "Alice has joined.", "Alice", null)]
    [InlineData("terraria", ": Alice has left.", null, "Alice")]
    [InlineData("terraria", "<Mallory> Alice has left.", null, null)]
    [InlineData("valheim", "01/01/2026 12:00:01: Got character ZDOID from Alice : 1234567:1", "Alice", null)]
    [InlineData("valheim", "01/01/2026 12:00:01: Got character ZDOID from Alice : 0:0", null, null)]
    [InlineData("xonotic", ":join:5:1:203.0.113.7:Alice", "Alice", null)]
    [InlineData("xonotic", ":join:5:1:[2001:db8::7]:Alice", "Alice", null)]
    [InlineData("xonotic", ":join:5:1:bot:[BOT]Eureka", null, null)]
    [InlineData("xonotic", ":chat:5::join:5:1:203.0.113.7:Alice", null, null)]
    public void Players_are_followed_and_chat_does_not_fool_it(string key, string line, string? joined, string? left)
    {
        var players = Catalogue.Find(key)!.Players!;
        Assert.Equal(joined, Name(players.Join!));
        Assert.Equal(left, Name(players.Leave!));

        string? Name(string pattern) => Regex.Match(line, pattern) is { Success: true } match ? match.Groups["name"].Value : null;
    }

    [Theory]
    [InlineData("valheim", "01/01/2026 12:00:01: Got character ZDOID from Alice : 1234567:1", "01/01/2026 12:09:01: Destroying abandoned non persistent zdo 1234567:3 owner 1234567", "1234567")]
    [InlineData("xonotic", ":join:5:1:203.0.113.7:Alice", ":part:5", "5")]
    public void Who_is_named_by_a_number_alone_on_leaving_is_known_by_that_of_joining(string key, string join, string leave, string id)
    {
        var players = Catalogue.Find(key)!.Players!;
        Assert.Equal((id, id), (Regex.Match(join, players.Join!).Groups["id"].Value, Regex.Match(leave, players.Leave!).Groups["id"].Value));
    }
}
