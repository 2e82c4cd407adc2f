using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Microsoft.Playwright;
using Panel.Kube.Client;
using Panel.Kube.Replicas;
using Panel.Tests.Support;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Panel.Tests.Faults;

/// <summary>SIGTERM, as a cluster sends it to a replica, while pages and streams are open.</summary>
[Trait("Lane", "browser")]
public sealed class ShutdownTests(Cluster cluster, Browser browser)
{
    static readonly LocatorAssertionsToHaveTextOptions Running = new() { Timeout = 45_000 };
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Replica_that_is_ended_tells_its_pages_gives_the_lease_back_and_ends_soon()
    {
        await using var space = await cluster.OpenAsync(watching: false);
        await using var panel = new PanelProcess()
            .With("Panel:Cluster:Mode", "Kubernetes").With("Panel:Cluster:Kubeconfig", space.Kubeconfig).With("Panel:Cluster:Namespace", space.Space).With("Panel:Cluster:ToolsImage", Cluster.Image)
            .With("Panel:Admin:Email", PanelApp.AdminEmail).With("Panel:Admin:Password", PanelApp.AdminPassword);
        await panel.StartAsync();
        await using var visit = await browser.OpenAsync(panel.Address);
        var page = visit.Page;
        await page.GetByLabel("Email address").FillAsync(PanelApp.AdminEmail);
        await page.GetByLabel("Password").FillAsync(PanelApp.AdminPassword);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await Expect(page.GetByText("No servers yet")).ToBeVisibleAsync();
        await page.GotoAsync(new Uri(panel.Address, "servers/new").ToString());
        await page.GetByRole(AriaRole.Button, new() { Name = "Panel demo" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await page.GetByRole(AriaRole.Radiogroup, new() { Name = "Plan" }).Locator("label:not(.off)").First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Goes on");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create server" }).ClickAsync();
        await Expect(page.GetByTestId("phase")).ToHaveTextAsync("Running", Running);
        await Expect(page.GetByRole(AriaRole.Log, new() { Name = "Console output" })).ToContainTextAsync("Done");
        var files = await page.Context.NewPageAsync();
        await files.GotoAsync(page.Url.TrimEnd('/') + "/files");
        await Expect(files.GetByRole(AriaRole.Button, new() { Name = "Upload", Exact = true })).ToBeEnabledAsync();

        // clients that began to send and never go on, or never answer, may not hold the panel
        using var silent = await RudeAsync(panel.Address, "POST /sign-in HTTP/1.1\r\nHost: panel\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000\r\n\r\nInput");
        using var frozen = await FrozenPageAsync(page, panel.Address);

        var began = Stopwatch.GetTimestamp();
        var end = panel.StopAsync();
        foreach (var open in (IPage[])[page, files]) await Expect(open.GetByText("Panel is restarting; this page comes back by itself.")).ToBeVisibleAsync();
        var told = Stopwatch.GetElapsedTime(began);
        await end;
        var took = Stopwatch.GetElapsedTime(began);
        TestContext.Current.SendDiagnosticMessage($"told after {told.TotalSeconds:0.00} s, ended after {took.TotalSeconds:0.00} s");
        Assert.True(took < Limit, $"It took {took.TotalSeconds:0.0} s:\n{panel.Output}");
        var lease = await space.Client.FindAsync(Kinds.Leases, space.Space, LeaseElection.LeaseName, TestContext.Current.CancellationToken);
        Assert.Equal("", lease!.Spec!.HolderIdentity ?? "");

        await panel.StartAsync();
        await Expect(page.GetByText("Panel is restarting")).Not.ToBeVisibleAsync(new() { Timeout = 45_000 });
        await Expect(page.GetByTestId("phase")).ToHaveTextAsync("Running", Running);
        Assert.True(visit.ScriptErrors.Count == 0, $"{string.Join('\n', visit.ScriptErrors)}\n{panel.Output}");
    }

    // a browser whose machine went to sleep: its WebSocket is open, and nobody closes it on that side
    static async Task<TcpClient> FrozenPageAsync(IPage page, Uri address)
    {
        var negotiated = await page.Context.APIRequest.PostAsync(new Uri(address, "_blazor/negotiate?negotiateVersion=1").ToString());
        var token = Uri.EscapeDataString((await negotiated.JsonAsync())!.Value.GetProperty("connectionToken").GetString()!);
        var cookies = string.Join("; ", (await page.Context.CookiesAsync()).Select(cookie => $"{cookie.Name}={cookie.Value}"));
        var client = await RudeAsync(address, $"GET /_blazor?id={token} HTTP/1.1\r\nHost: {address.Authority}\r\nCookie: {cookies}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        var answer = new byte[64];
        await client.GetStream().ReadAtLeastAsync(answer, 16).AsTask().Within("the upgrade");
        Assert.StartsWith("HTTP/1.1 101", Encoding.ASCII.GetString(answer), StringComparison.Ordinal);
        return client;
    }

    static async Task<TcpClient> RudeAsync(Uri address, string sends)
    {
        var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(sends));
        return client;
    }
}
