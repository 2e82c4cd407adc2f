using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Servers;
using Panel.Core.Templates;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Servers;

/// <summary>A server that becomes one of another game, on each database.</summary>
public abstract class ChangeTemplateTests : IAsyncLifetime
{
    CoreHost? host;
    Actor? owner;

    CoreHost Host => host!;
    Actor Ann => owner!;

    protected abstract Task<CoreHost> StartAsync();

    public async ValueTask InitializeAsync()
    {
        host = await StartAsync();
        host.AddTemplate("plain", """
            { "key": "plain", "name": "Plain", "images": { "One": "example/plain:1" }, "startups": { "Usual": "./run a", "Safe": "./run safe" },
              "variables": [
                { "name": "Message", "env": "MOTD", "default": "hello" },
                { "name": "Slots", "env": "SLOTS", "default": "10", "rules": "required|integer|between:1,100" },
                { "name": "Token", "env": "TOKEN", "secret": true, "default": "" },
                { "name": "Mode", "env": "MODE", "default": "any" } ],
              "ports": [ { "name": "game", "protocol": "TCP" }, { "name": "map", "protocol": "TCP", "env": "MAP_PORT" } ] }
            """);
        host.AddTemplate("modded", """
            { "key": "modded", "name": "Modded", "images": { "New": "example/modded:2", "Old": "example/modded:1" }, "startups": { "Usual": "./mods" },
              "install": { "image": "example/install:1", "entrypoint": "sh", "script": "true" },
              "variables": [
                { "name": "Message", "env": "MOTD", "default": "welcome" },
                { "name": "Slots", "env": "SLOTS", "default": "5", "rules": "required|integer|between:1,20" },
                { "name": "Token", "env": "TOKEN", "default": "" },
                { "name": "Mode", "env": "MODE", "default": "safe", "editable": false } ],
              "ports": [ { "name": "query", "protocol": "UDP", "env": "QUERY_PORT" }, { "name": "game", "protocol": "TCP" }, { "name": "rcon", "protocol": "TCP", "env": "RCON_PORT", "internal": true } ] }
            """);
        host.AddTemplate("huge", """{ "key": "huge", "name": "Huge", "images": { "One": "example/huge:1" }, "minMemoryMiB": 999999 }""");
        await Host.RestartAsync();   // what lies in files is read at the start
        await Core.CoreSetup.PrepareAsync(Host.Services, default);
        owner = await Host.AccountAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (host is not null) await host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    async Task<ServerId> PlainAsync()
    {
        var id = await Host.Get<CreateServer>().RunAsync(Ann, new()
        {
            Name = "One",
            Template = "plain",
            Plan = "tiny",
            Startup = "Safe",
            Variables = new() { ["MOTD"] = "mine", ["SLOTS"] = "50", ["TOKEN"] = "secret", ["MODE"] = "wild" },
        }, default);
        await Host.DrainAsync();
        return id;
    }

    [Fact]
    public async Task Other_game_keeps_what_fits_and_nothing_else()
    {
        var id = await PlainAsync();
        var before = (await Host.RowAsync(id))!;
        Assert.Equal("Safe", before.Startup);
        Assert.Equal(["./run", "safe"], Host.Cluster.Find(before.ObjectName)!.Spec!.Command);
        var (game, map) = (before.Allocations.Single(port => port.Name == "game").Port, before.Allocations.Single(port => port.Name == "map").Port);
        Host.Cluster.Find(before.ObjectName)!.Files["/world.dat"] = [1];

        await Host.Get<ChangeTemplate>().RunAsync(Ann, id, new() { Template = "modded", Image = "Old" }, default);
        await Host.DrainAsync();
        var after = (await Host.RowAsync(id))!;
        Assert.Equal(("modded", "Old", "", ServerPhase.Running), (after.Template, after.Image, after.Startup, (await Host.ShownAsync(id)).Phase));
        // one that was secret is not shown now, one that breaks the rules is not kept, nor one that an administrator alone may choose
        Assert.Equal(("mine", "5", "", "safe"), (after.Variables["MOTD"], after.Variables["SLOTS"], after.Variables["TOKEN"], after.Variables["MODE"]));
        var ports = after.Allocations.OrderBy(port => port.Order).ToList();
        Assert.Equal(["query", "game", "rcon"], ports.Select(port => port.Name));
        Assert.Equal((map, game), (ports[0].Port, ports[1].Port));
        Assert.DoesNotContain(ports[2].Port, new[] { game, map });
        var node = Host.Cluster.Find(after.ObjectName)!;
        Assert.Equal(("example/modded:1", 1), (node.Spec!.Image, Host.Cluster.Installs.Count));
        Assert.True(node.Files.ContainsKey("/world.dat"));

        // and back, with everything gone
        await Host.Get<ChangeTemplate>().RunAsync(Ann, id, new() { Template = "plain", WipeFiles = true }, default);
        await Host.DrainAsync();
        Assert.Equal(["game", "map"], (await Host.RowAsync(id))!.Allocations.OrderBy(port => port.Order).Select(port => port.Name));
        Assert.False(Host.Cluster.Find(after.ObjectName)!.Files.ContainsKey("/world.dat"));
        await using var db = Host.Open();
        Assert.Equal(["Plain → Modded", "Modded → Plain, files wiped"], db.Audit.Where(record => record.Action == "server.template").OrderBy(record => record.At).Select(record => record.Detail));
    }

    [Fact]
    public async Task Other_game_that_does_not_fit_is_refused_in_words_and_nothing_changes()
    {
        var id = await PlainAsync();
        async Task<string> RefusedAsync(ChangeTemplateRequest request) =>
            string.Join(' ', (await Assert.ThrowsAsync<InvalidFieldException>(() => Host.Get<ChangeTemplate>().RunAsync(Ann, id, request, default))).Errors.SelectMany(error => error.Value));
        Assert.Contains("MiB of memory", await RefusedAsync(new() { Template = "huge" }), StringComparison.Ordinal);
        Assert.Contains("no such game", await RefusedAsync(new() { Template = "nowhere" }), StringComparison.Ordinal);
        Assert.Contains("this game already", await RefusedAsync(new() { Template = "plain" }), StringComparison.Ordinal);
        Assert.Contains("no such image", await RefusedAsync(new() { Template = "modded", Image = "Other" }), StringComparison.Ordinal);
        Assert.Contains("20", await RefusedAsync(new() { Template = "modded", Variables = new() { ["SLOTS"] = "21" } }), StringComparison.Ordinal);
        Assert.Contains("administrator", await RefusedAsync(new() { Template = "modded", Variables = new() { ["MODE"] = "wild" } }), StringComparison.Ordinal);
        await Host.Get<Core.Users.ChangeUserQuota>().RunAsync(CoreHost.Admin, Ann.UserId, new() { Ports = 2 }, default);
        await Assert.ThrowsAsync<QuotaExceededException>(() => Host.Get<ChangeTemplate>().RunAsync(Ann, id, new() { Template = "modded" }, default));
        var row = (await Host.RowAsync(id))!;
        Assert.Equal(("plain", 2, Hold.None), (row.Template, row.Allocations.Count, row.Hold));
    }

    [Fact]
    public async Task Command_line_is_changed_by_who_may_and_is_part_of_what_a_cluster_keeps()
    {
        var id = await PlainAsync();
        await Host.Get<ChangeVariables>().RunAsync(Ann, id, new() { Startup = "Usual" }, default);
        await Host.DrainAsync();
        var row = (await Host.RowAsync(id))!;
        Assert.Equal(("Usual", "Usual"), (row.Startup, row.Spec(Host.Get<TemplateCatalogue>().Find("plain")!, "UTC").Record!.Startup));
        await Assert.ThrowsAsync<InvalidFieldException>(() => Host.Get<ChangeVariables>().RunAsync(Ann, id, new() { Startup = "None" }, default));

        // the right to choose an image is not the right to choose anything else
        var bob = await Host.AccountAsync("bob");
        var invitation = await Host.Get<InviteMember>().RunAsync(Ann, id, new() { Email = "bob@example.org", Permissions = [ServerPermissions.ChangeImage] }, default);
        await Host.Get<AcceptInvitation>().RunAsync(bob, invitation.Token!, default);
        await Host.Get<ChangeVariables>().RunAsync(bob, id, new() { Image = "One" }, default);
        await Assert.ThrowsAsync<ForbiddenException>(() => Host.Get<ChangeVariables>().RunAsync(bob, id, new() { Image = "One", Startup = "Safe" }, default));
        await Assert.ThrowsAsync<ForbiddenException>(() => Host.Get<ChangeVariables>().RunAsync(bob, id, new() { Image = "One", Variables = new() { ["MOTD"] = "his" } }, default));
        await Assert.ThrowsAsync<ForbiddenException>(() => Host.Get<ChangeTemplate>().RunAsync(bob, id, new() { Template = "modded" }, default));
    }
}

public sealed class SqliteChangeTemplateTests : ChangeTemplateTests
{
    protected override Task<CoreHost> StartAsync() => CoreHost.OnSqliteAsync();
}

[Trait("Lane", "postgres")]
public sealed class PostgresChangeTemplateTests : ChangeTemplateTests
{
    protected override Task<CoreHost> StartAsync() => CoreHost.OnPostgresAsync();
}
