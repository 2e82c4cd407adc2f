using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Panel.Core.Servers;
using Panel.Tests.Faults;
using Panel.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Panel.Tests.Web.Files;

/// <summary>How files and folders come from the browser, on the cluster of this machine.</summary>
[Trait("Lane", "browser")]
public sealed class UploadsInBrowserTests(Browser browser)
{
    static readonly LocatorAssertionsToContainTextOptions soon = new() { Timeout = 60_000 };

    [Fact]
    public async Task Upload_goes_on_after_the_panel_was_killed_and_started_again()
    {
        var ports = FreePort.Next();
        await using var panel = new PanelProcess().With("Panel:Admin:Email", PanelApp.AdminEmail).With("Panel:Admin:Password", PanelApp.AdminPassword)
            .With("Panel:Ports:First", $"{ports}").With("Panel:Ports:Last", $"{ports + 60}");
        await using var services = await OutsideView.PrepareAsync(panel.DataDirectory, ports);
        var server = await services.GetRequiredService<CreateServer>().RunAsync(await OutsideView.AdministratorAsync(services), new() { Name = "Sky", Template = "demo", Plan = "tiny", Start = false }, CancellationToken.None);
        await panel.StartAsync();
        await using var visit = await browser.OpenAsync(panel.Address);
        var page = visit.Page;
        await page.GetByLabel("Email address").FillAsync(PanelApp.AdminEmail);
        await page.GetByLabel("Password").FillAsync(PanelApp.AdminPassword);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await Expect(page.GetByText("Sky").First).ToBeVisibleAsync();
        await page.GotoAsync(new Uri(panel.Address, $"servers/{server}/files").ToString());
        await Expect(page.Locator(".files")).ToContainTextAsync("This folder is empty", soon);

        await page.Locator("[data-part=picker]").SetInputFilesAsync(new FilePayload { Name = "notes.txt", MimeType = "text/plain", Buffer = "note"u8.ToArray() });
        await Expect(page.Locator(".upload-tray .title")).ToContainTextAsync("Uploaded notes.txt", soon);
        var editing = await page.Context.NewPageAsync();
        var errors = new List<string>();
        editing.PageError += (_, error) => errors.Add(error);
        await editing.GotoAsync(new Uri(panel.Address, $"servers/{server}/files?edit=notes.txt").ToString());
        await Expect(editing.Locator(".view-lines")).ToContainTextAsync("note", soon);

        using var folder = new TempFolder();
        var bytes = RandomNumberGenerator.GetBytes(24 << 20);
        await File.WriteAllBytesAsync(folder["world.bin"], bytes);
        await SlowAsync(page, bytesASecond: 4 << 20);
        await page.Locator("[data-part=picker]").SetInputFilesAsync(folder["world.bin"]);
        await Deadline.UntilAsync("a part of it has come", () => Parts(panel.DataDirectory).Any(part => part.Length > 4 << 20));
        await panel.KillAsync();
        await Expect(page.Locator(".upload-tray .title")).ToHaveTextAsync("Waits for the connection", new() { Timeout = 3_500 });
        var (card, lost) = ((await page.Locator(".upload-tray").BoundingBoxAsync())!, page.Locator("#components-reconnect-modal"));
        await Expect(lost).ToBeVisibleAsync();
        var notice = (await lost.BoundingBoxAsync())!;
        Assert.True(notice.Y + notice.Height <= card.Y || notice.X + notice.Width <= card.X, "The notice lies on the card.");
        await visit.ScreenshotAsync("upload-waits");
        // saving without the panel is no error of the page, and what was typed is not lost
        await Expect(editing.Locator("#components-reconnect-modal")).ToBeVisibleAsync();
        await editing.Locator(".view-lines").First.ClickAsync();
        await editing.Keyboard.TypeAsync("more ");
        await editing.Keyboard.PressAsync("Control+s");
        var came = Parts(panel.DataDirectory).Single().Length;
        Assert.InRange(came, 4 << 20, bytes.Length - 1);
        await SlowAsync(page, bytesASecond: -1);
        await panel.StartAsync();
        // the page has lost its circuit: it loads itself again only when the file is there
        await Deadline.UntilAsync("the file", () => Files(panel.DataDirectory, "world.bin").Length > 0, TimeSpan.FromSeconds(60));
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Files(panel.DataDirectory, "world.bin").Single().FullName));
        Assert.Empty(Parts(panel.DataDirectory));
        await Expect(page.Locator(".files")).ToContainTextAsync("world.bin", soon);
        await Expect(editing.GetByText("Restore unsaved changes")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        Assert.Empty(errors);
    }

    [Fact]
    public async Task Upload_that_broke_off_is_shown_with_the_bin_and_goes_on_with_the_same_file()
    {
        await using var panel = await PanelWithServer.StartAsync();
        using var folder = new TempFolder();
        var bytes = RandomNumberGenerator.GetBytes(16 << 20);
        await File.WriteAllBytesAsync(folder["world.bin"], bytes);
        await File.WriteAllBytesAsync(folder["other.bin"], [1, 2, 3]);
        await using (var first = await panel.OpenAsync(browser, "/files"))
        {
            await Expect(first.Page.Locator(".files")).ToContainTextAsync("This folder is empty", soon);
            await SlowAsync(first.Page, bytesASecond: 4 << 20);
            await first.Page.Locator("[data-part=picker]").SetInputFilesAsync(folder["world.bin"]);
            await Deadline.UntilAsync("a part of it has come", () => Parts(panel.Volume).Any(part => part.Length > 2 << 20));
        }
        // another browser, which knows nothing of it
        await using var visit = await panel.OpenAsync(browser, "/files");
        var page = visit.Page;
        await Expect(page.Locator(".files")).ToContainTextAsync("This folder is empty", soon);
        var dialog = page.GetByRole(AriaRole.Dialog);
        foreach (var (file, says) in ((string, string)[])[("other.bin", "choose the same file"), ("world.bin", "Uploaded world.bin")])
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Bin", Exact = true }).ClickAsync();
            await Expect(dialog.GetByTestId("unfinished")).ToContainTextAsync("world.bin", soon);
            await Expect(dialog.GetByTestId("unfinished")).ToContainTextAsync("of 16 MiB");
            await visit.ScreenshotAsync("upload-unfinished");
            var picker = await page.RunAndWaitForFileChooserAsync(() => dialog.GetByRole(AriaRole.Button, new() { Name = "Resume…", Exact = true }).ClickAsync());
            await picker.SetFilesAsync(folder[file]);
            await Expect(page.GetByText(says)).ToBeVisibleAsync(new() { Timeout = 60_000 });
        }
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Path.Combine(panel.Volume, "world.bin")));
        Assert.Empty(Parts(panel.Volume));
    }

    [Fact]
    public async Task Dropped_folder_arrives_whole_with_its_empty_folders()
    {
        await using var panel = await PanelWithServer.StartAsync();
        using var local = new TempFolder();
        Directory.CreateDirectory(local["plugins/nothing/here"]);
        Directory.CreateDirectory(local["plugins/deep/er"]);
        for (var number = 0; number < 130; number++) await File.WriteAllTextAsync(local[$"plugins/deep/{number}.txt"], $"{number}");      // more than a browser lists at once
        await File.WriteAllTextAsync(local["plugins/deep/er/wörld.txt"], "x");
        await using var visit = await panel.OpenAsync(browser, "/files");
        var page = visit.Page;
        await Expect(page.Locator(".files")).ToContainTextAsync("This folder is empty", soon);
        await DropAsync(page, local["plugins"]);
        await Expect(page.Locator(".upload-tray .title")).ToContainTextAsync("Uploaded 131 files", soon);
        await Expect(page.Locator(".files")).ToContainTextAsync("plugins", soon);
        Assert.Equal(["deep", "nothing"], await panel.NamesAsync("/plugins"));
        Assert.Equal(["here"], await panel.NamesAsync("/plugins/nothing"));
        Assert.Equal(131, (await panel.NamesAsync("/plugins/deep")).Length);
        Assert.Equal("129"u8.ToArray(), await panel.ReadAsync("/plugins/deep/129.txt"));
        Assert.Equal("x"u8.ToArray(), await panel.ReadAsync("/plugins/deep/er/wörld.txt"));
        await visit.ScreenshotAsync("uploaded");

        // the same again: its name is there already
        await DropAsync(page, local["plugins"]);
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Keep both", Exact = true }).ClickAsync();
        await Expect(page.Locator(".files")).ToContainTextAsync("plugins (copy)", soon);
        Assert.Empty(visit.ScriptErrors);
    }

    [Fact]
    public async Task Names_that_are_there_are_asked_about_once_for_all_and_uploads_outlive_the_page()
    {
        await using var panel = await PanelWithServer.StartAsync();
        foreach (var name in (string[])["/a.txt", "/b.txt", "/c.txt"]) await panel.WriteAsync(name, "old"u8.ToArray());
        await using var visit = await panel.OpenAsync(browser, "/files");
        var page = visit.Page;
        await Expect(page.Locator(".files")).ToContainTextAsync("c.txt", soon);
        FilePayload[] files = [.. ((string[])["a.txt", "b.txt", "c.txt", "d.txt"]).Select(name => new FilePayload { Name = name, MimeType = "text/plain", Buffer = "new"u8.ToArray() })];
        await page.Locator("[data-part=picker]").SetInputFilesAsync(files);
        var dialog = page.GetByRole(AriaRole.Dialog);
        await visit.ScreenshotAsync("upload-conflict");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Skip", Exact = true }).ClickAsync();
        await Expect(dialog).ToContainTextAsync("b.txt");
        await dialog.GetByRole(AriaRole.Checkbox).CheckAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Replace", Exact = true }).ClickAsync();
        await Expect(page.Locator(".upload-tray .title")).ToContainTextAsync("Uploaded 3 files", soon);
        Assert.Equal(["old", "new", "new", "new"], [await TextAsync("/a.txt"), await TextAsync("/b.txt"), await TextAsync("/c.txt"), await TextAsync("/d.txt")]);

        await SlowAsync(page, bytesASecond: 3 << 20);
        await page.Locator("[data-part=picker]").SetInputFilesAsync(new FilePayload { Name = "large.bin", MimeType = "x/y", Buffer = new byte[12 << 20] });
        await Expect(page.Locator(".upload-tray .title")).ToContainTextAsync("Uploading large.bin");
        await page.Locator(".upload-tray").GetByRole(AriaRole.Button, new() { Name = "Pause", Exact = true }).ClickAsync();
        await Expect(page.Locator(".upload-tray .title")).ToHaveTextAsync("Paused");
        await visit.ScreenshotAsync("upload-paused");
        await page.GetByRole(AriaRole.Link, new() { Name = "Settings", Exact = true }).First.ClickAsync();
        await page.Locator(".upload-tray").GetByRole(AriaRole.Button, new() { Name = "Resume", Exact = true }).ClickAsync();
        await Expect(page.Locator(".upload-tray .title")).ToContainTextAsync("Uploaded large.bin", soon);
        Assert.Contains("large.bin", await panel.NamesAsync("/"));

        async Task<string> TextAsync(string path) => System.Text.Encoding.UTF8.GetString(await panel.ReadAsync(path));
    }

    [Fact]
    public async Task Connect_shows_the_address_and_the_name_for_a_program()
    {
        await using var panel = await PanelWithServer.StartAsync();
        foreach (var (dark, phone) in ((bool, bool)[])[(false, false), (true, false), (false, true)])
        {
            await using var visit = await panel.OpenAsync(browser, "/files", dark, phone);
            await Expect(visit.Page.Locator(".files")).ToContainTextAsync("This folder is empty", soon);
            await visit.Page.GetByRole(AriaRole.Button, new() { Name = "More about the folder", Exact = true }).ClickAsync();
            await visit.Page.GetByRole(AriaRole.Menuitem).Filter(new() { HasText = "Connect by WebDAV" }).ClickAsync();
            var dialog = visit.Page.GetByRole(AriaRole.Dialog);
            await Expect(dialog).ToContainTextAsync($"/dav/{panel.Server}/");
            await Expect(dialog).ToContainTextAsync(PanelApp.AdminEmail);
            await visit.ScreenshotAsync($"connect-{(dark ? "dark" : phone ? "phone" : "light")}");
            Assert.Empty(visit.ScriptErrors);
        }
    }

    static async Task SlowAsync(IPage page, int bytesASecond)
    {
        var tools = await page.Context.NewCDPSessionAsync(page);
        await tools.SendAsync("Network.emulateNetworkConditions", new() { ["offline"] = false, ["latency"] = 0, ["downloadThroughput"] = -1, ["uploadThroughput"] = bytesASecond });
    }

    // as a person does it: only so does a browser let a page walk through a folder
    static async Task DropAsync(IPage page, string path)
    {
        var tools = await page.Context.NewCDPSessionAsync(page);
        var box = (await page.Locator(".files").BoundingBoxAsync())!;
        foreach (var type in (string[])["dragEnter", "dragOver", "drop"])
        {
            await tools.SendAsync("Input.dispatchDragEvent", new()
            {
                ["type"] = type,
                ["x"] = box.X + box.Width / 2,
                ["y"] = box.Y + box.Height / 2,
                ["data"] = new Dictionary<string, object> { ["items"] = Array.Empty<object>(), ["files"] = new[] { path }, ["dragOperationsMask"] = 1 },
            });
        }
    }

    static IEnumerable<FileInfo> Parts(string data) => Files(data, "part").Where(file => file.FullName.Contains("/.panel/uploads/", StringComparison.Ordinal));

    static FileInfo[] Files(string data, string name) => [.. Directory.GetFiles(data, name, SearchOption.AllDirectories).Select(path => new FileInfo(path))];
}
