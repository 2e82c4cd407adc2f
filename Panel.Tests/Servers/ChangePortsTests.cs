using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Servers;
using Panel.Core.Errors;
using Panel.Core.Servers;
using Panel.Core.Templates;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Servers;

/// <summary>Ports that people take beside those of the game, on each database.</summary>
public abstract class ChangePortsTests : IAsyncLifetime
{
    CoreHost? host;

    CoreHost Host => host!;

    ChangePorts Ports => Host.Get<ChangePorts>();

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected abstract Task<CoreHost> StartAsync();

    public async ValueTask InitializeAsync() => host = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (host is not null) await host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Port_is_taken_noted_made_the_primary_and_given_back()
    {
        var ann = await Host.AccountAsync();
        var id = await Host.ServerAsync(ann);
        var game = Assert.Single(await Ports.ListAsync(ann, id, Stop));
        Assert.Equal((true, false, "TCP", $"localhost:{game.Number}"), (game.Primary, game.Extra, game.Protocol, game.Address));

        var number = await Ports.AddAsync(ann, id, new() { Protocol = "TCP+UDP", Note = " Map " }, Stop);
        Assert.NotEqual(game.Number, number);
        var spec = (await Host.RowAsync(id))!.Spec(Host.Get<TemplateCatalogue>().Find("demo")!, "UTC");
        Assert.Equal([("game", game.Number, "TCP"), ("extra-1", number, "TCP"), ("extra-1-udp", number, "UDP")], spec.Ports.Select(port => (port.Name, port.Number, port.Protocol)));
        Assert.Equal(game.Number.ToString(System.Globalization.CultureInfo.InvariantCulture), spec.Environment["SERVER_PORT"]);

        await Ports.ChangeAsync(ann, id, number, new() { Note = "Voice" }, Stop);
        await Ports.MakePrimaryAsync(ann, id, number, Stop);
        var ports = await Ports.ListAsync(ann, id, Stop);
        Assert.Equal([(number, "Voice", true), (game.Number, "", false)], ports.Select(port => (port.Number, port.Note, port.Primary)));
        Assert.Equal($"localhost:{number}", (await Host.ShownAsync(id)).Address);
        var row = (await Host.RowAsync(id))!;
        var (template, told) = (Host.Get<TemplateCatalogue>().Find("demo")!, number.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal([("game", number, "TCP"), ("extra-1", game.Number, "TCP"), ("extra-1-udp", game.Number, "UDP")], row.Spec(template, "UTC").Ports.Select(port => (port.Name, port.Number, port.Protocol)));
        Assert.Equal((told, told, told), (row.Spec(template, "UTC").Environment["SERVER_PORT"], row.Placeholder(template, "UTC", "server.allocations.game.port"), row.Placeholder(template, "UTC", "server.build.default.port")));
        await Assert.ThrowsAsync<ConflictException>(() => Ports.RemoveAsync(ann, id, number, Stop));
        await Ports.MakePrimaryAsync(ann, id, game.Number, Stop);
        await Ports.RemoveAsync(ann, id, number, Stop);
        Assert.Equal(game.Number, Assert.Single(await Ports.ListAsync(ann, id, Stop)).Number);

        await using var db = Host.Open();
        Assert.Equal(["port.add", "port.note", "port.primary", "port.primary", "port.remove"], await db.Audit.Where(record => record.Action.StartsWith("port.")).OrderBy(record => record.Id).Select(record => record.Action).ToListAsync(Stop));
    }

    [Fact]
    public async Task A_hundred_at_once_take_what_the_quota_leaves_and_never_one_twice_CVE_2025_69198()
    {
        var ann = await Host.AccountAsync();
        var (one, two) = (await Host.ServerAsync(ann, "One"), await Host.ServerAsync(ann, "Two"));
        var taken = await Task.WhenAll(Enumerable.Range(0, 100).Select(async number =>
        {
            try
            {
                return await Ports.AddAsync(ann, number % 2 == 0 ? one : two, new(), Stop);
            }
            catch (QuotaExceededException)
            {
                return 0;
            }
        }));
        Assert.Equal(18, taken.Where(port => port > 0).Distinct().Count());   // 20, and the two games have one each
        Assert.Equal(18, taken.Count(port => port > 0));
    }

    [Fact]
    public async Task Fields_and_ports_of_others_are_refused()
    {
        var (ann, bob) = (await Host.AccountAsync(), await Host.AccountAsync("bob"));
        var (hers, his) = (await Host.ServerAsync(ann), await Host.ServerAsync(bob));
        var foreign = (await Ports.ListAsync(bob, his, Stop))[0].Number;
        await Assert.ThrowsAsync<NotFoundException>(() => Ports.ChangeAsync(ann, hers, foreign, new(), Stop));
        await Assert.ThrowsAsync<NotFoundException>(() => Ports.MakePrimaryAsync(ann, hers, foreign, Stop));
        await Assert.ThrowsAsync<NotFoundException>(() => Ports.RemoveAsync(ann, hers, foreign, Stop));
        Assert.Equal(nameof(AddPortRequest.Protocol), Assert.Single((await Assert.ThrowsAsync<InvalidFieldException>(() => Ports.AddAsync(ann, hers, new() { Protocol = "SCTP" }, Stop))).Errors.Keys));
        await Assert.ThrowsAsync<InvalidFieldException>(() => Ports.AddAsync(ann, hers, new() { Note = new('x', 201) }, Stop));
    }
}

public sealed class SqliteChangePortsTests : ChangePortsTests
{
    protected override Task<CoreHost> StartAsync() => CoreHost.OnSqliteAsync();
}

[Trait("Lane", "postgres")]
public sealed class PostgresChangePortsTests : ChangePortsTests
{
    protected override Task<CoreHost> StartAsync() => CoreHost.OnPostgresAsync();
}
