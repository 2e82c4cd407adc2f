using System.Security.Claims;
using Bunit;
using Bunit.TestDoubles;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Plans;
using Panel.Core.Servers;
using Panel.Core.Settings;
using Panel.Core.Templates;
using Panel.Core.Users;
using Panel.Tests.Support;
using Panel.Web.Accounts;
using Panel.Web.Components.Admin.Cluster;
using Panel.Web.Components.Live;
using Panel.Web.Components.Servers.Create;
using Radzen;
using Xunit;

namespace Panel.Tests.Web;

/// <summary>The steps to a new server, over the real domain.</summary>
public sealed class NewServerTests : IAsyncLifetime
{
    readonly BunitContext page = new();
    CoreHost host = null!;
    Actor person = null!;

    public async ValueTask InitializeAsync()
    {
        host = await CoreHost.OnSqliteAsync(("Panel:Quota:Servers", "2"), ("Panel:Quota:MemoryMiB", "3072"));
        person = await host.AccountAsync();
        page.Services.AddSingleton(host.Get<TemplateCatalogue>()).AddSingleton(host.Get<TemplateQueries>()).AddSingleton(host.Get<StoredTemplates>()).AddSingleton(host.Get<IClusterMachines>()).AddSingleton(host.Get<PlanQueries>()).AddSingleton(host.Get<QuotaQueries>()).AddSingleton(host.Get<CreateServer>()).AddSingleton(host.Get<ObservedCluster>()).AddSingleton(host.Get<AccountChanges>());
        page.Services.AddSingleton(TimeProvider.System).AddSingleton<IHttpContextAccessor, HttpContextAccessor>().AddSingleton(host.Get<Actors>()).AddScoped<CurrentActor>().AddScoped<NewServerDraft>().AddRadzenComponents().AddLive();
        var user = page.AddAuthorization().SetAuthorized(person.Name);
        user.SetClaims(host.Claims(person));
        page.SetRendererInfo(new("Server", true));
    }

    public async ValueTask DisposeAsync()
    {
        await page.DisposeAsync();
        await host.DisposeAsync();
    }

    [Fact]
    public async Task Limit_that_is_raised_and_plan_that_is_opened_are_seen_while_somebody_chooses()
    {
        var plans = host.Get<EditPlans>();
        await plans.CreateAsync(CoreHost.Admin, new() { Name = "Club", CpuMillis = 500, MemoryMiB = 1024, DiskMiB = 1024, Limited = true }, default);
        var step = Open("?game=demo&step=plan");
        step.WaitForAssertion(() => Assert.True(step.Find("input[value=medium]").HasAttribute("disabled")), Deadline.Usual);
        Assert.Empty(step.FindAll("input[value=club]"));
        await host.Get<PanelSettings>().ChangeAsync(CoreHost.Admin, new Dictionary<string, string?> { ["Panel:Quota:MemoryMiB"] = "4096" }, default);
        step.WaitForAssertion(() => Assert.False(step.Find("input[value=medium]").HasAttribute("disabled")), Deadline.Usual);
        Assert.True(step.Find("input[value=large]").HasAttribute("disabled"));
        await host.Get<ChangeUserQuota>().RunAsync(CoreHost.Admin, person.UserId, new() { MemoryMiB = -1 }, default);
        step.WaitForAssertion(() => Assert.False(step.Find("input[value=large]").HasAttribute("disabled")), Deadline.Usual);
        await plans.ChangeAsync(CoreHost.Admin, "club", new() { Name = "Club", CpuMillis = 500, MemoryMiB = 1024, DiskMiB = 1024 }, default);
        step.WaitForAssertion(() => step.Find("input[value=club]"), Deadline.Usual);
    }

    [Fact]
    public async Task Command_line_is_chosen_where_a_game_has_several_and_the_server_starts_by_it()
    {
        var model = host.Get<TemplateCatalogue>().Find("demo")!;
        await host.Get<EditTemplates>().SaveAsync(CoreHost.Admin, model with { Key = "lines", Name = "Lines", Startups = new Dictionary<string, string> { ["Plain"] = "run", ["With mods"] = "run --mods" } }, 0, default);
        Assert.Empty(Open("?game=demo&step=settings").FindAll("#startup"));
        var steps = Open("?game=lines&step=settings");
        steps.WaitForAssertion(() => Assert.Equal(["Plain", "With mods"], steps.FindAll("#startup option").Select(option => option.TextContent)), Deadline.Usual);
        steps.Find("#startup").Change("With mods");
        steps = Open("?game=lines&step=review");
        steps.WaitForAssertion(() => Assert.Contains("With mods", steps.Find("dl").TextContent, StringComparison.Ordinal), Deadline.Usual);
        Button(steps, "Create server").Click();
        steps.WaitForAssertion(() => Assert.Matches("servers/[0-9a-f-]{36}$", Address), Deadline.Usual);
        Assert.Equal("With mods", (await host.RowAsync(ServerId.Parse(Address.Split('/')[^1], null)))!.Startup);
    }

    [Fact]
    public void Games_are_found_by_their_words()
    {
        var games = Open("");
        Assert.Contains(games.FindAll(".game"), card => card.TextContent.Contains("Demo", StringComparison.Ordinal));
        games.Find("input[type=search]").Input("nothing is called this");
        Assert.Empty(games.FindAll(".game"));
        games.Find("input[type=search]").Input("panel DEMO");
        Assert.Single(games.FindAll(".game"));
    }

    [Fact]
    public void Game_whose_program_is_missing_says_so_and_how_to_install_it_until_it_is_there()
    {
        var cluster = host.Get<ObservedCluster>();
        var steps = Open("");
        Assert.DoesNotContain("Not installed", steps.Markup, StringComparison.Ordinal);
        cluster.SetMissing([new("panel/luanti:*", "/usr/lib/minetest/minetestserver", "Debian: apt-get install minetest-server.")]);
        steps.WaitForAssertion(() => Assert.Contains("Luanti", Assert.Single(steps.FindAll(".game"), card => card.TextContent.Contains("Not installed", StringComparison.Ordinal)).TextContent, StringComparison.Ordinal));

        steps = Open("?game=luanti&step=settings");
        Assert.Contains("apt-get install minetest-server", steps.Find("[data-testid=missing]").TextContent, StringComparison.Ordinal);
        Assert.False(steps.FindAll("button").Single(button => button.TextContent.StartsWith("Continue", StringComparison.Ordinal)).HasAttribute("disabled"));
        Assert.Empty(Open("?game=demo&step=settings").FindAll("[data-testid=missing]"));

        cluster.SetMissing([]);
        steps.WaitForAssertion(() => Assert.Empty(steps.FindAll("[data-testid=missing]")));
    }

    [Fact]
    public void Admin_page_lists_games_with_what_they_lack_where_the_cluster_tells()
    {
        var cluster = host.Get<ObservedCluster>();
        var card = page.Render<GamesCard>();
        Assert.Empty(card.Markup.Trim());
        cluster.SetMissing([new("panel/openttd:*", "the program openttd", "Debian: apt-get install openttd.")]);
        card.WaitForAssertion(() => Assert.NotEmpty(card.FindAll("tbody tr")));
        var row = Assert.Single(card.FindAll("tbody tr"), row => row.TextContent.Contains("Not yet", StringComparison.Ordinal));
        Assert.Contains("OpenTTD", row.TextContent, StringComparison.Ordinal);
        Assert.Contains("panel/openttd:", row.TextContent, StringComparison.Ordinal);
        Assert.Contains("apt-get install openttd.", row.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_thousand_games_some_are_drawn_and_all_are_found_by_word_and_tag()
    {
        var import = host.Get<ImportTemplates>();
        var eggs = Enumerable.Range(0, 1_000).Select(number => new EggFile($"{number}.json", Templates.Eggs.SampleEgg.With(egg => (egg["name"], egg["uuid"], egg["tags"]) = ($"Game {number}", $"u-{number}", new System.Text.Json.Nodes.JsonArray(number % 100 == 7 ? "rare" : "usual"))))).ToList();
        await import.RunAsync(CoreHost.Admin, await import.PreviewAsync(CoreHost.Admin, eggs, null, default), null, default);
        var games = Open("");
        Assert.Equal(36, games.FindAll(".game").Count);
        games.Find(".more").Click();
        Assert.Equal(72, games.FindAll(".game").Count);
        games.Find("input[type=search]").Input("Game 977");
        Assert.Single(games.FindAll(".game"));
        Assert.Empty(games.FindAll("script"));   // its author wrote one into the description
    }

    [Fact]
    public async Task Game_that_is_hidden_is_not_offered_and_one_that_is_used_says_how_much()
    {
        await host.ServerAsync(person, "One");
        var games = Open("");
        Assert.Contains("1 server", games.FindAll(".game").Single(card => card.TextContent.Contains("Panel demo", StringComparison.Ordinal)).TextContent, StringComparison.Ordinal);
        await host.Get<EditTemplates>().OfferAsync(CoreHost.Admin, "luanti", new() { Hidden = true }, default);
        games.WaitForAssertion(() => Assert.DoesNotContain(games.FindAll(".game"), card => card.TextContent.Contains("Luanti", StringComparison.Ordinal)), Deadline.Usual);
        Assert.Empty(Open("?game=luanti&step=settings").FindAll("#image, [id^=var-]"));
    }

    [Fact]
    public async Task Game_for_other_processors_and_one_that_is_too_large_are_marked()
    {
        var model = host.Get<TemplateCatalogue>().Find("demo")!;
        await host.Get<EditTemplates>().SaveAsync(CoreHost.Admin, model with { Key = "other", Name = "Other processor's", Architectures = ["s390x"] }, 0, default);
        await host.Get<EditTemplates>().SaveAsync(CoreHost.Admin, model with { Key = "large", Name = "Large", MinMemoryMiB = 16_000_000 }, 0, default);
        var games = Open("");
        games.WaitForAssertion(() => Assert.Equal(["Large|Too large here", "Other processor's|Other processor"], games.FindAll(".game:has(.badge.amber)").Select(card => $"{card.QuerySelector(".strong")!.TextContent}|{card.QuerySelector(".badge.amber")!.TextContent}")), Deadline.Usual);
    }

    [Fact]
    public void Game_leads_to_its_settings()
    {
        var steps = Open("");
        steps.FindAll(".game").First(card => card.TextContent.Contains("Panel demo", StringComparison.Ordinal)).Click();
        Assert.EndsWith("servers/new?step=settings&game=demo", Address, StringComparison.Ordinal);
    }

    [Fact]
    public void Broken_rule_of_a_variable_keeps_the_step()
    {
        var steps = Open("?game=demo&step=settings");
        steps.Find("#var-MAX_PLAYERS").Input("900");
        Button(steps, "Continue").Click();
        Assert.Equal("Between 1 and 200.", steps.Find("#var-MAX_PLAYERS-note").TextContent);
        Assert.EndsWith("step=settings", Address, StringComparison.Ordinal);
        steps.Find("#var-MAX_PLAYERS").Input("30");
        Button(steps, "Continue").Click();
        Assert.Contains("step=plan", Address, StringComparison.Ordinal);
    }

    [Fact]
    public void Plans_that_do_not_fit_say_why()
    {
        var plans = Open("?game=demo&step=plan").FindAll(".plan");
        Assert.False(plans[0].QuerySelector("input")!.HasAttribute("disabled"));
        Assert.True(plans[^1].QuerySelector("input")!.HasAttribute("disabled"));
        Assert.Contains("5 GiB of memory is missing: 3 GiB of the quota is free.", plans[^1].TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Step_out_of_reach_is_not_shown() => Assert.NotEmpty(Open("?step=review").FindAll(".game"));

    [Fact]
    public async Task Name_that_is_missing_is_asked_for_by_the_field_and_the_server_is_made_once_it_is_there()
    {
        var steps = Open("?game=demo&step=review");
        Assert.Equal("Panel demo", steps.Find("#name").GetAttribute("value"));
        steps.Find("#name").Input("");
        Button(steps, "Create server").Click();
        steps.WaitForAssertion(() => Assert.Equal("Give the server a name.", steps.Find("#name-note").TextContent), Deadline.Usual);
        steps.Find("#name").Input("Ann's \"first\" 🐉 $(server)");
        Button(steps, "Create server").Click();
        steps.WaitForAssertion(() => Assert.Matches("servers/[0-9a-f-]{36}$", Address), Deadline.Usual);
        var row = Assert.Single(await host.Get<ServerQueries>().ListAsync(person, CancellationToken.None));
        Assert.Equal("Ann's \"first\" 🐉 $(server)", row.Name);
        Assert.EndsWith($"servers/{row.Id}", Address, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quota_that_ran_out_meanwhile_is_told()
    {
        var steps = Open("?game=demo&step=review");
        await host.ServerAsync(person, "One");
        await host.ServerAsync(person, "Two");
        steps.Find("#name").Input("Three");
        Button(steps, "Create server").Click();
        steps.WaitForAssertion(() => Assert.Contains("left", steps.Find("[role=alert]").TextContent, StringComparison.Ordinal), Deadline.Usual);
    }

    [Fact]
    public void What_was_typed_is_kept_when_one_comes_back()
    {
        Open("?game=demo&step=settings").Find("#var-MOTD").Input("Typed before");
        Assert.Equal("Typed before", Open("?game=demo&step=settings").Find("#var-MOTD").GetAttribute("value"));
    }

    string Address => page.Services.GetRequiredService<NavigationManager>().Uri;

    IRenderedComponent<NewServerPage> Open(string query)
    {
        page.Services.GetRequiredService<NavigationManager>().NavigateTo($"servers/new{query}");
        var opened = page.Render<NewServerPage>();
        opened.WaitForState(() => opened.Instance.Ready, Deadline.Usual);
        return opened;
    }

    static AngleSharp.Dom.IElement Button(IRenderedComponent<NewServerPage> steps, string text) => steps.FindAll("button").First(button => button.TextContent.Trim() == text);
}
