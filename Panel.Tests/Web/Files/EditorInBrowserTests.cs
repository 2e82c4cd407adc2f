using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Playwright;
using Panel.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Panel.Tests.Web.Files;

/// <summary>The editor in the browser, on the cluster of this machine: large files, encodings, what was never saved, and two who save the same file.</summary>
[Trait("Lane", "browser")]
public sealed class EditorInBrowserTests(Browser browser) : IAsyncLifetime
{
    static readonly LocatorAssertionsToContainTextOptions soon = new() { Timeout = 30_000 };
    static readonly LocatorAssertionsToBeVisibleOptions patient = new() { Timeout = 60_000 };

    PanelWithServer panel = default!;

    public async ValueTask InitializeAsync() => panel = await PanelWithServer.StartAsync();

    public ValueTask DisposeAsync() => panel.DisposeAsync();

    [Fact]
    public async Task Ten_mebibytes_are_opened_changed_and_saved_and_the_circuit_lives()
    {
        var line = "setting.number.one = the value of this setting, of some length\n";
        var text = string.Concat(Enumerable.Repeat(line, 10 * 1024 * 1024 / line.Length));
        await panel.WriteAsync("/big.txt", Encoding.UTF8.GetBytes(text));
        await using var visit = await OpenAsync("big.txt", "setting");
        var page = visit.Page;
        await TypeAsync(page, "A");
        var begin = Stopwatch.GetTimestamp();
        await page.Keyboard.PressAsync("Control+s");
        await Expect(page.GetByText("Saved", new() { Exact = true })).ToBeVisibleAsync(patient);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"10 MiB saved in {Stopwatch.GetElapsedTime(begin).TotalMilliseconds:0} ms"));
        Assert.Equal("A" + text, Encoding.UTF8.GetString(await panel.ReadAsync("/big.txt")));
        await page.GetByRole(AriaRole.Link, new() { Name = "Close the file" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Grid, new() { Name = "Files" })).ToContainTextAsync("big.txt", soon);
        Assert.Empty(visit.ScriptErrors);
    }

    [Fact]
    public async Task Larger_files_and_bytes_are_shown_and_not_edited()
    {
        await File.WriteAllTextAsync(Path.Combine(panel.Volume, "huge.log"), "the first line\n" + new string('x', 11 * 1024 * 1024));
        await File.WriteAllBytesAsync(Path.Combine(panel.Volume, "region.mca"), [.. Enumerable.Range(0, 70_000).Select(i => (byte)i)]);
        await using var visit = await panel.OpenAsync(browser, "/files?edit=huge.log");
        var page = visit.Page;
        await Expect(page.GetByLabel("The beginning of the file")).ToContainTextAsync("the first line", soon);
        await page.GetByRole(AriaRole.Radio, new() { Name = "Bytes" }).ClickAsync();
        await Expect(page.GetByTestId("hex")).ToContainTextAsync("74 68 65 20");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true })).ToBeHiddenAsync();
        await page.GotoAsync(panel.Page("/files?edit=region.mca").ToString());
        await Expect(page.GetByTestId("hex")).ToContainTextAsync("@ABCDEFGHIJKLMNO", soon);
        await page.GetByTestId("hex").FocusAsync();
        await page.Keyboard.PressAsync("End");
        await Expect(page.GetByTestId("hex")).ToContainTextAsync("0000fff0");
        await visit.ScreenshotAsync("files-hex");
        Assert.Empty(visit.ScriptErrors);
    }

    [Fact]
    public async Task Encoding_and_line_ends_are_kept_and_can_be_changed()
    {
        await panel.WriteAsync("/old.cfg", [.. "name=Caf"u8, 0xE9, .. "\r\nnext=1\r\n"u8]);
        await using var visit = await OpenAsync("old.cfg", "Café");
        var page = visit.Page;
        await TypeAsync(page, "x");
        await SaveAsync(page);
        Assert.Equal([.. "xname=Caf"u8, 0xE9, .. "\r\nnext=1\r\n"u8], await panel.ReadAsync("/old.cfg"));

        await page.GetByRole(AriaRole.Button, new() { Name = "Windows-1252" }).ClickAsync();
        await page.GetByRole(AriaRole.Menuitemcheckbox, new() { Name = "Save as UTF-16 LE" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "CRLF" }).ClickAsync();
        await page.GetByRole(AriaRole.Menuitemcheckbox, new() { Name = "LF (Unix)" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "LF", Exact = true })).ToBeVisibleAsync();
        await Expect(page.GetByText("Unsaved changes")).ToBeVisibleAsync();
        await SaveAsync(page);
        Assert.Equal([0xFF, 0xFE, .. Encoding.Unicode.GetBytes("xname=Café\nnext=1\n")], await panel.ReadAsync("/old.cfg"));
        await visit.ScreenshotAsync("files-encoding");
        Assert.Empty(visit.ScriptErrors);
    }

    [Fact]
    public async Task What_was_not_saved_is_offered_after_a_reload_and_gone_once_saved()
    {
        await panel.WriteAsync("/config.yml", "one: 1\n"u8.ToArray());
        await using var visit = await OpenAsync("config.yml", "one");
        var page = visit.Page;
        page.Dialog += (_, dialog) => dialog.AcceptAsync();
        await TypeAsync(page, "A");
        await Deadline.UntilAsync("the draft", async () => await DraftsAsync(page) is [var key] && key.StartsWith(panel.Admin.UserId, StringComparison.Ordinal));
        await page.ReloadAsync();
        await Expect(page.GetByText("You have unsaved changes of this file")).ToBeVisibleAsync(patient);
        Assert.Equal("one: 1\n", Encoding.UTF8.GetString(await panel.ReadAsync("/config.yml")));
        await visit.ScreenshotAsync("files-draft");
        await page.GetByRole(AriaRole.Button, new() { Name = "Restore unsaved changes" }).ClickAsync();
        await Expect(page.GetByTestId("compare")).ToContainTextAsync("Aone");
        await SaveAsync(page);
        Assert.Equal("Aone: 1\n", Encoding.UTF8.GetString(await panel.ReadAsync("/config.yml")));
        await Deadline.UntilAsync("no draft", async () => await DraftsAsync(page) is []);

        // typed again, and somebody else saves meanwhile
        await page.ReloadAsync();
        await Expect(page.Locator(".view-lines")).ToContainTextAsync("Aone", soon);
        await Expect(page.GetByText("You have unsaved changes")).ToBeHiddenAsync();
        await TypeAsync(page, "B");
        await Deadline.UntilAsync("the draft", async () => await DraftsAsync(page) is [_]);
        await panel.WriteAsync("/config.yml", "other: 2\n"u8.ToArray());
        await page.ReloadAsync();
        await Expect(page.GetByText("It was saved again since")).ToBeVisibleAsync(patient);
        await page.GetByRole(AriaRole.Button, new() { Name = "Discard", Exact = true }).ClickAsync();
        await Deadline.UntilAsync("no draft", async () => await DraftsAsync(page) is []);
        await Expect(page.Locator(".view-lines")).ToContainTextAsync("other");
        Assert.Empty(visit.ScriptErrors);
    }

    [Fact]
    public async Task Two_who_save_the_same_file_can_put_both_together()
    {
        await panel.WriteAsync("/config.yml", "one: 1\n\n\ntwo: 2\n"u8.ToArray());
        await using var first = await OpenAsync("config.yml", "one");
        await using var second = await OpenAsync("config.yml", "one");
        await TypeAsync(first.Page, "theirs: 1\n");
        await SaveAsync(first.Page);
        await TypeAsync(second.Page, "B");
        await second.Page.Keyboard.PressAsync("Control+s");
        await second.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Look at both, side by side" }).ClickAsync();
        await Expect(second.Page.GetByTestId("compare")).ToContainTextAsync("theirs");
        await Expect(second.Page.GetByTestId("compare")).ToContainTextAsync("Bone");
        await second.ScreenshotAsync("files-both");
        // the keyboard is in one's own text
        await second.Page.Keyboard.PressAsync("Control+Home");
        await second.Page.Keyboard.TypeAsync("theirs: 1\n");
        await SaveAsync(second.Page);
        Assert.Equal("theirs: 1\nBone: 1\n\n\ntwo: 2\n", Encoding.UTF8.GetString(await panel.ReadAsync("/config.yml")));
        Assert.Empty(second.ScriptErrors);
    }

    [Fact]
    public async Task Form_over_a_config_file_changes_one_value_and_says_what_is_wrong()
    {
        await panel.WriteAsync("/server.properties", "# ours\r\nmotd=Hi\r\nunknown = kept\r\ndifficulty=easy\r\n"u8.ToArray());
        await using var visit = await OpenAsync("server.properties", "ours");
        var page = visit.Page;
        await Expect(page.GetByTestId("written")).ToContainTextAsync("motd");
        await Expect(page.Locator(".written-line")).ToHaveCountAsync(1);
        await visit.ScreenshotAsync("files-written");
        await page.GetByRole(AriaRole.Radio, new() { Name = "Form", Exact = true }).ClickAsync();
        var form = page.GetByTestId("config-form");
        await Expect(form.GetByLabel("Difficulty")).ToHaveValueAsync("easy");
        await Expect(form.GetByLabel("Players", new() { Exact = true })).ToBeDisabledAsync();
        await form.GetByLabel("Difficulty").SelectOptionAsync("hard");
        await form.GetByLabel("World's folder").FillAsync("wörld");
        await page.Keyboard.PressAsync("Control+s");
        await Expect(page.GetByText("Saved", new() { Exact = true })).ToBeVisibleAsync(patient);
        Assert.Equal("# ours\r\nmotd=Hi\r\nunknown = kept\r\ndifficulty=hard\r\nlevel-name=w\\u00F6rld\r\n", Encoding.UTF8.GetString(await panel.ReadAsync("/server.properties")));

        await form.GetByLabel("World's folder").FillAsync(new string('x', 101));
        await form.GetByLabel("World's folder").BlurAsync();
        await Expect(form.GetByRole(AriaRole.Alert)).ToContainTextAsync("at most 100 characters");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true })).ToBeDisabledAsync();
        await form.GetByLabel("World's folder").FillAsync("world");
        await form.GetByLabel("World's folder").BlurAsync();
        await visit.ScreenshotAsync("files-form");
        await page.GetByRole(AriaRole.Radio, new() { Name = "Text", Exact = true }).ClickAsync();
        await Expect(page.Locator(".view-lines")).ToContainTextAsync("level-name=world");
        Assert.Empty(visit.ScriptErrors);
    }

    [Fact]
    public async Task Form_is_saved_by_a_key_right_after_a_field_is_filled_in_on_a_slow_line()
    {
        await panel.WriteAsync("/server.properties", "difficulty=easy\n"u8.ToArray());
        await using var visit = await panel.OpenAsync(browser, "/files?edit=server.properties", delay: TimeSpan.FromMilliseconds(400));
        var page = visit.Page;
        await page.GetByRole(AriaRole.Radio, new() { Name = "Form", Exact = true }).ClickAsync(new() { Timeout = 60_000 });
        await page.GetByTestId("config-form").GetByLabel("World's folder").FillAsync("mine");
        await page.Keyboard.PressAsync("Control+s");
        await Expect(page.GetByText("Saved", new() { Exact = true })).ToBeVisibleAsync(patient);
        Assert.Equal("difficulty=easy\nlevel-name=mine\n", Encoding.UTF8.GetString(await panel.ReadAsync("/server.properties")));
    }

    static Task<string[]> DraftsAsync(IPage page) => page.EvaluateAsync<string[]>("""
        () => new Promise((resolve) => {
          const request = indexedDB.open('panel-drafts', 1);
          request.onerror = () => resolve(['none']);
          request.onsuccess = () => {
            const keys = request.result.transaction('drafts').objectStore('drafts').getAllKeys();
            keys.onsuccess = () => { request.result.close(); resolve(keys.result); };
          };
        })
        """);

    async Task<Visit> OpenAsync(string name, string text)
    {
        var visit = await panel.OpenAsync(browser, $"/files?edit={name}");
        await Expect(visit.Page.Locator(".view-lines")).ToContainTextAsync(text, soon);
        return visit;
    }

    static async Task SaveAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Expect(page.GetByText("Saved", new() { Exact = true })).ToBeVisibleAsync(patient);
    }

    static async Task TypeAsync(IPage page, string text)
    {
        await page.Locator(".view-lines").First.ClickAsync();
        await page.Keyboard.PressAsync("Control+Home");
        await page.Keyboard.TypeAsync(text);
        await Expect(page.GetByText("Unsaved changes")).ToBeVisibleAsync();
    }
}
