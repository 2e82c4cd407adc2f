using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Panel.Core.Templates;
using Panel.Core.Templates.Eggs;
using Panel.Tests.Support;

namespace Panel.Bench;

/// <summary>An archive of 500 eggs taken over, and the pages of a catalogue of 1,000 templates in the browser.</summary>
static class TemplatePages
{
    const int Eggs = 500, Templates = 1_000, Many = 60, Runs = 10;

    public static async Task<Row[]> MeasureAsync(CancellationToken cancellation)
    {
        await using var panel = new BenchPanel();
        var imported = 0.0;
        await panel.SeedAsync(async (services, actor) =>
        {
            var import = services.GetRequiredService<ImportTemplates>();
            for (var first = 0; first < Templates; first += Eggs)
            {
                var archive = Archive(first);
                imported = await BenchDatabase.TimeAsync(async () =>
                {
                    var previews = await import.PreviewAsync(actor, await TemplateSources.ReadAsync("eggs.zip", archive, cancellation), null, cancellation);
                    return await import.RunAsync(actor, previews, null, cancellation);
                });
            }
        }, cancellation);
        await panel.StartAsync(cancellation);
        var page = await panel.OpenAsync();
        var (list, catalogue) = (await OpenAsync(panel, page, "admin/templates", "[data-template]"), await OpenAsync(panel, page, "servers/new", ".game"));
        await page.Locator("fieldset.live:not([disabled])").First.WaitForAsync();
        var searches = new List<double>();
        for (var run = 0; run < Runs; run++)
        {
            var began = Stopwatch.StartNew();
            await page.Locator("[data-search]").FillAsync($"Game {700 + run}");
            await page.GetByText($"Game {700 + run}", new() { Exact = true }).WaitForAsync();
            searches.Add(began.Elapsed.TotalMilliseconds);
        }
        var form = await OpenAsync(panel, page, "servers/new?step=settings&game=game-0", $"#var-VALUE_{Many}");
        await page.Locator("fieldset.live:not([disabled])").First.WaitForAsync();
        var answers = new List<double>();
        for (var run = 0; run < Runs; run++)
        {
            await page.Locator($"#var-VALUE_{Many}").FillAsync("900");
            var began = Stopwatch.StartNew();
            await page.GetByText("Continue").ClickAsync();
            await page.GetByText("Between 1 and 100.").WaitForAsync();
            answers.Add(began.Elapsed.TotalMilliseconds);
            await page.Locator($"#var-VALUE_{Many}").FillAsync("20");
            await page.GetByText("Between 1 and 100.").WaitForAsync(new() { State = WaitForSelectorState.Hidden });
        }
        return
        [
            new($"Form of {Many} variables, to its last field in the browser", "≤ 300 ms", Text(form), $"from a click to the rule that a value breaks: p50 {answers.Percentile(0.5).Ms()}"),
            new($"Archive of {Eggs} eggs, read and in the catalogue", "≤ 2 s", imported.Ms(), $"the second {Eggs} of {Templates:N0}; SQLite"),
            new($"Games of the administration with {Templates:N0} templates, to its rows in the browser", "≤ 300 ms", Text(list), "drawn as far as one sees"),
            new($"Catalogue in New server with {Templates:N0} templates, to its games in the browser", "≤ 300 ms", Text(catalogue), $"a search in it, from the key to the game: p50 {searches.Percentile(0.5).Ms()}"),
        ];
    }

    static string Text(List<double> samples) => $"p50 {samples.Percentile(0.5).Ms()}, worst {samples.Max().Ms()} of {samples.Count}";

    static async Task<List<double>> OpenAsync(BenchPanel panel, IPage page, string path, string row)
    {
        var samples = new List<double>();
        for (var run = -1; run < Runs; run++)
        {
            await page.GotoAsync(new Uri(panel.Process.Address, "access-denied").ToString());
            var began = Stopwatch.StartNew();
            await page.GotoAsync(new Uri(panel.Process.Address, path).ToString(), new() { WaitUntil = WaitUntilState.Commit });
            await page.Locator(row).First.WaitForAsync();
            if (run >= 0) samples.Add(began.Elapsed.TotalMilliseconds);   // the first of a kind is compiled
        }
        return samples;
    }

    static MemoryStream Archive(int first)
    {
        var packed = new MemoryStream();
        using (var archive = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            for (var number = first; number < first + Eggs; number++)
            {
                using var entry = archive.CreateEntry($"repository/game-{number}/egg.json").Open();
                entry.Write(Encoding.UTF8.GetBytes(Egg.Write(Of(number), null, EggVersion.PtdlV2)));
            }
        }
        packed.Position = 0;
        return packed;
    }

    static Template Of(int number) => new()
    {
        Key = $"game-{number}",
        Name = $"Game {number}",
        Description = string.Join(' ', Enumerable.Repeat("A game for many, of which much can be said.", 4)),
        Author = $"author{number}@example.org",
        Tags = [$"kind {number % 20}", number % 2 == 0 ? "shooter" : "survival"],
        Images = Enumerable.Range(1, 4).ToDictionary(version => $"Version {version}", version => $"registry.example/games:{version}"),
        Startups = new Dictionary<string, string> { ["Default"] = "./game --port {{SERVER_PORT}}" },
        StartedBy = StartedBy.Image,
        Variables = [.. Enumerable.Range(1, number == 0 ? Many : 15).Select(place => new TemplateVariable { Name = $"Value {place}", Env = $"VALUE_{place}", Default = "20", Rules = "required|integer|between:1,100", Description = "What it does, in a sentence." })],
        Ports = [new("game", TemplatePort.Both)],
        Install = new("registry.example/installers:debian", "bash", string.Concat(Enumerable.Repeat("curl -o game https://games.example/${VALUE_1}\n", 40))),
        Ready = ["Ready to play"],
    };
}
