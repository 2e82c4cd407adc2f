using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Servers;
using Panel.Core.Accounts;
using Panel.Core.Audit;
using Panel.Core.Errors;
using Panel.Core.Secrets;
using Panel.Core.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Servers;

public sealed class AdoptServersTests
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_database_has_every_server_again_and_what_runs_goes_on()
    {
        await using var lost = await CoreHost.OnSqliteAsync();
        var ann = await lost.AccountAsync();
        var running = await lost.ServerAsync(ann, "Runs 🎮", "installed");
        var resting = await lost.Get<CreateServer>().RunAsync(ann, new()
        {
            Name = "Rests",
            Description = "ours",
            Template = "installed",
            Plan = "small",
            Start = false,
            Image = "Two",
            Variables = new() { ["NAME"] = "it's \"x\"", ["TOKEN"] = "s3cret" },
        }, Stop);
        lost.Reconcile();
        await lost.UntilAsync(running, ServerPhase.Running);
        await lost.Get<ChangePower>().RunAsync(ann, running, PowerAction.Restart, Stop);
        await Deadline.UntilAsync("its second start", async () => (await lost.ShownAsync(running)).Phase == ServerPhase.Running && lost.Cluster.Find((await lost.RowAsync(running))!.ObjectName)?.Pod?.Starts == 2);
        await lost.UntilAsync(resting, ServerPhase.Offline);
        var before = new[] { (await lost.RowAsync(running))!, (await lost.RowAsync(resting))! };
        await Deadline.UntilAsync("its objects tell that it is installed", () => lost.Cluster.Find(before[1].ObjectName)?.Spec?.Record is { Installing: false });

        await using var host = await CoreHost.OnSqliteAsync();
        host.Cluster.TakeOver(lost.Cluster);
        var pods = host.Cluster.Pods;
        var adoption = await host.Get<AdoptServers>().RunAsync(CoreHost.Admin, Stop);
        Assert.Equal(["Rests", "Runs 🎮"], adoption.Adopted.Order(StringComparer.Ordinal));
        Assert.Empty(adoption.LeftAlone);
        Assert.Equal("ann@example.org", Assert.Single(adoption.Accounts).Email);
        foreach (var was in before)
        {
            var now = (await host.RowAsync(was.Id))!;
            Assert.Equal((was.ObjectName, was.OwnerId, was.Name, was.Description, was.Template, was.Image), (now.ObjectName, now.OwnerId, now.Name, now.Description, now.Template, now.Image));
            Assert.Equal((was.Plan, was.CpuMillis, was.MemoryMiB, was.DiskMiB, was.CreatedAt), (now.Plan, now.CpuMillis, now.MemoryMiB, now.DiskMiB, now.CreatedAt));
            Assert.Equal((was.Intent, was.Hold, was.Starts, was.InstallAttempt), (now.Intent, now.Hold, now.Starts, now.InstallAttempt));
            Assert.Equal(Open(lost, was), Open(host, now));
            Assert.DoesNotContain("s3cret", now.Variables.Values);
            Assert.Equal(was.Allocations.Select(port => (port.Port, port.Name, port.Order)).Order(), now.Allocations.Select(port => (port.Port, port.Name, port.Order)).Order());
        }
        Assert.Equal(2, (await host.Get<AuditQueries>().ListAsync(CoreHost.Admin, new() { Action = "server.adopt" }, null, 10, Stop)).Rows.Count);

        host.Cluster.PublishAll();
        host.Reconcile();
        await host.UntilAsync(running, ServerPhase.Running);
        await host.UntilAsync(resting, ServerPhase.Offline);
        Assert.Equal(pods, host.Cluster.Pods);
        Assert.False((await host.Get<ServerQueries>().FindAsync(CoreHost.Admin, running, Stop)).RestartRequired);

        var again = await host.Get<AdoptServers>().RunAsync(CoreHost.Admin, Stop);
        Assert.Equal((0, 0, 0), (again.Adopted.Count, again.LeftAlone.Count, again.Accounts.Count));
    }

    [Fact]
    public async Task An_owner_who_signed_up_again_has_the_servers_again()
    {
        await using var lost = await CoreHost.OnSqliteAsync();
        var server = await lost.ServerAsync(await lost.AccountAsync());
        await lost.DrainAsync();
        await using var host = await CoreHost.OnSqliteAsync();
        var ann = await host.AccountAsync();
        host.Cluster.TakeOver(lost.Cluster);
        Assert.Empty((await host.Get<AdoptServers>().RunAsync(CoreHost.Admin, Stop)).Accounts);
        Assert.Equal(ann.UserId, (await host.RowAsync(server))!.OwnerId);
    }

    [Fact]
    public async Task What_was_deleted_or_whose_port_is_taken_is_left_alone_with_the_reason()
    {
        await using var lost = await CoreHost.OnSqliteAsync();
        var ann = await lost.AccountAsync();
        await lost.ServerAsync(ann, "Port");
        var deleted = await lost.ServerAsync(ann, "Deleted");
        await lost.DrainAsync();
        var name = (await lost.RowAsync(deleted))!.ObjectName;

        await using var host = await CoreHost.OnSqliteAsync();
        await host.ServerAsync(await host.AccountAsync("bob"), "New");   // takes the first port
        await using (var db = host.Open())
        {
            db.RemovedServers.Add(new() { ObjectName = name, At = DateTimeOffset.UnixEpoch });
            await db.SaveChangesAsync(Stop);
        }
        host.Cluster.TakeOver(lost.Cluster);
        var adoption = await host.Get<AdoptServers>().RunAsync(CoreHost.Admin, Stop);
        Assert.Empty(adoption.Adopted);
        Assert.Contains(adoption.LeftAlone, left => left.ObjectName == name && left.Reason.Contains("deleted", StringComparison.Ordinal));
        Assert.Contains(adoption.LeftAlone, left => left.ObjectName != name && left.Reason.Contains("port", StringComparison.Ordinal));
        await using var after = host.Open();
        Assert.Equal(1, await after.Servers.CountAsync(Stop));
        Assert.Null(await after.Set<Account>().SingleOrDefaultAsync(account => account.Email == "ann@example.org", Stop));   // nobody is made for nothing
    }

    static IEnumerable<KeyValuePair<string, string>> Open(CoreHost host, Server server) => host.Get<SecretValues>().Open(server.Variables).OrderBy(pair => pair.Key, StringComparer.Ordinal);

    [Fact]
    public async Task Only_an_administrator_may()
    {
        await using var host = await CoreHost.OnSqliteAsync();
        var ann = await host.AccountAsync();
        await Assert.ThrowsAsync<ForbiddenException>(() => host.Get<AdoptServers>().RunAsync(ann, Stop));
    }
}
