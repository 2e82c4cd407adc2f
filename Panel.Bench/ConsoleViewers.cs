using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Accounts.Keys;
using Panel.Tests.Support;

namespace Panel.Bench;

/// <summary>
/// One server whose console a hundred look at: three real tabs, the others streams of the API that read all they are given. Beside it `kubectl logs -f`
/// of the same pod in the same run. The panel's process is its own kubelet and API server too, so that reading the log counts in its processor time.
/// </summary>
static class ConsoleViewers
{
    const int Viewers = 100, Tabs = 3, Many = 500, Accounts = 3, Rate = 50_000, Seconds = 30, Clicks = 8, PaceRate = 40, PaceSeconds = 15;

    // from when the kubelet took a line to when the page has it; both clocks are this machine's
    const string Watch = """
        () => {
          const late = window.late = [];
          new MutationObserver((changes) => {
            const now = Date.now();
            for (const node of changes.flatMap((change) => [...change.addedNodes])) {
              for (const element of node.classList?.contains('line') ? [node] : node.querySelectorAll?.('.line') ?? []) {
                if (element.line?.at && /flood \d+ of /.test(element.line.text)) late.push(now - element.line.at);
              }
            }
          }).observe(document.querySelector('[data-part=screen]'), { subtree: true, childList: true });
        }
        """;

    public static async Task<Row[]> MeasureAsync(CancellationToken cancellation)
    {
        await using var panel = new BenchPanel();
        var keys = new List<string>();
        await panel.SeedAsync(async (services, actor) =>
        {
            for (var i = 0; i < Accounts; i++)
            {
                var id = await services.GetRequiredService<CreateAccount>().RunAsync(actor, new() { Email = $"viewer{i}@example.org", Password = BenchPanel.Password, Role = Role.Administrator }, cancellation);
                var viewer = new Actor(id, $"viewer{i}@example.org", PanelPermissions.All, null);
                keys.Add((await services.GetRequiredService<CreateKey>().RunAsync(viewer, new() { Name = "bench" }, cancellation)).Text);
            }
        }, cancellation);
        await panel.StartAsync(cancellation);
        var page = await panel.OpenAsync();
        await panel.CreateAsync(page, "Viewed");
        var address = new Uri(page.Url);
        var signedIn = await page.Context.StorageStateAsync();
        for (var i = 1; i < Tabs; i++) await (await (await page.Context.Browser!.NewContextAsync(new() { StorageState = signedIn })).NewPageAsync()).GotoAsync(page.Url);
        await using var streams = new ConsoleStreams(panel.Process.Address, address.Segments[2].TrimEnd('/'), keys);
        await streams.OpenAsync(Viewers - Tabs, cancellation);

        var pace = await PaceAsync(page, cancellation);
        var flood = await FloodAsync(panel, page, streams, cancellation);
        var before = panel.MemoryMiB;
        await streams.OpenAsync(Many, cancellation);
        await Task.Delay(TimeSpan.FromSeconds(3), cancellation);
        var each = (panel.MemoryMiB - before) / Many;
        return
        [
            new("A line from the pod to the screen, one server with 100 viewers", "p50 ≤ 120 ms, p99 ≤ 400 ms", $"p50 {pace.Percentile(0.5).Ms()}, p99 {pace.Percentile(0.99).Ms()} of {pace.Count}", $"{PaceRate} lines/s; {Tabs} real tabs, the others streams of the API"),
            .. flood,
            new("500 open consoles of one server", "≤ 1 MiB each", $"{each * 1024:0} KiB each", "streams of the API; a tab has the memory of its live page beside that"),
        ];
    }

    static async Task<List<double>> PaceAsync(IPage page, CancellationToken cancellation)
    {
        await page.EvaluateAsync(Watch);
        await TypeAsync(page, $"flood {PaceRate} {PaceSeconds}");
        await Task.Delay(TimeSpan.FromSeconds(PaceSeconds + 2), cancellation);
        return [.. (await page.EvaluateAsync<JsonElement>("() => window.late")).EnumerateArray().Select(late => late.GetDouble())];
    }

    static async Task<Row[]> FloodAsync(BenchPanel panel, IPage page, ConsoleStreams streams, CancellationToken cancellation)
    {
        using var process = Process.GetProcessById(panel.Process.Id);
        using var peer = Kubectl.Exists ? FollowLog(panel) : null;
        var read = peer is null ? Task.FromResult(0L) : Task.Run(() => CountAsync(peer), cancellation);
        var input = page.GetByRole(AriaRole.Textbox, new() { Name = "Command" });
        var (calm, received) = (panel.MemoryMiB, streams.Batches);
        var still = await ClicksAsync(page, input, Clicks / 2, cancellation);
        await TypeAsync(page, $"flood {Rate} {Seconds}");
        await Task.Delay(TimeSpan.FromSeconds(3), cancellation);
        process.Refresh();
        var (began, used, early) = (Stopwatch.StartNew(), process.TotalProcessorTime, panel.MemoryMiB);
        var clicks = await ClicksAsync(page, input, Clicks, cancellation);
        while (began.Elapsed < TimeSpan.FromSeconds(Seconds - 8)) await Task.Delay(250, cancellation);
        process.Refresh();
        var cores = (process.TotalProcessorTime - used) / began.Elapsed;
        var late = panel.MemoryMiB;
        var beside = Kubectl.Missing;
        if (peer is not null)
        {
            var peerCores = peer.TotalProcessorTime / began.Elapsed;
            peer.Kill();
            beside = $"one `kubectl logs -f`: {peerCores:0.00} cores of its own, {await read / began.Elapsed.TotalSeconds:N0} lines/s";
        }
        return
        [
            new("Processor time of the panel, its kubelet and API server: 50,000 lines/s to 100 viewers", "≤ 1 core", $"{cores:0.00} cores", $"{beside}; {streams.Batches - received:N0} batches to the streams"),
            new("Memory of the panel in that flood with 100 viewers", "flat", $"{Memory.Text(early)} after 3 s, {Memory.Text(late)} after {Seconds - 5} s", $"before: {Memory.Text(calm)}"),
            new("A click (tab to tab) in that flood with 100 viewers", "≤ 300 ms", $"p50 {clicks.Percentile(0.5).Ms()}, worst {clicks.Max().Ms()} of {clicks.Count}", $"in one of the real tabs; before the flood: p50 {still.Percentile(0.5).Ms()}, worst {still.Max().Ms()}"),
        ];
    }

    static async Task<List<double>> ClicksAsync(IPage page, ILocator input, int times, CancellationToken cancellation)
    {
        var clicks = new List<double>();
        for (var i = 0; i < times; i++)
        {
            clicks.Add(await ConsoleFlood.ClickAsync(page, "Settings", page.GetByText("Danger zone")));
            clicks.Add(await ConsoleFlood.ClickAsync(page, "Console", input));
            await Task.Delay(500, cancellation);
        }
        return clicks;
    }

    static async Task TypeAsync(IPage page, string command)
    {
        var input = page.GetByRole(AriaRole.Textbox, new() { Name = "Command" });
        await input.FillAsync(command);
        await input.PressAsync("Enter");
    }

    static Process FollowLog(BenchPanel panel) =>
        Kubectl.Follow(Path.Combine(panel.Process.DataDirectory, "cluster", "kubeconfig"), "logs", "-n", "game-servers", "-l", "app.kubernetes.io/component=server", "-f", "--tail=1");

    static async Task<long> CountAsync(Process peer)
    {
        long lines = 0;
        while (await peer.StandardOutput.ReadLineAsync() is not null) lines++;
        return lines;
    }
}

/// <summary>Consoles that programs follow: each reads all that it is given.</summary>
sealed class ConsoleStreams(Uri panel, string server, IReadOnlyList<string> keys) : IAsyncDisposable
{
    readonly HttpClient http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 2000 }) { BaseAddress = panel, Timeout = Timeout.InfiniteTimeSpan };
    readonly CancellationTokenSource stopping = new();
    readonly List<Task> reading = [];
    long batches;

    /// <summary>How many batches came to all together.</summary>
    public long Batches => Interlocked.Read(ref batches);

    /// <summary>Opens more, and waits until each has its first lines.</summary>
    public async Task OpenAsync(int count, CancellationToken cancellation)
    {
        for (var i = 0; i < count; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"api/v1/servers/{server}/console", UriKind.Relative));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", keys[reading.Count % keys.Count]);
            var answer = (await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation)).EnsureSuccessStatusCode();
            reading.Add(Task.Run(() => ReadAsync(answer), cancellation));
        }
    }

    async Task ReadAsync(HttpResponseMessage answer)
    {
        var buffer = new byte[64 * 1024];
        using (answer)
        {
            await using var stream = await answer.Content.ReadAsStreamAsync(stopping.Token);
            while (await stream.ReadAsync(buffer, stopping.Token) is > 0 and var read)
            {
                if (buffer.AsSpan(0, read).IndexOf("\n\n"u8) >= 0) Interlocked.Increment(ref batches);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAll(reading).ContinueWith(static _ => { }, TaskScheduler.Default);
        http.Dispose();
        stopping.Dispose();
    }
}
