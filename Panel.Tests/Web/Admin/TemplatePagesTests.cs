using Bunit;
using Bunit.TestDoubles;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Panel.Core.Access;
using Panel.Core.Servers;
using Panel.Core.Templates;
using Panel.Tests.Support;
using Panel.Tests.Templates.Eggs;
using Panel.Web.Accounts;
using Panel.Web.Components.Admin.Templates;
using Panel.Web.Components.Live;
using Radzen;
using Xunit;

namespace Panel.Tests.Web.Admin;

/// <summary>The games' pages of the administration, over the real domain.</summary>
public sealed class TemplatePagesTests : IAsyncLifetime
{
    readonly BunitContext page = new();
    CoreHost host = null!;

    static CancellationToken Stop => Xunit.TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        host = await CoreHost.OnSqliteAsync();
        var admin = await host.AccountAsync("root", isAdmin: true);
        page.JSInterop.Mode = JSRuntimeMode.Loose;
        page.Services.AddSingleton(host.Get<TemplateCatalogue>()).AddSingleton(host.Get<TemplateQueries>()).AddSingleton(host.Get<StoredTemplates>()).AddSingleton(host.Get<EditTemplates>()).AddSingleton(host.Get<ImportTemplates>()).AddSingleton(host.Get<ObservedCluster>()).AddSingleton(host.Get<IClusterMachines>());
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

    async Task<string> ImportAsync(string text) => Assert.Single(await host.Get<ImportTemplates>().RunAsync(CoreHost.Admin, await host.Get<ImportTemplates>().PreviewAsync(CoreHost.Admin, new() { Text = text }, Stop), null, Stop));

    [Fact]
    public async Task Game_that_somebody_imports_meanwhile_is_in_the_list_with_its_origin_and_found_by_it()
    {
        var list = page.Render<TemplatesPage>();
        list.WaitForAssertion(() => Assert.NotEmpty(list.FindAll("[data-template=demo]")), Deadline.Usual);
        Assert.Empty(list.FindAll("[data-template=sample-game]"));
        await ImportAsync(SampleEgg.Text);
        list.WaitForAssertion(() => Assert.Contains("Egg", list.Find("[data-template=sample-game]").TextContent, StringComparison.Ordinal), Deadline.Usual);
        page.Services.GetRequiredService<BunitNavigationManager>().NavigateTo("admin/templates?origin=egg");
        var sifted = page.Render<TemplatesPage>();
        sifted.WaitForAssertion(() => Assert.Equal("sample-game", Assert.Single(sifted.FindAll("[data-template]")).GetAttribute("data-template")), Deadline.Usual);
    }

    [Fact]
    public async Task Template_that_servers_are_made_from_is_not_removed_and_says_why()
    {
        var key = await ImportAsync(SampleEgg.Text);
        await host.ServerAsync(await host.AccountAsync(), template: key, start: false);
        var dialogs = page.Services.GetRequiredService<DialogService>();
        dialogs.OnOpen += (_, _, _, _) => dialogs.Close(true);
        var list = page.Render<TemplatesPage>();
        list.WaitForAssertion(() => Assert.NotEmpty(list.FindAll($"[data-template={key}]")), Deadline.Usual);
        Assert.Equal("1", list.Find($"[data-template={key}] .num").TextContent);
        list.FindAll($"[data-template={key}] .item").Single(item => item.TextContent.StartsWith("Remove", StringComparison.Ordinal)).Click();
        list.WaitForAssertion(() => Assert.Contains(page.Services.GetRequiredService<NotificationService>().Messages, toast => toast.Summary == "A server is made from it. Hide it, or remove that server first."), Deadline.Usual);
        Assert.NotNull(host.Get<TemplateCatalogue>().Find(key));
    }

    [Fact]
    public async Task Template_that_cannot_be_read_is_named_with_its_fault()
    {
        await using (var db = host.Open())
        {
            db.Templates.Add(new() { Key = "torn", Text = "{ \"key\": \"torn\"" });
            await db.SaveChangesAsync(Stop);
        }
        await host.Get<StoredTemplates>().LoadAsync(Stop);
        var list = page.Render<TemplatesPage>();
        list.WaitForAssertion(() => Assert.Contains("torn", list.Find("[data-testid=broken]").TextContent, StringComparison.Ordinal), Deadline.Usual);
    }

    [Fact]
    public void Egg_of_a_file_is_shown_with_what_needs_attention_and_imported_with_one_button()
    {
        var import = page.Render<ImportPage>();
        import.FindComponent<InputFile>().UploadFiles(InputFileContent.CreateFromText(SampleEgg.Text, "egg.json"));
        import.WaitForAssertion(() => Assert.Contains("Sample game", import.Find("[data-testid=preview]").TextContent, StringComparison.Ordinal), Deadline.Usual);
        var findings = import.FindAll("[data-testid=findings] li");
        Assert.Contains("Attention", findings[0].TextContent, StringComparison.Ordinal);
        Assert.Contains(findings, finding => finding.TextContent.Contains("There is no variable NOBODY", StringComparison.Ordinal));
        // what an author wrote is text
        Assert.Contains("<script>alert(1)</script>", import.Find("[data-testid=preview]").TextContent, StringComparison.Ordinal);
        Assert.Empty(import.FindAll("script"));
        Assert.Null(host.Get<TemplateCatalogue>().Find("sample-game"));
        Button(import, "Import").Click();
        import.WaitForAssertion(() => Assert.Equal("servers/new?step=settings&game=sample-game", import.Find("[data-testid=imported] a.primary").GetAttribute("href")), Deadline.Usual);
        Assert.NotNull(host.Get<TemplateCatalogue>().Find("sample-game"));
    }

    [Fact]
    public void Fault_of_an_egg_stands_by_the_field_it_came_from()
    {
        var import = page.Render<ImportPage>();
        import.FindComponent<InputFile>().UploadFiles(InputFileContent.CreateFromText("{ \"meta\": { \"version\": \"PTDL_v2\" }, \"name\": }", "egg.json"));
        import.WaitForAssertion(() => Assert.Contains("line 1", import.Find("#egg-files-note").TextContent, StringComparison.OrdinalIgnoreCase), Deadline.Usual);
        Assert.Empty(import.FindAll("[data-testid=preview]"));
    }

    [Fact]
    public void Of_many_eggs_those_that_are_ticked_are_imported_and_broken_ones_are_named()
    {
        var import = page.Render<ImportPage>();
        import.FindComponent<InputFile>().UploadFiles(
            InputFileContent.CreateFromText(SampleEgg.With(egg => (egg["name"], egg["uuid"]) = ("One", "u-1")), "one.json"),
            InputFileContent.CreateFromText(SampleEgg.With(egg => (egg["name"], egg["uuid"]) = ("Two", "u-2")), "two.json"),
            InputFileContent.CreateFromText("PTDL_v2", "torn.json"));
        import.WaitForAssertion(() => Assert.Contains("2 of 2 chosen", import.Markup, StringComparison.Ordinal), Deadline.Usual);
        Assert.Contains("1 cannot be read", import.Markup, StringComparison.Ordinal);
        Button(import, "Import 2").Click();
        import.WaitForAssertion(() => Assert.Contains("2 games are in the catalogue", import.Markup, StringComparison.Ordinal), Deadline.Usual);
        Assert.NotNull(host.Get<TemplateCatalogue>().Find("one"));
        Assert.NotNull(host.Get<TemplateCatalogue>().Find("two"));
    }

    [Fact]
    public async Task Newer_egg_shows_what_is_taken_and_what_stays()
    {
        var key = await ImportAsync(SampleEgg.Text);
        var entry = host.Get<TemplateCatalogue>().Entry(key)!;
        await host.Get<EditTemplates>().SaveAsync(CoreHost.Admin, entry.Template with { Stop = "quit" }, entry.Revision, Stop);
        var import = page.Render<ImportPage>();
        import.FindComponent<InputFile>().UploadFiles(InputFileContent.CreateFromText(SampleEgg.With(egg => egg["description"] = "Newer"), "egg.json"));
        import.WaitForAssertion(() => Assert.Equal(2, import.FindAll("[data-testid=changes] details").Count), Deadline.Usual);
        Assert.Equal(["descriptionTaken", "stopKept"], import.FindAll("[data-testid=changes] summary").Select(row => string.Concat(row.QuerySelector("code")!.TextContent, row.QuerySelector(".badge")!.TextContent)));
        Button(import, "Update").Click();
        import.WaitForAssertion(() => Assert.Equal(("Newer", "quit"), (host.Get<TemplateCatalogue>().Find(key)!.Description, host.Get<TemplateCatalogue>().Find(key)!.Stop)), Deadline.Usual);
    }

    [Fact]
    public async Task Older_egg_is_called_older_also_on_the_button_and_one_more_game_of_the_name_is_told()
    {
        var key = await ImportAsync(SampleEgg.Text);
        await ImportAsync(SampleEgg.With(egg => egg["uuid"] = "another"));
        var import = page.Render<ImportPage>();
        import.FindComponent<InputFile>().UploadFiles(InputFileContent.CreateFromText(SampleEgg.With(egg => (egg["description"], egg["exported_at"]) = ("Older", "2025-06-02T03:04:05+00:00")), "egg.json"));
        import.WaitForAssertion(() => Assert.Contains("older than the one here", import.Find("[data-testid=older]").TextContent, StringComparison.Ordinal), Deadline.Usual);
        Assert.DoesNotContain("newer", import.Find("[data-testid=changes]").TextContent, StringComparison.Ordinal);
        Assert.Contains("sample-game-2", import.Find("[data-testid=namesakes]").TextContent, StringComparison.Ordinal);
        Button(import, "Go back to this older egg").Click();
        import.WaitForAssertion(() => Assert.Equal("Older", host.Get<TemplateCatalogue>().Find(key)!.Description), Deadline.Usual);
    }

    [Fact]
    public async Task Side_of_a_conflict_is_chosen_in_the_preview()
    {
        var key = await ImportAsync(SampleEgg.Text);
        var entry = host.Get<TemplateCatalogue>().Entry(key)!;
        await host.Get<EditTemplates>().SaveAsync(CoreHost.Admin, entry.Template with { Description = "Ours", Author = "ours@example.org" }, entry.Revision, Stop);
        var import = page.Render<ImportPage>();
        import.FindComponent<InputFile>().UploadFiles(InputFileContent.CreateFromText(SampleEgg.With(egg => (egg["description"], egg["author"]) = ("Theirs", "theirs@example.org")), "egg.json"));
        import.WaitForAssertion(() => Assert.Equal(2, import.FindAll("[data-testid=changes] [role=radiogroup]").Count), Deadline.Usual);
        import.FindAll("[data-part=description] input[type=radio]")[1].Change(true);
        Assert.Contains("1 of 2 differences", import.Find("[data-testid=changes] h2").TextContent, StringComparison.Ordinal);
        Button(import, "Update").Click();
        import.WaitForAssertion(() => Assert.Equal(("Theirs", "ours@example.org"), (host.Get<TemplateCatalogue>().Find(key)!.Description, host.Get<TemplateCatalogue>().Find(key)!.Author)), Deadline.Usual);
    }

    [Theory]
    [InlineData("Sample", "", "The same game twice; the first is taken")]
    [InlineData("Sample", "2025-06-02T03:04:05+00:00", "Also in a newer one")]
    public void Of_two_files_of_one_game_it_is_said_why_the_other_is_taken(string name, string exported, string why)
    {
        var import = page.Render<ImportPage>();
        import.FindComponent<InputFile>().UploadFiles(
            InputFileContent.CreateFromText(SampleEgg.With(egg => egg["name"] = name), "one.json"),
            InputFileContent.CreateFromText(SampleEgg.With(egg => (egg["name"], egg["exported_at"]) = (name, exported.Length > 0 ? exported : egg["exported_at"]!.GetValue<string>())), "two.json"));
        import.WaitForAssertion(() => Assert.Contains("1 of 2 chosen", import.Markup, StringComparison.Ordinal), Deadline.Usual);
        Assert.Contains(why, import.FindAll("[data-testid=eggs] .badge").Select(badge => badge.TextContent));
    }

    [Fact]
    public void Preview_says_whether_the_game_runs_here_and_that_its_script_may_not_be_root()
    {
        host.Get<ObservedCluster>().SetMissing([new("*", "its program", "Install it first.")]);
        var import = page.Render<ImportPage>();
        import.FindComponent<InputFile>().UploadFiles(InputFileContent.CreateFromText(SampleEgg.With(egg => egg["scripts"]!["installation"]!["script"] = "apt install -y game"), "egg.json"));
        import.WaitForAssertion(() => Assert.Contains("Install it first.", import.Find("[data-testid=runs-here]").TextContent, StringComparison.Ordinal), Deadline.Usual);
        Assert.Contains("not allowed here", import.Find("[data-testid=findings]").TextContent, StringComparison.Ordinal);
        host.Get<ObservedCluster>().SetMissing([]);
        import.WaitForAssertion(() => Assert.Contains("Nothing is known", import.Find("[data-testid=runs-here]").TextContent, StringComparison.Ordinal), Deadline.Usual);
    }

    [Fact]
    public void Paste_of_nothing_is_told_by_the_field()
    {
        var module = page.JSInterop.SetupModule("./Components/Admin/Templates/ImportSources.razor.js");
        module.Setup<bool>("blank", _ => true).SetResult(true);
        var import = page.Render<ImportPage>();
        Button(import, "Read it").Click();
        import.WaitForAssertion(() => Assert.Equal("There is nothing in it.", import.Find("#egg-text-note").TextContent), Deadline.Usual);
    }

    static AngleSharp.Dom.IElement Button<T>(IRenderedComponent<T> where, string text) where T : Microsoft.AspNetCore.Components.IComponent => where.FindAll("button").Single(button => button.TextContent.Trim() == text);
}
