using Microsoft.Playwright;
using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Servers;
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

    [Fact]
    public async Task No_payload_in_a_text_field_comes_to_life_on_any_page()
    {
        await using var panel = await PanelWithServer.StartAsync();
        var (servers, roles, users) = (new List<ServerId>(), new List<string>(), new List<string>());
        for (var n = 0; n < payloads.Length; n++)
        {
            // one field a line: a new field that takes text is added here
            var payload = payloads[n];
            var server = await panel.Get<CreateServer>().RunAsync(panel.Admin, new() { Name = payload, Description = payload, Template = "demo", Plan = "tiny", Start = false, Variables = { ["MOTD"] = payload[..Math.Min(payload.Length, 50)] } }, default);
            var role = await panel.Get<CreateRole>().RunAsync(panel.Admin, new() { Name = payload, Description = payload }, default);
            var user = await panel.Get<CreateAccount>().RunAsync(panel.Admin, new() { Email = $"person{n}@example.org", Password = "Battery-Staple-7", Role = role }, default);
            await panel.Get<SuspendAccount>().RunAsync(panel.Admin, user, new() { Reason = payload }, default);
            await panel.Get<SuspendServer>().RunAsync(panel.Admin, server, new() { Reason = payload }, default);
            servers.Add(server);
            roles.Add(role);
            users.Add(user);
        }
        await using var visit = await panel.OpenAsync(browser);
        var dialogs = new List<string>();
        visit.Page.Dialog += (_, dialog) => dialogs.Add(dialog.Message);
        string[] everywhere = ["servers", "admin", "admin/users", "admin/roles", "admin/servers", "admin/audit", "admin/users?q=%3Cimg%20data-hit%20onerror=window.hit=9%3E"];
        var pages = everywhere.Concat(servers.SelectMany(id => new[] { $"servers/{id}", $"servers/{id}/settings" })).Concat(roles.Select(role => $"admin/roles/{role}")).Concat(users.Select(user => $"admin/users/{user}"));
        foreach (var page in pages)
        {
            await visit.Page.GotoAsync(new Uri(panel.Http.BaseAddress!, page).ToString());
            await Expect(visit.Page.Locator("fieldset.live:not([disabled])").First).ToBeAttachedAsync(new() { Timeout = 60_000 });
            await Expect(visit.Page.Locator("h1")).ToBeVisibleAsync();
            Assert.True(await visit.Page.EvaluateAsync<bool>("window.hit === undefined && !document.querySelector('[data-hit]')"), $"A payload came to life on {page}.");
        }
        // they are there, as text
        await visit.Page.GotoAsync(new Uri(panel.Http.BaseAddress!, "admin/servers").ToString());
        foreach (var payload in payloads) await Expect(visit.Page.GetByRole(AriaRole.Link, new() { Name = payload, Exact = true })).ToBeVisibleAsync();
        await visit.Page.GotoAsync(new Uri(panel.Http.BaseAddress!, $"admin/users/{users[0]}").ToString());
        await Expect(visit.Page.GetByText($"Suspended: {payloads[0]}")).ToBeVisibleAsync();
        Assert.Empty(dialogs);
        Assert.Empty(visit.ScriptErrors);
    }
}
