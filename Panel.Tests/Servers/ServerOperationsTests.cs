using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Servers;

public sealed class ServerOperationsTests : IAsyncLifetime
{
    CoreHost host = null!;
    Actor ann = null!;

    public async ValueTask InitializeAsync()
    {
        host = await CoreHost.OnSqliteAsync();
        ann = await host.AccountAsync();
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    async Task<IReadOnlyDictionary<string, string[]>> FaultsAsync(CreateServerRequest request) =>
        (await Assert.ThrowsAsync<InvalidFieldException>(() => host.Get<CreateServer>().RunAsync(ann, request, default))).Errors;

    [Fact]
    public async Task Create_names_every_field_that_breaks_a_rule()
    {
        Assert.Equal(["Name", "Plan", "Template"], (await FaultsAsync(new())).Keys.Order());
        Assert.Equal(["Name"], (await FaultsAsync(new() { Name = new('x', 81), Template = "demo", Plan = "tiny" })).Keys);
        Assert.Equal(["Name"], (await FaultsAsync(new() { Name = "a\nb", Template = "demo", Plan = "tiny" })).Keys);
        Assert.Equal(["Template"], (await FaultsAsync(new() { Name = "a", Template = "none", Plan = "tiny" })).Keys);
        Assert.Equal(["Plan"], (await FaultsAsync(new() { Name = "a", Template = "demo", Plan = "none" })).Keys);
        Assert.Equal(["Image"], (await FaultsAsync(new() { Name = "a", Template = "demo", Plan = "tiny", Image = "none" })).Keys);
    }

    [Fact]
    public async Task Variables_keep_their_rules_and_their_owner()
    {
        Assert.Equal(["MAX_PLAYERS", "NONE"], (await FaultsAsync(new() { Name = "a", Template = "demo", Plan = "tiny", Variables = { ["MAX_PLAYERS"] = "201", ["NONE"] = "1" } })).Keys.Order());
        Assert.Equal(["FIXED"], (await FaultsAsync(new() { Name = "a", Template = "installed", Plan = "tiny", Variables = { ["FIXED"] = "2" } })).Keys);
        var id = await host.ServerAsync(ann, template: "installed");
        await host.Get<ChangeVariables>().RunAsync(CoreHost.Admin, id, new() { Variables = { ["FIXED"] = "2" }, Image = "Two" }, default);
        await host.Get<ChangeVariables>().RunAsync(ann, id, new() { Variables = { ["TOKEN"] = "secret" } }, default);
        var row = (await host.RowAsync(id))!;
        Assert.Equal(("2", "x", "Two"), (row.Variables["FIXED"], row.Variables["NAME"], row.Image));
        Assert.Equal("secret", (await host.Get<ServerQueries>().FindAsync(ann, id, default)).Variables["TOKEN"]);
        await using var db = host.Open();
        Assert.DoesNotContain(db.Audit.AsEnumerable(), record => record.Detail.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Stranger_cannot_tell_that_a_server_exists()
    {
        var id = await host.ServerAsync(ann);
        var bob = await host.AccountAsync("bob");
        var nobody = new Actor("", "", new HashSet<string>(), null);
        foreach (var actor in new[] { bob, nobody })
        {
            await Assert.ThrowsAsync<NotFoundException>(() => host.Get<ChangePower>().RunAsync(actor, id, PowerAction.Kill, default));
            await Assert.ThrowsAsync<NotFoundException>(() => host.Get<RenameServer>().RunAsync(actor, id, new() { Name = "x" }, default));
            await Assert.ThrowsAsync<NotFoundException>(() => host.Get<ChangeVariables>().RunAsync(actor, id, new(), default));
            await Assert.ThrowsAsync<NotFoundException>(() => host.Get<ChangePlan>().RunAsync(actor, id, new() { Plan = "small" }, default));
            await Assert.ThrowsAsync<NotFoundException>(() => host.Get<ReinstallServer>().RunAsync(actor, id, new(), default));
            await Assert.ThrowsAsync<NotFoundException>(() => host.Get<DeleteServer>().RunAsync(actor, id, "One", default));
            await Assert.ThrowsAsync<NotFoundException>(() => host.Get<Core.Console.SendCommand>().RunAsync(actor, id, new() { Command = "x" }, default));
            await Assert.ThrowsAsync<NotFoundException>(() => host.Get<Core.Files.ListFiles>().RunAsync(actor, id, "/", default));
            await Assert.ThrowsAsync<NotFoundException>(() => host.Get<Core.Files.WriteFile>().RunAsync(actor, id, "/a", [], null, default));
        }
    }

    [Fact]
    public async Task Rename_keeps_the_objects()
    {
        var id = await host.ServerAsync(ann, "Before");
        var name = (await host.RowAsync(id))!.ObjectName;
        await host.Get<RenameServer>().RunAsync(ann, id, new() { Name = "After", Description = "d" }, default);
        Assert.Equal((name, "After", "d"), ((await host.RowAsync(id))!.ObjectName, (await host.RowAsync(id))!.Name, (await host.RowAsync(id))!.Description));
    }

    [Fact]
    public async Task Follower_is_told_of_its_own_servers_and_of_their_removal()
    {
        var bob = await host.AccountAsync("bob");
        using var deadline = Deadline.Source();
        await using var mine = host.Get<FollowServers>().RunAsync(ann, deadline.Token).GetAsyncEnumerator(deadline.Token);
        var before = await host.ServerAsync(ann, "Before");
        Assert.True(await mine.MoveNextAsync());
        Assert.Equal([before], mine.Current);
        var next = mine.MoveNextAsync();
        await host.ServerAsync(bob, "Other");
        var id = await host.ServerAsync(ann, "Mine");
        Assert.True(await next);
        Assert.Equal([id], mine.Current);
        host.Get<ObservedServers>().Forget(id);
        Assert.True(await mine.MoveNextAsync());
        Assert.Equal([id], mine.Current);
    }

    [Fact]
    public async Task Command_needs_a_program_and_is_noted()
    {
        var id = await host.ServerAsync(ann);
        await Assert.ThrowsAsync<ConflictException>(() => host.Get<Core.Console.SendCommand>().RunAsync(ann, id, new() { Command = "help" }, default));
        await host.DrainAsync();
        await host.Get<Core.Console.SendCommand>().RunAsync(ann, id, new() { Command = "help" }, default);
        await Assert.ThrowsAsync<InvalidFieldException>(() => host.Get<Core.Console.SendCommand>().RunAsync(ann, id, new() { Command = "a\nb" }, default));
        Assert.Equal(["help"], host.Cluster.Typed);
        await host.Get<Core.Console.SendCommand>().RunAsync(ann, id, new() { Command = "stop" }, default);
        Assert.Equal(RunIntent.Stopped, (await host.RowAsync(id))!.Intent);
        await using var db = host.Open();
        Assert.Equal(["server.command", "server.command", "server.power.stop"], db.Audit.Where(record => record.Server == id && record.Action != "server.create").OrderBy(record => record.Id).Select(record => record.Action));
    }

    [Fact]
    public async Task Two_thousand_servers_are_listed_without_asking_the_cluster()
    {
        await using (var db = host.Open())
        {
            for (var n = 0; n < 2000; n++)
            {
                var server = new Server(ServerId.New(), ann.UserId, $"Server {n}", "demo", "Demo", TimeProvider.System.GetUtcNow());
                server.Allocations.Add(new() { Port = 30000 + n, ServerId = server.Id, Name = "game", Order = 0 });
                db.Servers.Add(server);
            }
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }
        await host.Get<ServerQueries>().ListAsync(ann, default);
        var began = TimeProvider.System.GetTimestamp();
        var rows = await host.Get<ServerQueries>().ListAsync(ann, default);
        TestContext.Current.TestOutputHelper?.WriteLine($"{TimeProvider.System.GetElapsedTime(began).TotalMilliseconds:0} ms");
        Assert.Equal((2000, 0, "localhost:30000"), (rows.Count, host.Cluster.Calls, rows[0].Address));
    }
}
