using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Panel.Contracts.Access;
using Panel.Core;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Kube;
using Panel.Tests.Support;

namespace Panel.Bench;

/// <summary>A panel with an administrator, and the browser of that administrator.</summary>
sealed class BenchPanel : IAsyncDisposable
{
    /// <summary>The administrator.</summary>
    public const string Email = "bench@example.org", Password = "Correct-Horse-9-Battery";

    readonly Dictionary<string, string> settings = new() { ["Panel:Admin:Email"] = Email, ["Panel:Admin:Password"] = Password, ["Panel:Console:CommandBurst"] = "10000" };
    Browser? browser;

    /// <summary>The process.</summary>
    public PanelProcess Process { get; } = new();

    /// <summary>Memory of the panel's own process; its games are others.</summary>
    public double MemoryMiB => Memory.OfProcess(Process.Id);

    /// <summary>Sets a setting before it starts.</summary>
    public BenchPanel With(string key, string value)
    {
        settings[key] = value;
        return this;
    }

    /// <summary>Uses Core's operations on the panel's database while it does not run.</summary>
    public async Task SeedAsync(Func<IServiceProvider, Actor, Task> work, CancellationToken cancellation)
    {
        var all = settings.Append(new("Panel:DataDirectory", Process.DataDirectory)).Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value));
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(all).Build();
        await using var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddLogging().AddCore(configuration).AddKube().BuildServiceProvider();
        await CoreSetup.PrepareAsync(services, cancellation);
        await using var db = await services.GetRequiredService<IDbContextFactory<PanelDb>>().CreateDbContextAsync(cancellation);
        var account = await db.Set<Account>().SingleAsync(cancellation);
        await work(services, new(account.Id, account.UserName!, PanelPermissions.All, Address: null));
    }

    /// <summary>Starts it and waits for its first page.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        foreach (var (key, value) in settings) Process.With(key, value);
        Process.Launch();
        await FirstPage.AwaitAsync(new(Process.Address, "sign-in"), cancellation);
    }

    /// <summary>A page of the signed-in administrator.</summary>
    public async Task<IPage> OpenAsync()
    {
        browser = new();
        var page = await browser.OpenAsync();
        await page.GotoAsync(new Uri(Process.Address, "sign-in").ToString());
        await page.FillAsync("#email", Email);
        await page.FillAsync("#password", Password);
        await page.ClickAsync("button[type=submit]");
        await page.WaitForURLAsync("**/servers");
        return page;
    }

    /// <summary>Makes a demo server by hand, as a person does.</summary>
    /// <returns>The time from the click on "Create server" to the badge "Running".</returns>
    public async Task<TimeSpan> CreateAsync(IPage page, string name)
    {
        await page.GotoAsync(new Uri(Process.Address, "servers/new").ToString());
        await page.GetByText("Panel demo").First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await page.Locator("input[name=plan]").First.CheckAsync(new() { Force = true });
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync(name);
        var began = Stopwatch.StartNew();
        await page.GetByRole(AriaRole.Button, new() { Name = "Create server" }).ClickAsync();
        await page.GetByText("Running", new() { Exact = true }).First.WaitForAsync();
        return began.Elapsed;
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
        await Process.DisposeAsync();
    }
}
