using System.Security.Claims;
using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Console;
using Panel.Core.Errors;
using Panel.Core.Files;
using Panel.Core.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Access;

/// <summary>What becomes of a server and of an account that is taken out of use.</summary>
public abstract class SuspensionTests : IAsyncLifetime
{
    const string Reason = "The bill is not paid.";
    static readonly SuspendRequest Unpaid = new() { Reason = Reason };

    CoreHost host = null!;
    Actor ann = null!;

    protected abstract Task<CoreHost> StartAsync();

    public async ValueTask InitializeAsync()
    {
        host = await StartAsync();
        ann = await host.AccountAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    Task SuspendAsync(ServerId id) => host.Get<SuspendServer>().RunAsync(CoreHost.Admin, id, Unpaid, default);
    Task ResumeAsync(ServerId id) => host.Get<ResumeServer>().RunAsync(CoreHost.Admin, id, default);
    Task SuspendAsync(Actor account) => host.Get<SuspendAccount>().RunAsync(CoreHost.Admin, account.UserId, new() { Reason = "Spam." }, default);
    Task ResumeAsync(Actor account) => host.Get<ResumeAccount>().RunAsync(CoreHost.Admin, account.UserId, default);

    async Task<MemoryCluster.Node> NodeAsync(ServerId id) => host.Cluster.Find((await host.RowAsync(id))!.ObjectName)!;

    [Fact]
    public async Task Suspended_server_ends_keeps_its_files_and_runs_again_once_it_is_resumed()
    {
        var (running, stopped) = (await host.ServerAsync(ann), await host.ServerAsync(ann, "Two", start: false));
        await host.DrainAsync();
        await host.Get<WriteFile>().RunAsync(ann, running, "/kept.txt", [1], null, default);

        await SuspendAsync(running);
        await SuspendAsync(stopped);
        await host.DrainAsync();
        var node = await NodeAsync(running);
        Assert.Equal((0, (PodSeen?)null, true), (node.Replicas, node.Pod, node.Files.ContainsKey("/kept.txt")));
        var shown = await host.ShownAsync(running);
        Assert.Equal((ServerPhase.Suspended, Reason), (shown.Phase, shown.Reason));

        await ResumeAsync(running);
        await ResumeAsync(stopped);
        await host.DrainAsync();
        Assert.Equal((1, 0), ((await NodeAsync(running)).Replicas, (await NodeAsync(stopped)).Replicas));
        Assert.NotNull((await NodeAsync(running)).Pod);
        Assert.Equal((ServerPhase.Offline, null), ((await host.ShownAsync(stopped)).Phase, (await host.ShownAsync(stopped)).Reason));
    }

    [Fact]
    public async Task Everything_that_would_change_a_suspended_server_is_refused_with_the_reason()
    {
        var id = await host.ServerAsync(ann);
        await host.DrainAsync();
        await host.Get<WriteFile>().RunAsync(ann, id, "/a.txt", [1], null, default);
        await SuspendAsync(id);
        await RefusedAsync(() => host.Get<SendCommand>().RunAsync(ann, id, new() { Command = "help" }, default));
        await host.DrainAsync();
        foreach (var action in Enum.GetValues<PowerAction>()) await RefusedAsync(() => host.Get<ChangePower>().RunAsync(ann, id, action, default));
        await RefusedAsync(() => host.Get<SendCommand>().RunAsync(ann, id, new() { Command = "help" }, default));
        await RefusedAsync(() => host.Get<RenameServer>().RunAsync(ann, id, new() { Name = "x" }, default));
        await RefusedAsync(() => host.Get<ChangeVariables>().RunAsync(ann, id, new() { Variables = { ["MOTD"] = "x" } }, default));
        await RefusedAsync(() => host.Get<ChangePlan>().RunAsync(ann, id, new() { Plan = "small" }, default));
        await RefusedAsync(() => host.Get<ReinstallServer>().RunAsync(ann, id, new() { WipeFiles = true }, default));
        await RefusedAsync(() => host.Get<DeleteServer>().RunAsync(ann, id, "One", default));
        await RefusedAsync(() => host.Get<WriteFile>().RunAsync(ann, id, "/a.txt", [2], null, default));
        await RefusedAsync(() => host.Get<UploadFile>().RunAsync(ann, id, "/b.txt", new MemoryStream([1]), 1, default));
        await RefusedAsync(() => host.Get<CreateFolder>().RunAsync(ann, id, "/c", default));
        await RefusedAsync(() => host.Get<MoveFile>().RunAsync(ann, id, "/a.txt", "/d.txt", default));
        await RefusedAsync(() => host.Get<DeleteFiles>().RunAsync(ann, id, ["/a.txt"], forGood: true, default));

        Assert.Equal([1], (await host.Get<ReadFile>().RunAsync(ann, id, "/a.txt", default)).Content);
        Assert.NotEmpty((await host.Get<ListFiles>().RunAsync(ann, id, "/", default)).Entries);
        await host.Get<DeleteServer>().RunAsync(CoreHost.Admin, id, "One", default);
    }

    static async Task RefusedAsync(Func<Task> act) => Assert.Contains(Reason, (await Assert.ThrowsAsync<ConflictException>(act)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Suspended_server_begins_no_install_and_lets_one_end()
    {
        host.Cluster.InstallEnds = null;
        var id = await host.ServerAsync(ann, template: "demo");
        await host.DrainAsync();
        await host.Get<ReinstallServer>().RunAsync(ann, id, new() { WipeFiles = true }, default);
        await SuspendAsync(id);
        await host.DrainAsync();
        Assert.Equal(Hold.Installing, (await host.RowAsync(id))!.Hold);
        await ResumeAsync(id);
        await host.DrainAsync();
        Assert.Equal(Hold.None, (await host.RowAsync(id))!.Hold);
    }

    [Fact]
    public async Task Suspension_ends_an_upload_that_runs()
    {
        var id = await host.ServerAsync(ann);
        await host.DrainAsync();
        using var deadline = Deadline.Source();
        var content = new System.IO.Pipelines.Pipe();
        var upload = host.Get<UploadFile>().RunAsync(ann, id, "/a.bin", content.Reader.AsStream(), 10, deadline.Token);
        await content.Writer.WriteAsync(new byte[1], deadline.Token);
        await SuspendAsync(id);
        await RefusedAsync(() => upload.WaitAsync(TimeSpan.FromSeconds(2), deadline.Token));
    }

    [Fact]
    public async Task Suspension_outlives_the_database()
    {
        var id = await host.ServerAsync(ann);
        await SuspendAsync(id);
        await host.DrainAsync();
        await using var found = await CoreHost.OnSqliteAsync();
        found.Cluster.TakeOver(host.Cluster);
        await found.Get<AdoptServers>().RunAsync(CoreHost.Admin, default);
        Assert.Equal((Suspension.Server, Reason), ((await found.RowAsync(id))!.Suspension, (await found.RowAsync(id))!.SuspendReason));
    }

    [Fact]
    public async Task Only_who_runs_the_servers_of_others_suspends_and_resumes_GHSA_4wxv_r46p_w2f9()
    {
        var id = await host.ServerAsync(ann);
        var bob = await host.AccountAsync("bob");
        await Assert.ThrowsAsync<ForbiddenException>(() => host.Get<SuspendServer>().RunAsync(ann, id, Unpaid, default));
        await Assert.ThrowsAsync<NotFoundException>(() => host.Get<SuspendServer>().RunAsync(bob, id, Unpaid, default));
        await Assert.ThrowsAsync<ConflictException>(() => ResumeAsync(id));
        await SuspendAsync(id);
        await Assert.ThrowsAsync<ForbiddenException>(() => host.Get<ResumeServer>().RunAsync(ann, id, default));
        Assert.Equal(["Reason"], (await Assert.ThrowsAsync<InvalidFieldException>(() => host.Get<SuspendServer>().RunAsync(CoreHost.Admin, id, new() { Reason = " " }, default))).Errors.Keys);
    }

    [Fact]
    public async Task Suspended_account_is_signed_out_everywhere_with_all_its_servers_stopped()
    {
        var (one, two) = (await host.ServerAsync(ann), await host.ServerAsync(ann, "Two"));
        await host.DrainAsync();
        await SuspendAsync(two);
        await AddSessionAsync();
        var principal = new ClaimsPrincipal(new ClaimsIdentity(host.Claims(ann), "test"));
        Assert.NotNull(await host.Get<Actors>().FindAsync(principal, null, default));

        await SuspendAsync(ann);
        await host.DrainAsync();
        Assert.Null(await host.Get<Actors>().FindAsync(principal, null, default));
        Assert.Null(await host.Get<Actors>().FindAsync(ann.UserId, null, default));
        Assert.Equal((0, 0), ((await NodeAsync(one)).Replicas, (await NodeAsync(two)).Replicas));
        Assert.Equal(("Spam.", Reason), ((await host.ShownAsync(one)).Reason, (await host.ShownAsync(two)).Reason));
        await Assert.ThrowsAsync<ForbiddenException>(() => host.ServerAsync(ann, "Three"));
        await using (var db = host.Open()) Assert.Empty(db.Sessions);

        // a server is in use again once every cause is gone, in either order
        await ResumeAsync(two);
        Assert.Equal((ServerPhase.Suspended, "Spam."), ((await host.ShownAsync(two)).Phase, (await host.ShownAsync(two)).Reason));
        await ResumeAsync(ann);
        await host.DrainAsync();
        Assert.Equal((1, 1), ((await NodeAsync(one)).Replicas, (await NodeAsync(two)).Replicas));
        Assert.NotNull(await host.Get<Actors>().FindAsync(ann.UserId, null, default));
        Assert.Null(await host.Get<Actors>().FindAsync(principal, null, default));
        await using var audit = host.Open();
        Assert.Equal(["account.suspend", "server.suspend", "server.suspend"], audit.Audit.Where(record => record.Detail.Contains("Spam.")).OrderBy(record => record.Action).Select(record => record.Action));
    }

    async Task AddSessionAsync()
    {
        await using var db = host.Open();
        var now = TimeProvider.System.GetUtcNow();
        db.Sessions.Add(new() { Id = Guid.NewGuid(), AccountId = ann.UserId, Kind = SessionKind.Browser, CreatedAt = now, SeenAt = now, ExpiresAt = now.AddDays(1) });
        await db.SaveChangesAsync();
    }

    [Fact]
    public async Task Nobody_suspends_themselves_or_somebody_who_may_more()
    {
        var root = await host.AccountAsync("root", isAdmin: true);
        await Assert.ThrowsAsync<ConflictException>(() => host.Get<SuspendAccount>().RunAsync(root, root.UserId, Unpaid, default));
        await Assert.ThrowsAsync<ForbiddenException>(() => host.Get<SuspendAccount>().RunAsync(ann, root.UserId, Unpaid, default));
        var clerk = ann with { Permissions = new HashSet<string> { PanelPermissions.ManageUsers, PanelPermissions.CreateServers } };
        await Assert.ThrowsAsync<ForbiddenException>(() => host.Get<SuspendAccount>().RunAsync(clerk, root.UserId, Unpaid, default));
        await Assert.ThrowsAsync<NotFoundException>(() => host.Get<SuspendAccount>().RunAsync(root, "nobody", Unpaid, default));
        await Assert.ThrowsAsync<ConflictException>(() => ResumeAsync(ann));
        await host.Get<SuspendAccount>().RunAsync(clerk, (await host.AccountAsync("bob")).UserId, Unpaid, default);
    }
}

public sealed class SuspensionOnSqliteTests : SuspensionTests
{
    protected override Task<CoreHost> StartAsync() => CoreHost.OnSqliteAsync();
}

[Trait("Lane", "postgres")]
public sealed class SuspensionOnPostgresTests : SuspensionTests
{
    protected override Task<CoreHost> StartAsync() => CoreHost.OnPostgresAsync();
}
