using System.IO.Compression;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Core.Errors;
using Panel.Core.Servers;
using Panel.Core.Templates;
using Panel.Core.Templates.Eggs;
using Panel.Tests.Support;
using Panel.Tests.Templates.Eggs;
using Xunit;

namespace Panel.Tests.Templates;

/// <summary>Eggs in the catalogue, on each database.</summary>
public abstract class ImportTemplatesTests : IAsyncLifetime
{
    CoreHost? host;

    CoreHost Host => host!;

    ImportTemplates Import => Host.Get<ImportTemplates>();

    TemplateCatalogue Catalogue => Host.Get<TemplateCatalogue>();

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected abstract Task<CoreHost> StartAsync();

    public async ValueTask InitializeAsync() => host = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (host is not null) await host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    async Task<string> ImportAsync(string text) => Assert.Single(await Import.RunAsync(CoreHost.Admin, await Import.PreviewAsync(CoreHost.Admin, new() { Text = text }, Stop), null, Stop));

    [Fact]
    public async Task Imported_egg_is_in_the_catalogue_also_after_a_restart_and_servers_are_made_from_it()
    {
        Assert.Null(Catalogue.Find("sample-game"));
        var preview = Assert.Single(await Import.PreviewAsync(CoreHost.Admin, new() { Text = SampleEgg.Text }, Stop));
        Assert.Null(Catalogue.Find("sample-game"));   // a preview changes nothing
        Assert.Contains(preview.Findings, finding => finding.Weight is FindingWeight.Attention);
        Assert.Equal("sample-game", await ImportAsync(SampleEgg.Text));
        await Host.RestartAsync();
        await Core.CoreSetup.PrepareAsync(Host.Services, Stop);
        Assert.Equal("Sample game", Catalogue.Find("sample-game")!.Name);

        var ann = await Host.AccountAsync();
        var server = (await Host.RowAsync(await Host.ServerAsync(ann, template: "sample-game", start: false)))!;
        var spec = server.Spec(Catalogue.Find("sample-game")!, "UTC");
        var game = server.Allocations.Single(port => port.Name == "game").Port;
        Assert.Equal([("game", game, "TCP"), ("game-udp", game, "UDP")], spec.Ports.Take(2).Select(port => (port.Name, port.Number, port.Protocol)));
        Assert.Equal("./sample --port {{SERVER_PORT}} --name \"{{SERVER_NAME}}\" {{NOBODY}}", spec.Environment["STARTUP"]);
        Assert.Equal(server.Allocations.Single(port => port.Name == "query").Port.ToString(System.Globalization.CultureInfo.InvariantCulture), spec.Environment["QUERY_PORT"]);
        Assert.Empty(spec.Command);
        Assert.True(spec.SecretEnvironment.ContainsKey("RCON_PASSWORD"));

        await using var db = Host.Open();
        Assert.Equal(["template.import"], await db.Audit.Where(record => record.Action.StartsWith("template.")).Select(record => record.Action).ToListAsync(Stop));
    }

    [Fact]
    public async Task Newer_egg_brings_the_template_up_and_keeps_what_was_changed_here()
    {
        var key = await ImportAsync(SampleEgg.Text);
        var entry = Catalogue.Entry(key)!;
        await Host.Get<EditTemplates>().SaveAsync(CoreHost.Admin, entry.Template with { Stop = "quit", MinMemoryMiB = 999 }, entry.Revision, Stop);
        var preview = Assert.Single(await Import.PreviewAsync(CoreHost.Admin, new() { Text = SampleEgg.With(egg => egg["description"] = "Newer") }, Stop));
        Assert.Equal(key, preview.Into);
        Assert.Equal([("description", MergeOutcome.Taken), ("minMemoryMiB", MergeOutcome.Kept), ("stop", MergeOutcome.Kept)], preview.Changes.Select(change => (change.Place, change.Outcome)).OrderBy(change => change.Place, StringComparer.Ordinal));
        Assert.Equal([key], await Import.RunAsync(CoreHost.Admin, [preview], null, Stop));
        var now = Catalogue.Find(key)!;
        Assert.Equal(("Newer", "quit", 999), (now.Description, now.Stop, now.MinMemoryMiB));

        var exported = await Host.Get<TemplateQueries>().ExportAsync(CoreHost.Admin, key, EggVersion.PtdlV2, yaml: false, Stop);
        var back = Egg.Read(exported).Template;
        Assert.Equal(TemplateText.Write(now), TemplateText.Write(back with { Key = key }));
    }

    [Fact]
    public async Task Import_into_what_somebody_changed_meanwhile_is_refused_and_loses_nothing()
    {
        var key = await ImportAsync(SampleEgg.Text);
        var looked = await Import.PreviewAsync(CoreHost.Admin, new() { Text = SampleEgg.With(egg => egg["description"] = "Newer") }, Stop);
        var entry = Catalogue.Entry(key)!;
        await Host.Get<EditTemplates>().SaveAsync(CoreHost.Admin, entry.Template with { Stop = "quit" }, entry.Revision, Stop);
        await Assert.ThrowsAsync<ConflictException>(() => Import.RunAsync(CoreHost.Admin, looked, null, Stop));
        await Assert.ThrowsAsync<ConflictException>(() => Import.RunAsync(CoreHost.Admin, [.. looked, .. looked], null, Stop));
        Assert.Equal("quit", Catalogue.Find(key)!.Stop);
    }

    [Fact]
    public async Task Other_egg_of_the_same_name_is_another_template()
    {
        await ImportAsync(SampleEgg.Text);
        foreach (var number in new[] { 2, 3 })
        {
            Assert.Equal($"sample-game-{number}", await ImportAsync(SampleEgg.With(egg => egg["uuid"] = Guid.NewGuid().ToString())));
        }
    }

    [Fact]
    public async Task Five_hundred_eggs_of_an_archive_come_at_once_and_broken_ones_are_named()
    {
        using var packed = new MemoryStream();
        await using (var archive = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var number in Enumerable.Range(0, 500)) Add($"repo/game-{number}/egg.json", SampleEgg.With(egg => (egg["name"], egg["uuid"]) = ($"Game {number}", $"u-{number}")));
            Add("repo/broken.yaml", "meta: { version: PLCN_v3 }\nname: [");
            Add("repo/package.json", "{}");
            Add("repo/README.md", "PTDL_v2");

            void Add(string name, string text)
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(text));
            }
        }
        packed.Position = 0;
        var previews = await Import.PreviewAsync(CoreHost.Admin, await TemplateSources.ReadAsync("eggs.zip", packed, Stop), null, Stop);
        Assert.Equal(501, previews.Count);
        Assert.Equal("repo/broken.yaml", Assert.Single(previews, preview => preview.Fault is not null).Name);
        Assert.Equal(500, (await Import.RunAsync(CoreHost.Admin, previews, null, Stop)).Count);
        Assert.NotNull(Catalogue.Find("game-499"));
    }

    [Fact]
    public async Task Hidden_template_and_one_for_a_role_are_not_offered_to_others()
    {
        var (key, ann) = (await ImportAsync(SampleEgg.Text), await Host.AccountAsync());
        var edit = Host.Get<EditTemplates>();
        Assert.True(await OffersAsync());
        foreach (var offer in new[] { (Hidden: true, Roles: Array.Empty<string>()), (false, ["support"]) })
        {
            await edit.OfferAsync(CoreHost.Admin, key, new() { Hidden = offer.Hidden, Roles = [.. offer.Roles] }, Stop);
            Assert.False(await OffersAsync());
            await Assert.ThrowsAsync<InvalidFieldException>(() => Host.ServerAsync(ann, template: key));
        }
        await edit.OfferAsync(CoreHost.Admin, key, new() { Roles = ["user"] }, Stop);
        Assert.True(await OffersAsync());
        await Assert.ThrowsAsync<InvalidFieldException>(() => edit.OfferAsync(CoreHost.Admin, key, new() { Roles = ["nobody"] }, Stop));

        async Task<bool> OffersAsync() => (await Host.Get<TemplateQueries>().OfferedAsync(ann, Stop)).Any(template => template.Key == key);
    }

    [Fact]
    public async Task Template_that_servers_have_stays_and_a_changed_file_comes_back()
    {
        var edit = Host.Get<EditTemplates>();
        var key = await ImportAsync(SampleEgg.Text);
        await Host.ServerAsync(await Host.AccountAsync(), template: key, start: false);
        Assert.Contains("A server is made from it", (await Assert.ThrowsAsync<ConflictException>(() => edit.RemoveAsync(CoreHost.Admin, key, Stop))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ConflictException>(() => edit.RemoveAsync(CoreHost.Admin, "demo", Stop));
        var demo = Catalogue.Find("demo")!;
        await edit.SaveAsync(CoreHost.Admin, demo with { Name = "Ours" }, 0, Stop);
        await Assert.ThrowsAsync<ConflictException>(() => edit.SaveAsync(CoreHost.Admin, demo with { Name = "Late" }, 0, Stop));
        Assert.Equal("Ours", Catalogue.Find("demo")!.Name);
        await edit.RemoveAsync(CoreHost.Admin, "demo", Stop);
        Assert.Equal(demo.Name, Catalogue.Find("demo")!.Name);
        Assert.Equal("stopSeconds", (await Assert.ThrowsAsync<InvalidFieldException>(() => edit.SaveAsync(CoreHost.Admin, demo with { StopSeconds = 0 }, 0, Stop))).Errors.Keys.Single());
    }

    [Fact]
    public async Task Whoever_may_not_change_templates_is_refused()
    {
        var ann = await Host.AccountAsync();
        await Assert.ThrowsAsync<ForbiddenException>(() => Import.PreviewAsync(ann, new() { Text = SampleEgg.Text }, Stop));
        await Assert.ThrowsAsync<ForbiddenException>(() => Import.RunAsync(ann, [], null, Stop));
        await Assert.ThrowsAsync<ForbiddenException>(() => Host.Get<EditTemplates>().SaveAsync(ann, Catalogue.Find("demo")!, 0, Stop));
        await Assert.ThrowsAsync<ForbiddenException>(() => Host.Get<EditTemplates>().OfferAsync(ann, "demo", new(), Stop));
        await Assert.ThrowsAsync<ForbiddenException>(() => Host.Get<EditTemplates>().RemoveAsync(ann, "demo", Stop));
        await Assert.ThrowsAsync<ForbiddenException>(() => Host.Get<TemplateQueries>().ListAsync(ann, Stop));
        await Assert.ThrowsAsync<ForbiddenException>(() => Host.Get<TemplateQueries>().ExportAsync(ann, "demo", EggVersion.PtdlV2, false, Stop));
        Assert.DoesNotContain(PanelPermissions.ManageTemplates, ann.Permissions);
    }

    [Fact]
    public async Task Egg_is_fetched_from_no_address_of_the_inside()
    {
        foreach (var address in new[] { "http://127.0.0.1:8080/egg.json", "http://169.254.169.254/latest", "http://[::ffff:10.0.0.1]/egg.json" })
        {
            var refusal = await Assert.ThrowsAsync<ConflictException>(() => Import.PreviewAsync(CoreHost.Admin, new() { Address = address }, Stop));
            Assert.Contains("Choose the file or paste it instead.", refusal.Message, StringComparison.Ordinal);
        }
        await Assert.ThrowsAsync<InvalidFieldException>(() => Import.PreviewAsync(CoreHost.Admin, new() { Address = "file:///etc/passwd" }, Stop));
        await Assert.ThrowsAsync<InvalidFieldException>(() => Import.PreviewAsync(CoreHost.Admin, new(), Stop));
    }
}

public sealed class SqliteImportTemplatesTests : ImportTemplatesTests
{
    protected override Task<CoreHost> StartAsync() => CoreHost.OnSqliteAsync();
}

[Trait("Lane", "postgres")]
public sealed class PostgresImportTemplatesTests : ImportTemplatesTests
{
    protected override Task<CoreHost> StartAsync() => CoreHost.OnPostgresAsync();
}
