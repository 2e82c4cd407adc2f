using System.Text.Json;
using Microsoft.Playwright;
using Panel.Contracts.Access;
using Panel.Contracts.Console;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Accounts.Keys;
using Panel.Core.Announcements;
using Panel.Core.Console;
using Panel.Core.Plans;
using Panel.Core.Servers;
using Panel.Core.Settings;
using Panel.Core.Users;
using Panel.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Panel.Tests.Web.Admin;

/// <summary>
/// What people type is text wherever it is shown: the list of payloads goes into every field that takes text, and no page makes an element
/// of one, runs one, or opens a dialog.
/// </summary>
[Trait("Lane", "browser")]
public sealed class StoredPayloadTests(Browser browser)
{
    // each would leave a mark if it came to life: window.hit, or an element with data-hit
    static readonly string[] payloads =
    [
        """<img src=x data-hit onerror="window.hit=1">""",
        "\"><script data-hit>window.hit=2</script>",
        """'-(window.hit=3)-'<svg data-hit onload=window.hit=3>""",
        """javascript:window.hit=4//<a data-hit href=x>""",
        """</title></textarea><b data-hit onclick=1>@(1)""",
        "{{constructor.constructor('window.hit=6')()}}",
    ];

    // what the policy stops is a hole too: the next browser, or the next policy, would let it through
    const string TellOfViolations = "window.violations = []; document.addEventListener('securitypolicyviolation', e => window.violations.push(`${e.violatedDirective} ${e.blockedURI} ${e.sample}`));";

    [Fact]
    public async Task No_payload_in_a_text_field_comes_to_life_on_any_page_CVE_2024_34067()
    {
        await using var panel = await PanelWithServer.StartAsync(WriteTemplate);
        var admin = panel.Admin with { Session = await panel.Get<Sessions>().StartAsync(panel.Admin.UserId, true, payloads[0], payloads[1], null, null, default) };
        var (servers, roles, users) = (new List<ServerId> { panel.Server }, new List<string>(), new List<string>());
        for (var n = 0; n < payloads.Length; n++)
        {
            // one field a line: a new field that takes text is added here
            var payload = payloads[n];
            var server = await panel.Get<CreateServer>().RunAsync(admin, new() { Name = payload, Description = payload, Template = "evil", Plan = "tiny", Start = false, Variables = { ["TEXT"] = payload } }, default);
            var role = await panel.Get<CreateRole>().RunAsync(admin, new() { Name = payload, Description = payload }, default);
            var user = await panel.Get<CreateAccount>().RunAsync(admin, new() { Email = $"person{n}@example.org", Password = "Battery-Staple-7", Role = role }, default);
            await panel.Get<EditPlans>().CreateAsync(admin, new() { Name = payload, CpuMillis = 100, MemoryMiB = 128, DiskMiB = 512 }, default);
            await panel.Get<Announce>().CreateAsync(admin, new() { Text = payload, Warns = n % 2 == 0 }, default);
            await panel.Get<CreateKey>().RunAsync(admin, new() { Name = payload[..Math.Min(payload.Length, 60)] }, default);
            await panel.Get<Passkeys>().AddAsync(admin, PanelApp.AdminPassword, payload[..Math.Min(payload.Length, 60)], new([(byte)n], [1], DateTimeOffset.UtcNow, 0, null, false, false, false, [], []), default);
            await panel.Get<Snippets>().SaveAsync(admin, panel.Server, new() { Name = payload[..Math.Min(payload.Length, 60)], Command = payload }, default);
            await panel.Get<PanelSettings>().ChangeAsync(admin, new Dictionary<string, string?> { ["Panel:Mail:User"] = payload }, default);
            await panel.WriteAsync($"/{payload.Replace('/', '.')}.txt", System.Text.Encoding.UTF8.GetBytes(payload));
            foreach (var line in new[] { payload, $"\e[31m{payload}\e[0m", $"[10:00:00] [Server thread/INFO]: {payload} joined the game", $"\e]8;;javascript:window.hit=7\e\\{payload}\e]8;;\e\\" })
                panel.Console.Publish([new(DateTimeOffset.UtcNow, line)], ConsoleSource.Program);
            await panel.Get<SuspendAccount>().RunAsync(admin, user, new() { Reason = payload }, default);
            await panel.Get<SuspendServer>().RunAsync(admin, server, new() { Reason = payload }, default);
            servers.Add(server);
            roles.Add(role);
            users.Add(user);
        }
        await using var visit = await panel.OpenAsync(browser);
        await visit.Page.Context.AddInitScriptAsync(TellOfViolations);
        var dialogs = new List<string>();
        visit.Page.Dialog += (_, dialog) => dialogs.Add(dialog.Message);
        string[] everywhere =
        [
            "servers", "admin", "admin/users", "admin/roles", "admin/servers", "admin/audit", "admin/plans", "admin/announcements", "admin/settings", "admin/users?q=%3Cimg%20data-hit%20onerror=window.hit=9%3E", "account", "account/keys", "account/sessions", "account/security",
            "admin/templates", "admin/templates/evil", "admin/templates/import?into=evil", "servers/new", "servers/new?game=evil&step=settings", "servers/new?game=evil&step=plan", "servers/new?game=evil&step=review", $"servers/{panel.Server}/files", $"servers/{panel.Server}/activity",
            $"servers/{panel.Server}/files?path={Uri.EscapeDataString($"/{payloads[0]}.txt")}", $"servers/{panel.Server}/files?path={Uri.EscapeDataString("/<img src=x data-hit onerror=window.hit=8>")}",
        ];
        var pages = everywhere.Concat(servers.SelectMany(id => new[] { $"servers/{id}", $"servers/{id}/settings" })).Concat(roles.Select(role => $"admin/roles/{role}")).Concat(users.Select(user => $"admin/users/{user}"));
        foreach (var page in pages)
        {
            await visit.Page.GotoAsync(new Uri(panel.Http.BaseAddress!, page).ToString());
            await Expect(visit.Page.Locator("fieldset.live:not([disabled])").First).ToBeAttachedAsync(new() { Timeout = 60_000 });
            await Expect(visit.Page.Locator("h1").First).ToBeVisibleAsync();
            if (page == $"servers/{panel.Server}") await Expect(visit.Page.GetByRole(AriaRole.Log)).ToContainTextAsync("joined the game");
            if (page == $"servers/{panel.Server}/files") await Expect(visit.Page.GetByText($"{payloads[0]}.txt")).ToBeVisibleAsync();
            Assert.True(await visit.Page.EvaluateAsync<bool>("window.hit === undefined && !document.querySelector('[data-hit]')"), $"A payload came to life on {page}.");
            Assert.Empty((await visit.Page.EvaluateAsync<string[]>("window.violations")).Select(violation => $"{page}: {violation}"));
        }
        // they are there, as text
        await ShowsAsync("admin/servers", payload => visit.Page.GetByRole(AriaRole.Link, new() { Name = payload, Exact = true }));
        await ShowsAsync("admin/plans", payload => visit.Page.Locator("main").GetByText(payload));
        await ShowsAsync("account/keys", payload => visit.Page.Locator("main").GetByText(payload[..Math.Min(payload.Length, 60)]));
        await visit.Page.GotoAsync(new Uri(panel.Http.BaseAddress!, $"admin/users/{users[0]}").ToString());
        await Expect(visit.Page.GetByText($"Suspended: {payloads[0]}")).ToBeVisibleAsync();
        Assert.Empty(dialogs);
        Assert.Empty(visit.ScriptErrors);

        async Task ShowsAsync(string page, Func<string, ILocator> find)
        {
            await visit.Page.GotoAsync(new Uri(panel.Http.BaseAddress!, page).ToString());
            foreach (var payload in payloads) await Expect(find(payload).First).ToBeVisibleAsync();
        }
    }

    // text that a template brings is as foreign as what a person types
    static void WriteTemplate(PanelApp app)
    {
        var (text, folder) = (payloads[0], Directory.CreateDirectory(Path.Combine(app.DataDirectory, "templates")).FullName);
        File.WriteAllText(Path.Combine(folder, "evil.json"), JsonSerializer.Serialize(new
        {
            key = "evil",
            name = text,
            description = payloads[1],
            author = payloads[2],
            tags = new[] { payloads[3] },
            images = new Dictionary<string, string> { [text] = "panel/demo:1", [payloads[1]] = "panel/demo:1" },
            startup = "panel-demo",
            variables = new[] { new { name = text, description = payloads[1], env = "TEXT", @default = payloads[2], rules = "nullable|string|max:200" } },
            commands = payloads,
        }));
    }
}
