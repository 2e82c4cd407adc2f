using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Console;
using Panel.Core.Files;
using Panel.Core.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Web;

/// <summary>A panel on a real port, an administrator who is signed in, and a server of theirs on the cluster of this machine that stands still.</summary>
public sealed class PanelWithServer : IAsyncDisposable
{
    readonly PanelApp app = new();

    PanelWithServer(Action<PanelApp>? prepare)
    {
        prepare?.Invoke(app);
        Http = new(new SocketsHttpHandler { CookieContainer = Cookies, AllowAutoRedirect = false }) { BaseAddress = app.Listen() };
    }

    /// <summary>Sends requests as the administrator.</summary>
    public HttpClient Http { get; }

    /// <summary>The administrator's cookies.</summary>
    public CookieContainer Cookies { get; } = new();

    /// <summary>The administrator.</summary>
    public Actor Admin { get; private set; } = default!;

    /// <summary>The server.</summary>
    public ServerId Server { get; private set; }

    /// <summary>The folder of this machine in which the server's files lie.</summary>
    public string Volume => Directory.GetDirectories(Path.Combine(app.DataDirectory, "cluster", "volumes", "game-servers")).Single();

    /// <summary>What the server's console is fed by.</summary>
    internal ConsoleFeed Console => Get<ConsoleHub>().Feed(Server);

    /// <summary>Starts it, and waits until the server's files can be listed.</summary>
    /// <param name="prepare">Sets what is to be set before it starts.</param>
    public static async Task<PanelWithServer> StartAsync(Action<PanelApp>? prepare = null)
    {
        var panel = new PanelWithServer(prepare);
        Assert.Equal(HttpStatusCode.Redirect, (await new Visitor(panel.Http).SignInAsync(PanelApp.AdminEmail, PanelApp.AdminPassword)).StatusCode);
        var account = (await panel.Get<AccountQueries>().ListAsync(new("", "test", PanelPermissions.All, null), CancellationToken.None)).Single();
        panel.Admin = new(account.Id, account.Email, PanelPermissions.All, "192.0.2.1");
        panel.Server = await panel.Get<CreateServer>().RunAsync(panel.Admin, new() { Name = "Files", Template = "demo", Plan = "tiny", Start = false }, CancellationToken.None);
        await Deadline.UntilAsync("the files", async () =>
        {
            try
            {
                await panel.NamesAsync("/");
                return true;
            }
            catch (Core.Errors.PanelException) { return false; }
        });
        return panel;
    }

    /// <summary>A part of the panel.</summary>
    public T Get<T>() where T : notnull => app.Services.GetRequiredService<T>();

    /// <summary>What a folder of the server holds.</summary>
    public async Task<string[]> NamesAsync(string folder) =>
        [.. (await Get<ListFiles>().RunAsync(Admin, Server, folder, CancellationToken.None)).Entries.Select(entry => entry.Name)];

    /// <summary>Writes a file of the server.</summary>
    public Task WriteAsync(string path, byte[] content) => Get<WriteFile>().RunAsync(Admin, Server, path, content, expected: null, CancellationToken.None);

    /// <summary>Reads a file of the server.</summary>
    public async Task<byte[]> ReadAsync(string path) => (await Get<ReadFile>().RunAsync(Admin, Server, path, CancellationToken.None)).Content;

    /// <summary>The address of a part of the server's page.</summary>
    public Uri Page(string part = "") => new(Http.BaseAddress!, $"servers/{Server}{part}");

    /// <summary>Opens a part of the server's page as the administrator.</summary>
    public async Task<Visit> OpenAsync(Browser browser, string part = "", bool dark = false, bool phone = false, TimeSpan? delay = null)
    {
        var visit = await browser.OpenAsync(new("about:blank"), dark, phone, delay);
        await visit.Page.Context.AddCookiesAsync(Cookies.GetCookies(Http.BaseAddress!).Select(cookie => new Microsoft.Playwright.Cookie { Name = cookie.Name, Value = cookie.Value, Url = Http.BaseAddress!.ToString() }));
        await visit.Page.GotoAsync(Page(part).ToString());
        return visit;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.DisposeAsync();
    }
}
