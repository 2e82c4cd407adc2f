using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Panel.Core;
using Panel.Core.Access;
using Panel.Core.Accounts;

namespace Panel.Bench;

/// <summary>The built panel as a process of its own, with a data directory of its own.</summary>
sealed class BenchPanel : IAsyncDisposable
{
    const string Email = "bench@example.org", Password = "Correct-Horse-9-Battery";

    readonly string data = Directory.CreateTempSubdirectory("panel-bench-").FullName;
    readonly int ports = FreePort();
    Process? process;
    IPlaywright? playwright;
    IBrowser? browser;

    public Uri Address { get; } = new($"http://127.0.0.1:{FreePort()}/");

    /// <summary>Memory of the panel's own process, in MiB; its games are others.</summary>
    public double MemoryMiB
    {
        get
        {
            var line = File.ReadLines($"/proc/{process!.Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
            return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
        }
    }

    /// <summary>Uses Core's operations on the panel's database while it does not run.</summary>
    public async Task SeedAsync(Func<IServiceProvider, Actor, Task> work)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(Settings().Select(setting => KeyValuePair.Create(setting.Key.Replace("__", ":", StringComparison.Ordinal), (string?)setting.Value))).Build();
        await using var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddLogging().AddCore(configuration).BuildServiceProvider();
        await CoreSetup.PrepareAsync(services, CancellationToken.None);
        await using var db = await services.GetRequiredService<IDbContextFactory<PanelDb>>().CreateDbContextAsync();
        var account = await db.Set<Account>().SingleAsync();
        await work(services, new(account.Id, account.UserName!, IsAdmin: true, Address: null));
    }

    /// <summary>Starts it; answers the time until its sign-in page was served.</summary>
    public async Task<TimeSpan> StartAsync(CancellationToken cancellation, params string[] command)
    {
        if (command.Length == 0) command = ["dotnet", Path.Combine(AppContext.BaseDirectory, "Panel.Web.dll"), "--contentRoot", AppContext.BaseDirectory];
        var start = new ProcessStartInfo(command[0], [.. command[1..], "--urls", Address.ToString()]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        foreach (var (key, value) in Settings()) start.Environment[key] = value;
        var began = Stopwatch.StartNew();
        process = Process.Start(start)!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var http = new HttpClient { BaseAddress = Address };
        while (!process.HasExited)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri("sign-in", UriKind.Relative), cancellation);
                if (answer.IsSuccessStatusCode) return began.Elapsed;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(10, cancellation);
            }
        }
        throw new InvalidOperationException($"The panel ended with {process.ExitCode}.");
    }

    /// <summary>A page of a signed-in administrator.</summary>
    public async Task<IPage> OpenAsync()
    {
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = "/usr/bin/chromium",
            Args = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
        var page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = 1440, Height = 900 } });
        page.SetDefaultTimeout(60_000);
        await page.GotoAsync(new Uri(Address, "sign-in").ToString());
        await page.FillAsync("#email", Email);
        await page.FillAsync("#password", Password);
        await page.ClickAsync("button[type=submit]");
        await page.WaitForURLAsync("**/servers");
        return page;
    }

    /// <summary>Makes a demo server by hand, as a person does.</summary>
    /// <returns>The time from the click on "Create server" to the badge "Running".</returns>
    public static async Task<TimeSpan> CreateAsync(IPage page, Uri address, string name)
    {
        await page.GotoAsync(new Uri(address, "servers/new").ToString());
        await page.GetByText("Panel demo").First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await page.Locator("input[name=plan]").First.CheckAsync(new() { Force = true });
        await page.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await page.Locator("main input").First.FillAsync(name);
        var began = Stopwatch.StartNew();
        await page.GetByRole(AriaRole.Button, new() { Name = "Create server" }).ClickAsync();
        await page.GetByText("Running", new() { Exact = true }).First.WaitForAsync();
        return began.Elapsed;
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
        playwright?.Dispose();
        if (process is { HasExited: false })
        {
            // in order: the games of the run end with it
            using (var kill = Process.Start("kill", ["-TERM", .. Children(process.Id), $"{process.Id}"])) await kill.WaitForExitAsync();
            await process.WaitForExitAsync();
        }
        process?.Dispose();
        Directory.Delete(data, recursive: true);
    }

    // `dotnet run` is a parent that does not hand a signal on
    static IEnumerable<string> Children(int process) => File.Exists($"/proc/{process}/task/{process}/children")
        ? File.ReadAllText($"/proc/{process}/task/{process}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Where(child => File.Exists($"/proc/{child}/cmdline") && File.ReadAllText($"/proc/{child}/cmdline").Contains("Panel.Web", StringComparison.Ordinal))
        : [];

    Dictionary<string, string> Settings() => new()
    {
        ["Panel__DataDirectory"] = data,
        ["Panel__Admin__Email"] = Email,
        ["Panel__Admin__Password"] = Password,
        ["Panel__Ports__First"] = $"{Math.Min(ports, 60000)}",
        ["Panel__Ports__Last"] = $"{Math.Min(ports, 60000) + 4000}",
    };

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
