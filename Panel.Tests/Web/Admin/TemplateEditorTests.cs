using Bunit;
using Bunit.TestDoubles;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Panel.Core.Access;
using Panel.Core.Servers;
using Panel.Core.Templates;
using Panel.Tests.Support;
using Panel.Web.Accounts;
using Panel.Web.Components.Admin.Templates;
using Panel.Web.Components.Live;
using Radzen;
using Xunit;

namespace Panel.Tests.Web.Admin;

/// <summary>The form that templates are changed with, over the real domain.</summary>
public sealed class TemplateEditorTests : IAsyncLifetime
{
    readonly BunitContext page = new();
    CoreHost host = null!;

    static CancellationToken Stop => Xunit.TestContext.Current.CancellationToken;

    TemplateCatalogue Catalogue => host.Get<TemplateCatalogue>();

    public async ValueTask InitializeAsync()
    {
        host = await CoreHost.OnSqliteAsync();
        var admin = await host.AccountAsync("root", isAdmin: true);
        page.JSInterop.Mode = JSRuntimeMode.Loose;
        page.Services.AddSingleton(Catalogue).AddSingleton(host.Get<StoredTemplates>()).AddSingleton(host.Get<EditTemplates>()).AddSingleton(host.Get<AddTracking>()).AddSingleton(host.Get<IServerCluster>());
        page.Services.AddSingleton(TimeProvider.System).AddSingleton<IHttpContextAccessor, HttpContextAccessor>().AddSingleton(host.Get<Actors>()).AddScoped<CurrentActor>().AddRadzenComponents().AddLive();
        var person = page.AddAuthorization().SetAuthorized(admin.Name);
        person.SetClaims(host.Claims(admin));
        page.SetRendererInfo(new("Server", true));
    }

    public async ValueTask DisposeAsync()
    {
        await page.DisposeAsync();
        await host.DisposeAsync();
    }

    [Fact]
    public void New_game_takes_its_key_from_its_name_says_what_it_lacks_and_is_then_in_the_catalogue()
    {
        var editor = page.Render<TemplateEditorPage>();
        editor.Find("#t-name").Change("Ann's Game 2");
        Assert.Equal("ann-s-game-2", editor.Find("#t-key").GetAttribute("value"));
        Save(editor);
        editor.WaitForAssertion(() => Assert.Contains("at least one", editor.Find(".pairs .bad").TextContent, StringComparison.Ordinal), Deadline.Usual);   // the part with the fault is shown
        Assert.Null(Catalogue.Find("ann-s-game-2"));
        editor.Find("[aria-label='Image 1']").Change("registry.example/game:1");
        Save(editor);
        editor.WaitForAssertion(() => Assert.Equal("registry.example/game:1", Catalogue.Find("ann-s-game-2")?.Images["Default"]), Deadline.Usual);
        Assert.EndsWith("admin/templates/ann-s-game-2", page.Services.GetRequiredService<BunitNavigationManager>().Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void Key_of_another_game_is_refused_by_the_field_and_that_game_stays()
    {
        var editor = page.Render<TemplateEditorPage>();
        editor.Find("#t-name").Change("Mine");
        editor.Find("#t-key").Change("demo");
        Save(editor);
        editor.WaitForAssertion(() => Assert.Contains("has this key", editor.Find("#t-key-note").TextContent, StringComparison.Ordinal), Deadline.Usual);
        Assert.True(Catalogue.Find("demo")!.Demo);
    }

    [Fact]
    public async Task Change_of_somebody_else_is_told_and_neither_is_lost_without_being_asked()
    {
        await host.Get<EditTemplates>().SaveAsync(CoreHost.Admin, Catalogue.Find("demo")! with { Name = "First" }, 0, Stop);
        var editor = Open("demo");
        await host.Get<EditTemplates>().SaveAsync(CoreHost.Admin, Catalogue.Find("demo")! with { Name = "Second" }, 1, Stop);
        editor.WaitForAssertion(() => Assert.Equal("Second", editor.Find("#t-name").GetAttribute("value")), Deadline.Usual);   // who has changed nothing sees it

        editor.Find("#t-name").Change("Mine");
        await host.Get<EditTemplates>().SaveAsync(CoreHost.Admin, Catalogue.Find("demo")! with { Name = "Third" }, 2, Stop);
        editor.WaitForAssertion(() => editor.Find("[data-testid=changed-meanwhile]"), Deadline.Usual);
        Save(editor);
        Assert.Equal("Third", Catalogue.Find("demo")!.Name);
        Assert.Equal("Mine", editor.Find("#t-name").GetAttribute("value"));
        editor.FindAll("button").Single(button => button.TextContent == "Keep mine").Click();
        Save(editor);
        editor.WaitForAssertion(() => Assert.Equal("Mine", Catalogue.Find("demo")!.Name), Deadline.Usual);
    }

    [Fact]
    public void Variables_are_put_in_another_order_shown_as_people_see_them_and_checked()
    {
        var editor = Open("demo");
        Part(editor, TemplatePart.Variables);
        var before = Catalogue.Find("demo")!.Variables.Select(variable => variable.Env).ToList();
        editor.Find("[data-variable] button[title^=Down]").Click();
        Assert.Equal([before[1], before[0]], editor.FindAll("[data-variable]").Take(2).Select(row => row.GetAttribute("data-variable")));
        editor.Find("[data-variable] .what").Click();
        editor.Find("#v-rules").Change("required|in:easy,hard");
        editor.Find("#v-default").Change("soft");
        Assert.NotNull(editor.Find(".look select"));
        Assert.Equal("One of: easy, hard.", editor.Find("#v-default-note").TextContent);
        editor.Find("#v-env").Change(before[0]);
        Save(editor);
        editor.WaitForAssertion(() => Assert.Contains("is there twice", editor.Find("[role=alert].fault").TextContent, StringComparison.Ordinal), Deadline.Usual);
        editor.Find("#v-env").Change(before[1]);
        Save(editor);
        editor.WaitForAssertion(() => Assert.Equal([before[1], before[0]], Catalogue.Find("demo")!.Variables.Take(2).Select(variable => variable.Env)), Deadline.Usual);
    }

    [Fact]
    public void Pattern_is_tried_on_a_line_and_says_whom_it_names()
    {
        var editor = Open("demo");
        Part(editor, TemplatePart.Players);
        editor.Find("#y-join").Change("(?<name>\\w+) joined");
        editor.Find("#y-line").Input("[10:00] Ann joined the game");
        Assert.Equal("The line matches: name is “Ann”.", editor.Find("#y-join-note").TextContent);
        editor.Find("#y-join").Change("(?<name>");
        Assert.Contains("pattern", editor.Find("#y-join-note").TextContent, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Pattern_that_explodes_is_given_up() => Assert.Equal("It takes too long on this line.", TriedLine.Try("^(?!x)(a+)+$", new string('a', 64) + "!").Fault);

    [Fact]
    public void Files_of_AMP_bring_the_lines_by_which_players_come_and_go_which_have_still_to_be_saved()
    {
        var editor = Open("demo");
        Part(editor, TemplatePart.Players);
        editor.FindComponent<InputFile>().UploadFiles(InputFileContent.CreateFromText("Meta.DisplayName=Demo\nConsole.UserJoinRegex=^(?<username>.+) has come$\nConsole.UserLeaveRegex=^(?<username>.+) has gone$\n", "demo.kvp"));
        editor.WaitForAssertion(() => Assert.Contains("has come", editor.Find("#y-join").GetAttribute("value"), StringComparison.Ordinal), Deadline.Usual);
        Assert.DoesNotContain("has come", Catalogue.Find("demo")!.Players!.Join, StringComparison.Ordinal);
        Save(editor);
        editor.WaitForAssertion(() => Assert.Contains("has come", Catalogue.Find("demo")!.Players!.Join, StringComparison.Ordinal), Deadline.Usual);
    }

    [Fact]
    public void Copy_of_a_game_has_a_key_of_its_own()
    {
        page.Services.GetRequiredService<BunitNavigationManager>().NavigateTo("admin/templates/new?from=demo");
        var editor = page.Render<TemplateEditorPage>();
        Assert.Equal("demo-copy", editor.Find("#t-key").GetAttribute("value"));
        Save(editor);
        editor.WaitForAssertion(() => Assert.False(Catalogue.Find("demo-copy")!.Demo), Deadline.Usual);
    }

    [Fact]
    public void Number_outside_its_range_is_told_with_the_range_and_nothing_is_saved_before_it_is_put_right()
    {
        var editor = Open("demo");
        editor.Find("#t-name").Change("Renamed");
        foreach (var wrong in new[] { "-5", "0", "1.5", "" })
        {
            editor.Find("#t-least").Change(wrong);
            Assert.Equal("A whole number between 1 and 16,777,216.", editor.Find("#t-least-note").TextContent);
        }
        Save(editor);
        editor.WaitForAssertion(() => Assert.Contains(editor.FindAll("[role=alert]"), alert => alert.TextContent.Contains("Nothing is saved", StringComparison.Ordinal)), Deadline.Usual);
        Part(editor, TemplatePart.Start);
        Assert.NotNull(editor.Find("#t-least"));   // the field that is in fault stays in sight
        Assert.NotEqual("Renamed", Catalogue.Find("demo")!.Name);
        editor.Find("#t-least").Change("256");
        Assert.Empty(editor.FindAll("#t-least-note"));
        Save(editor);
        editor.WaitForAssertion(() => Assert.Equal(("Renamed", 256), (Catalogue.Find("demo")!.Name, Catalogue.Find("demo")!.MinMemoryMiB)), Deadline.Usual);
    }

    IRenderedComponent<TemplateEditorPage> Open(string key) => page.Render<TemplateEditorPage>(parameters => parameters.Add(editor => editor.Key, key));

    static void Part(IRenderedComponent<TemplateEditorPage> editor, TemplatePart part) => editor.Find($"#part-{part}").Click();

    static void Save(IRenderedComponent<TemplateEditorPage> editor) => editor.FindAll("button").Single(button => button.TextContent == "Save").Click();
}
