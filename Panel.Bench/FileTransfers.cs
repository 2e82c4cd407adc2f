using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Panel.Core;
using Panel.Core.Accounts.Keys;
using Panel.Core.Servers;
using Panel.Kube.Files;
using Panel.Kube.Servers;
using Panel.Tests.Support;

namespace Panel.Bench;

/// <summary>A file of 1 GiB up and down, a folder of a thousand small ones, and a folder of ten thousand looked at: beside kubectl in the same pod of files.</summary>
static class FileTransfers
{
    const long Size = 1L << 30;
    const int Small = 1000, Many = 10_000, Looks = 10;

    public static async Task<Row[]> MeasureAsync(CancellationToken cancellation)
    {
        await using var panel = new BenchPanel();
        var (server, pod, key) = (default(Contracts.Servers.ServerId), "", "");
        await panel.SeedAsync(async (services, actor) =>
        {
            server = await services.GetRequiredService<CreateServer>().RunAsync(actor, new() { Name = "Bench", Template = "demo", Plan = "large", Start = false }, cancellation);
            key = (await services.GetRequiredService<CreateKey>().RunAsync(actor, new() { Name = "bench" }, cancellation)).Text;
            await using var db = await services.GetRequiredService<IDbContextFactory<PanelDb>>().CreateDbContextAsync(cancellation);
            pod = ServerObjects.FilesPod((await db.Servers.SingleAsync(cancellation)).ObjectName);
        }, cancellation);
        await panel.StartAsync(cancellation);
        var page = await panel.OpenAsync();
        await page.GotoAsync(new Uri(panel.Process.Address, $"servers/{server}/files").ToString());
        await page.GetByText("This folder is empty").WaitForAsync();
        using var local = new TempFolder();
        using var kubectl = new Kubectl(Path.Combine(panel.Process.DataDirectory, "cluster", "kubeconfig"));
        var bench = new Place(panel, page, local, kubectl, server.ToString(), pod, key);
        return [.. await bench.LargeAsync(cancellation), await bench.SmallAsync(cancellation), await bench.ManyAsync(cancellation)];
    }

    sealed record Place(BenchPanel Panel, IPage Page, TempFolder Local, Kubectl Kubectl, string Server, string Pod, string Key)
    {
        Uri Files => new(Panel.Process.Address, $"api/v1/servers/{Server}/files/");

        public async Task<Row[]> LargeAsync(CancellationToken cancellation)
        {
            var disk = await MakeAsync(cancellation);
            using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(10) };
            http.DefaultRequestHeaders.Authorization = new("Bearer", Key);
            http.DefaultRequestHeaders.Add("Tus-Resumable", "1.0.0");
            var (up, upGrowth) = await WatchedAsync(() => UploadAsync(http, cancellation), cancellation);
            var (down, downGrowth) = await WatchedAsync(() => DownloadAsync(http, cancellation), cancellation);
            var (copyUp, copyDown) = !Bench.Kubectl.Exists ? (0, 0) : (
                await Kubectl.TimeAsync(cancellation, "cp", "-n", "game-servers", "-c", FilesPod.Container, Local["large.bin"], $"{Pod}:/data/copied.bin"),
                await Kubectl.TimeAsync(cancellation, "cp", "-n", "game-servers", "-c", FilesPod.Container, $"{Pod}:/data/large.bin", Local["back.bin"]));
            return
            [
                new("Upload of 1 GiB (tus, one request), to its place on the disk", "≥ 80 % of `kubectl cp` or the disk", Pace(up), $"`kubectl cp`: {Pace(copyUp)}; the disk, written and flushed: {Pace(disk)}"),
                new("Download of 1 GiB", "≥ 80 % of `kubectl cp` or the disk", Pace(down), $"`kubectl cp`: {Pace(copyDown)}"),
                new("Memory of the panel in these, at most", "≤ +64 MiB", $"upload +{upGrowth:0} MiB, download +{downGrowth:0} MiB", "before each; the local cluster, which carries the bytes too, is in the same process"),
            ];
        }

        public async Task<Row> SmallAsync(CancellationToken cancellation)
        {
            Directory.CreateDirectory(Local["small"]);
            for (var i = 0; i < Small; i++) await File.WriteAllBytesAsync(Local[$"small/{i:0000}.dat"], RandomNumberGenerator.GetBytes(2000), cancellation);
            var began = Stopwatch.GetTimestamp();
            await Page.Locator("[data-part=folders]").SetInputFilesAsync(Local["small"]);
            await Page.GetByText($"Uploaded {Small:N0} files").WaitForAsync(new() { Timeout = 300_000 });
            var took = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            var peer = Bench.Kubectl.Exists ? (await Kubectl.TimeAsync(cancellation, "cp", "-n", "game-servers", "-c", FilesPod.Container, Local["small"], $"{Pod}:/data/copied")).Ms() : Bench.Kubectl.Missing;
            return new("1,000 files of 2 kB as one folder, in the browser", "≤ 20 s", took.Ms(), $"`kubectl cp` of the folder, as one archive and with no record of each: {peer}");
        }

        public async Task<Row> ManyAsync(CancellationToken cancellation)
        {
            if (!Bench.Kubectl.Exists) return new("A folder of 10,000 entries, to its first rows in the browser", "≤ 300 ms", "not measured", Bench.Kubectl.Missing);
            string[] exec = ["exec", "-n", "game-servers", Pod, "-c", FilesPod.Container, "--"];
            await Kubectl.TimeAsync(cancellation, [.. exec, "sh", "-c", $"mkdir /data/many && cd /data/many && seq -f 'file-%05g' {Many} | xargs touch"]);
            var (samples, peer) = (new List<double>(), new List<double>());
            for (var i = 0; i < Looks; i++)
            {
                await Page.GotoAsync(new Uri(Panel.Process.Address, $"servers/{Server}/files").ToString());
                var row = Page.Locator("[role=row]").Filter(new() { HasText = "many" }).GetByRole(AriaRole.Link).First;
                await row.WaitForAsync();
                var began = Stopwatch.GetTimestamp();
                await row.ClickAsync();
                await Page.GetByText("file-00001").First.WaitForAsync();
                samples.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                peer.Add(await Kubectl.TimeAsync(cancellation, [.. exec, "ls", "-l", "/data/many"]));
            }
            return new("A folder of 10,000 entries, from the click to its first rows in the browser", "≤ 300 ms", $"p50 {samples.Percentile(0.5).Ms()}, worst {samples.Max().Ms()} of {Looks}", $"`kubectl exec ls -l`: p50 {peer.Percentile(0.5).Ms()}");
        }

        // what the disk alone does with as much
        async Task<double> MakeAsync(CancellationToken cancellation)
        {
            var block = RandomNumberGenerator.GetBytes(4 << 20);
            var began = Stopwatch.GetTimestamp();
            await using var file = File.Create(Local["large.bin"]);
            for (var written = 0L; written < Size; written += block.Length) await file.WriteAsync(block, cancellation);
            file.Flush(flushToDisk: true);
            return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }

        async Task UploadAsync(HttpClient http, CancellationToken cancellation)
        {
            using var announced = new HttpRequestMessage(HttpMethod.Post, new Uri(Files, "uploads"));
            announced.Headers.Add("Upload-Length", Size.ToString(CultureInfo.InvariantCulture));
            announced.Headers.Add("Upload-Metadata", "path " + Convert.ToBase64String(Encoding.UTF8.GetBytes("/large.bin")));
            using var created = (await http.SendAsync(announced, cancellation)).EnsureSuccessStatusCode();
            await using var file = File.OpenRead(Local["large.bin"]);
            using var bytes = new HttpRequestMessage(HttpMethod.Patch, new Uri(Panel.Process.Address, created.Headers.Location!)) { Content = new StreamContent(file, 1 << 20) { Headers = { ContentType = new("application/offset+octet-stream") } } };
            bytes.Headers.Add("Upload-Offset", "0");
            (await http.SendAsync(bytes, cancellation)).EnsureSuccessStatusCode().Dispose();
        }

        async Task DownloadAsync(HttpClient http, CancellationToken cancellation)
        {
            using var answer = (await http.GetAsync(new Uri(Files, "content?path=/large.bin"), HttpCompletionOption.ResponseHeadersRead, cancellation)).EnsureSuccessStatusCode();
            // into a file, as kubectl cp does
            await using var file = File.Create(Local["down.bin"]);
            await answer.Content.CopyToAsync(file, cancellation);
            if (file.Length != Size) throw new InvalidOperationException($"{file.Length} bytes came.");
        }

        async Task<(double Milliseconds, double GrowthMiB)> WatchedAsync(Func<Task> work, CancellationToken cancellation)
        {
            var (before, most) = (Panel.MemoryMiB, 0.0);
            var began = Stopwatch.GetTimestamp();
            var running = work();
            while (!running.IsCompleted)
            {
                most = Math.Max(most, Panel.MemoryMiB);
                await Task.WhenAny(running, Task.Delay(100, cancellation));
            }
            await running;
            return (Stopwatch.GetElapsedTime(began).TotalMilliseconds, Math.Max(0, most - before));
        }

        static string Pace(double milliseconds) => milliseconds == 0 ? Bench.Kubectl.Missing : $"{Size / 1048.576 / milliseconds:0} MiB/s ({milliseconds / 1000:0.0} s)";
    }
}
