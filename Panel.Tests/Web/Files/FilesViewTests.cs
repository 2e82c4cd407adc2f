using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Panel.Contracts.Access;
using Panel.Core.Files.Archives;
using Panel.Core.Files.Jobs;
using Panel.Tests.Support;
using Panel.Web.Components.Files;
using Radzen;
using Xunit;

namespace Panel.Tests.Web.Files;

public sealed class FilesViewTests : IAsyncLifetime
{
    WebHost host = default!;
    MemoryCluster.Node node = default!;

    public async ValueTask InitializeAsync()
    {
        host = await WebHost.StartAsync();
        node = await host.NodeAsync();
        node.Files.Clear();
        foreach (var name in (string[])["/b.txt", "/a.txt", "/<b>&.yml", "/world/level.dat"]) node.Files[name] = [.. "x=1\n"u8];
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task A_folder_is_listed_with_names_as_text()
    {
        var view = await RenderAsync();
        Assert.Contains("<b>&.yml", view.FindAll(".file .name").Select(name => name.TextContent.Trim()));
        Assert.Empty(view.FindAll(".name b"));
        Assert.Contains(view.FindAll(".file a"), link => link.GetAttribute("href")!.Contains("edit=a.txt", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_is_given_another_name_in_its_row()
    {
        var view = await RenderAsync();
        await RowOf(view, "a.txt").ClickAsync(new());
        await view.FindAll("button").Single(button => button.GetAttribute("title") == "Rename (F2)").ClickAsync(new());
        var field = view.Find(".rename input");
        await field.InputAsync(new() { Value = "b.txt" });
        await field.KeyDownAsync(Key.Enter);
        Assert.Contains("already", view.Find(".rename [role=alert]").TextContent, StringComparison.Ordinal);
        await view.Find(".rename input").InputAsync(new() { Value = ".." });
        await view.Find(".rename input").KeyDownAsync(Key.Enter);
        Assert.Contains("no . or ..", view.Find(".rename [role=alert]").TextContent, StringComparison.Ordinal);
        await view.Find(".rename input").InputAsync(new() { Value = "c.txt" });
        await view.Find(".rename input").KeyDownAsync(Key.Enter);
        await view.WaitForAssertionAsync(() => Assert.Contains("c.txt", view.FindAll(".file .name").Select(name => name.TextContent.Trim())), Deadline.Usual);
        Assert.True(node.Files.ContainsKey("/c.txt"));
        Assert.False(node.Files.ContainsKey("/a.txt"));
    }

    [Fact]
    public async Task Deleting_puts_what_is_chosen_into_the_bin_and_offers_it_back()
    {
        var view = await RenderAsync();
        await RowOf(view, "a.txt").ClickAsync(new());
        await RowOf(view, "b.txt").ClickAsync(new() { CtrlKey = true });
        Assert.Contains("2 selected", view.Find(".foot").TextContent, StringComparison.Ordinal);
        await view.FindAll("button").Single(button => button.GetAttribute("title")?.StartsWith("Delete (Del)", StringComparison.Ordinal) == true).ClickAsync(new());
        Assert.DoesNotContain("/a.txt", node.Files.Keys);
        Assert.Contains("/world/level.dat", node.Files.Keys);
        Assert.Equal(["/a.txt", "/b.txt"], node.Bin.Values.Select(item => item.Path.Value).Order());

        var toast = Assert.Single(host.Page.Services.GetRequiredService<NotificationService>().Messages);
        await host.Page.Render(toast.DetailContent!(null!)).Find("button").ClickAsync(new());
        Assert.Contains("/a.txt", node.Files.Keys);
        Assert.Contains("/b.txt", node.Files.Keys);
        Assert.Empty(node.Bin);
    }

    [Fact]
    public async Task Deleting_for_good_asks_first_and_names_what_goes()
    {
        var dialogs = host.Page.Services.GetRequiredService<DialogService>();
        Dictionary<string, object?>? asked = null;
        dialogs.OnOpen += (_, _, parameters, _) => asked = parameters;
        var view = await RenderAsync();
        await RowOf(view, "a.txt").ClickAsync(new());
        await RowOf(view, "b.txt").ClickAsync(new() { CtrlKey = true });
        var deleting = view.InvokeAsync(() => view.FindComponent<FileTable>().Instance.Key("Delete", shift: true, ctrl: false, page: 10));
        await Deadline.UntilAsync("the question", () => asked is not null);
        Assert.Equal(["a.txt", "b.txt"], (IReadOnlyList<string>)asked!["Items"]!);
        Assert.True(node.Files.ContainsKey("/a.txt"));
        await view.InvokeAsync(() => dialogs.Close(true));
        await deleting.Within("the deletion");
        Assert.DoesNotContain("/a.txt", node.Files.Keys);
        Assert.Empty(node.Bin);
    }

    [Fact]
    public async Task A_cluster_that_is_away_is_told_and_tried_again()
    {
        host.Core.Cluster.Down = true;
        var view = Render();
        await view.WaitForAssertionAsync(() => Assert.Contains("cannot be shown", view.Find("[role=alert]").TextContent, StringComparison.Ordinal), Deadline.Usual);
        host.Core.Cluster.Down = false;
        await view.FindAll("button").Single(button => button.TextContent.Contains("Try again", StringComparison.Ordinal)).ClickAsync(new());
        await view.WaitForAssertionAsync(() => Assert.NotEmpty(view.FindAll(".file")), Deadline.Usual);
    }

    [Fact]
    public void A_path_that_leads_out_is_refused_in_words()
    {
        var view = Render("/../etc");
        Assert.Contains("no . or ..", view.Find("[role=alert]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_an_editor_would_damage_is_shown_by_its_bytes_and_can_be_downloaded()
    {
        node.Files["/bin.dat"] = [1, 0, 0x41, 0xFF];
        host.Page.Services.GetRequiredService<NavigationManager>().NavigateTo("servers/x/files?edit=bin.dat");
        var view = Render();
        await view.WaitForAssertionAsync(() => Assert.Contains("bin.dat is no text", view.Markup, StringComparison.Ordinal), Deadline.Usual);
        var line = view.Find("[data-testid=hex] .line");
        Assert.Equal(["00000000", "01 00 41 ff", "..A."], line.QuerySelectorAll("span").Select(cell => cell.TextContent));
        Assert.Contains(view.FindAll("a[download]"), link => link.GetAttribute("href")!.EndsWith("content?path=%2Fbin.dat", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Jobs_that_ended_take_one_line_and_go_at_once()
    {
        var (jobs, make) = (host.Core.Get<FileJobs>(), host.Core.Get<MakeArchive>());
        foreach (var name in (string[])["a", "b", "none"])
        {
            var job = await make.RunAsync(host.Owner, host.Server, new() { Names = [name == "none" ? "none" : name + ".txt"], Target = $"/{name}.zip" }, default);
            await Deadline.UntilAsync("its end", async () => (await jobs.ListAsync(host.Owner, host.Server, default)).Single(one => one.Id == job.Id).Ended);
        }
        var view = await RenderAsync();
        await view.WaitForAssertionAsync(() => Assert.Equal("2 done, 1 failed", view.Find(".fold .num").TextContent), Deadline.Usual);
        Assert.Empty(view.FindAll("[data-testid=job]"));

        // what ends while somebody looks is told whole, with its size and a way to it
        await make.RunAsync(host.Owner, host.Server, new() { Names = ["a.txt"], Target = "/world/c.zip" }, default);
        await view.WaitForAssertionAsync(() => Assert.Contains("in /world", view.Find("[data-testid=job]").TextContent, StringComparison.Ordinal), Deadline.Usual);
        await view.Find("[data-testid=job] .to").ClickAsync(new());
        Assert.EndsWith("path=%2Fworld", host.Page.Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
        await view.FindAll(".fold button").Single(button => button.TextContent == "Clear").ClickAsync(new());
        await view.WaitForAssertionAsync(() => Assert.Empty(view.FindAll(".jobs")), Deadline.Usual);
    }

    [Theory, InlineData(false, 1, "The file a.txt is there already.", "the other one"), InlineData(true, 3, "The folder a.txt is there already.", "the other 3")]
    public void Conflict_of_an_upload_speaks_of_what_is_there(bool folder, int more, string says, string others)
    {
        var dialog = host.Page.Render<UploadConflictDialog>(parameters => parameters.Add(one => one.Name, "a.txt").Add(one => one.IsFolder, folder).Add(one => one.More, more));
        Assert.StartsWith(says, dialog.Find("p").TextContent, StringComparison.Ordinal);
        Assert.Contains("Do the same for " + others, dialog.Find("label").TextContent, StringComparison.Ordinal);
        if (!folder) Assert.DoesNotContain("folder", dialog.Markup, StringComparison.OrdinalIgnoreCase);
    }

    static AngleSharp.Dom.IElement RowOf(IRenderedComponent<FilesView> view, string name) =>
        view.FindAll(".file").Single(row => row.QuerySelector(".name")!.TextContent.Trim() == name);

    async Task<IRenderedComponent<FilesView>> RenderAsync()
    {
        var view = Render();
        await view.WaitForAssertionAsync(() => Assert.NotEmpty(view.FindAll(".file")), Deadline.Usual);
        return view;
    }

    IRenderedComponent<FilesView> Render(string? path = null) =>
        host.Page.Render<FilesView>(parameters => parameters.Add(view => view.ServerId, host.Server).Add(view => view.Allowed, ServerPermissions.All).Add(view => view.Path, path));
}
