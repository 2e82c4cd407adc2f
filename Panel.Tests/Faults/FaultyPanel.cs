using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Servers;
using Panel.Tests.Support;
using Panel.Tests.Web;
using Xunit;

namespace Panel.Tests.Faults;

/// <summary>A panel on a real port with an administrator who looks at its pages, to see what they say when something goes wrong.</summary>
public sealed class FaultyPanel : IAsyncDisposable
{
    readonly Browser browser;
    readonly PanelApp app;
    readonly CookieContainer cookies = new();
    readonly Uri address;

    FaultyPanel(Browser browser, PanelApp app) => (this.browser, this.app, address) = (browser, app, app.Listen());

    /// <summary>Where it keeps everything.</summary>
    public string DataDirectory => app.DataDirectory;

    /// <summary>The administrator.</summary>
    public Actor Admin { get; private set; } = default!;

    /// <summary>Starts it and signs in.</summary>
    /// <param name="browser">Opens its pages.</param>
    /// <param name="prepare">Sets what is to be set before it starts.</param>
    public static async Task<FaultyPanel> StartAsync(Browser browser, Action<PanelApp>? prepare = null)
    {
        var app = new PanelApp();
        prepare?.Invoke(app);
        var panel = new FaultyPanel(browser, app);
        await panel.SignInAsync(PanelApp.AdminEmail, PanelApp.AdminPassword);
        var account = (await panel.Get<AccountQueries>().ListAsync(new("", "test", PanelPermissions.All, null), CancellationToken.None)).Single();
        panel.Admin = new(account.Id, account.Email, PanelPermissions.All, "192.0.2.1");
        return panel;
    }

    /// <summary>Pages are somebody else's from here on.</summary>
    public async Task SignInAsync(string email, string password)
    {
        using var http = new HttpClient(new SocketsHttpHandler { CookieContainer = cookies, AllowAutoRedirect = false }) { BaseAddress = address };
        Assert.Equal(HttpStatusCode.Redirect, (await new Visitor(http).SignInAsync(email, password)).StatusCode);
    }

    /// <summary>A part of the panel.</summary>
    public T Get<T>() where T : notnull => app.Services.GetRequiredService<T>();

    /// <summary>Makes a server on the smallest plan and starts it.</summary>
    public async Task<ServerId> CreateAsync(string template, string name = "A server", bool start = true, Actor? owner = null) =>
        await Get<CreateServer>().RunAsync(owner ?? Admin, new() { Name = name, Template = template, Plan = "tiny", Start = start }, CancellationToken.None);

    /// <summary>What the lists show of a server.</summary>
    public async Task<ServerRow> RowAsync(ServerId id) => (await Get<ServerQueries>().FindAsync(Admin, id, CancellationToken.None)).Row;

    /// <summary>Waits for a phase.</summary>
    public async Task UntilAsync(ServerId id, ServerPhase phase)
    {
        try
        {
            await Deadline.UntilAsync($"the phase {phase}", async () => (await RowAsync(id)).Phase == phase, TimeSpan.FromSeconds(90));
        }
        catch (TimeoutException late)
        {
            var row = await RowAsync(id);
            throw new TimeoutException($"{late.Message}; it is {row.Phase} ({row.Reason})", late);
        }
    }

    /// <summary>Opens a page as the administrator.</summary>
    public async Task<Visit> OpenAsync(string path)
    {
        var visit = await browser.OpenAsync(new("about:blank"));
        await visit.Page.Context.AddCookiesAsync(cookies.GetCookies(address).Select(cookie => new Microsoft.Playwright.Cookie { Name = cookie.Name, Value = cookie.Value, Url = address.ToString() }));
        await visit.Page.GotoAsync(new Uri(address, path).ToString());
        return visit;
    }

    /// <summary>Where a server's page says what it does.</summary>
    public static ILocator Phase(IPage page) => page.GetByTestId("phase");

    /// <summary>Fills in the form of a page that asks for it.</summary>
    public static async Task SignInAsync(IPage page)
    {
        await page.GetByLabel("Email address").FillAsync(PanelApp.AdminEmail);
        await page.GetByLabel("Password").FillAsync(PanelApp.AdminPassword);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
    }

    /// <summary>Presses a power button of a server's page.</summary>
    public static Task PowerAsync(IPage page, string action) =>
        page.GetByRole(AriaRole.Group, new() { Name = "Power" }).GetByRole(AriaRole.Button, new() { Name = action, Exact = true }).ClickAsync();

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
