using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Files;
using Panel.Core.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Files.Protection;

/// <summary>Whom a template's denylist binds, and what it costs.</summary>
public sealed class ProtectionTests : IAsyncLifetime
{
    CoreHost host = null!;
    Actor ann = null!;
    ServerId id;

    public async ValueTask InitializeAsync()
    {
        host = await CoreHost.OnSqliteAsync();
        host.AddTemplate("demo", ProtectedServer.Template(["*.key", "/server.properties"]));
        host.AddTemplate("open", ProtectedServer.Template([]).Replace("\"key\":\"demo\"", "\"key\":\"open\"", StringComparison.Ordinal));
        await host.RestartAsync();
        ann = await host.AccountAsync();
        id = await host.ServerAsync(ann, start: false);
        await host.DrainAsync();
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Owner_is_bound_and_who_may_change_templates_is_not()
    {
        var node = await NodeAsync();
        node.Files["/a.key"] = [1];
        var refusal = await Assert.ThrowsAsync<FileProtectedException>(() => host.Get<ReadFile>().RunAsync(ann, id, "/a.key", default));
        Assert.Equal("/a.key is protected by the game's template (its rule is “*.key”): it can be neither read nor changed.", refusal.Message);
        var root = await host.AccountAsync("root", isAdmin: true);
        Assert.Equal([1], (await host.Get<ReadFile>().RunAsync(root, id, "/a.key", default)).Content);
        await host.Get<WriteFile>().RunAsync(root, id, "/a.key", [2], null, default);
        // neither a role without that permission, nor a key that was not given it
        foreach (var less in (Actor[])[root with { Permissions = root.Permissions.Where(one => one != PanelPermissions.ManageTemplates).ToHashSet() }, root with { Scopes = ServerPermissions.All.Append(PanelPermissions.ManageServers).ToHashSet() }])
        {
            await Assert.ThrowsAsync<FileProtectedException>(() => host.Get<ReadFile>().RunAsync(less, id, "/a.key", default));
        }
    }

    [Fact]
    public async Task Panel_itself_writes_its_config_files_all_the_same()
    {
        await host.Get<ChangePower>().RunAsync(ann, id, PowerAction.Start, default);
        await host.DrainAsync();
        Assert.True((await NodeAsync()).Files.ContainsKey("/server.properties"));
        await Assert.ThrowsAsync<FileProtectedException>(() => host.Get<ReadFile>().RunAsync(ann, id, "/server.properties", default));
        await Assert.ThrowsAsync<FileProtectedException>(() => host.Get<ConfigForms>().FindAsync(ann, id, "/server.properties", default));
    }

    [Fact]
    public async Task What_the_panel_writes_on_somebodys_word_takes_their_permission_and_no_more()
    {
        await host.Get<WriteFile>().WriteOwnAsync(ann, id, "/a.key", [7], default);
        Assert.Equal([7], (await NodeAsync()).Files["/a.key"]);
        await Assert.ThrowsAsync<NotFoundException>(async () => await host.Get<WriteFile>().WriteOwnAsync(await host.AccountAsync("eve"), id, "/a.key", [8], default));
    }

    [Fact]
    public async Task Another_template_is_another_denylist()
    {
        (await NodeAsync()).Files["/a.key"] = [1];
        await Assert.ThrowsAsync<FileProtectedException>(() => host.Get<ReadFile>().RunAsync(ann, id, "/a.key", default));
        await host.Get<ChangeTemplate>().RunAsync(ann, id, new() { Template = "open" }, default);
        Assert.Equal([1], (await host.Get<ReadFile>().RunAsync(ann, id, "/a.key", default)).Content);
        // what was deleted while it was allowed does not come back when it is not
        var kept = (await host.Get<DeleteFiles>().RunAsync(ann, id, ["/a.key"], forGood: false, default)).Single();
        await host.Get<ChangeTemplate>().RunAsync(ann, id, new() { Template = "demo" }, default);
        await Assert.ThrowsAsync<FileProtectedException>(() => host.Get<FileBin>().RestoreAsync(ann, id, kept, default));
        await Assert.ThrowsAsync<FileProtectedException>(() => host.Get<FileBin>().EmptyAsync(ann, id, kept, default));
        await host.Get<FileBin>().EmptyAsync(ann, id, null, default);
        Assert.Equal(kept, Assert.Single(await host.Get<FileBin>().ListAsync(ann, id, default)).Id);
        await host.Get<ChangeTemplate>().RunAsync(ann, id, new() { Template = "open" }, default);
        Assert.Equal("/a.key", await host.Get<FileBin>().RestoreAsync(ann, id, kept, default));
    }

    [Fact]
    public async Task Upload_that_began_before_is_refused_when_it_would_go_to_its_place()
    {
        await host.Get<ChangeTemplate>().RunAsync(ann, id, new() { Template = "open" }, default);
        var upload = await host.Get<ResumableUploads>().BeginAsync(ann, id, new("/a.key", 2, false, null, null), default);
        await host.Get<ChangeTemplate>().RunAsync(ann, id, new() { Template = "demo" }, default);
        await Assert.ThrowsAsync<FileProtectedException>(() => host.Get<ResumableUploads>().AppendAsync(ann, id, upload.Id, 0, new MemoryStream([1, 2]), 2, null, default));
        Assert.False((await NodeAsync()).Files.ContainsKey("/a.key"));
        await host.Get<ResumableUploads>().CancelAsync(ann, id, upload.Id, default);
    }

    [Theory, InlineData("demo", 1), InlineData("open", 0)]
    public async Task Verb_asks_one_question_more_where_something_is_denied_and_none_where_nothing_is(string template, int questions)
    {
        if (template != "demo") await host.Get<ChangeTemplate>().RunAsync(ann, id, new() { Template = template }, default);
        var node = await NodeAsync();
        Func<Task>[] asking =
        [
            () => host.Get<MoveFile>().RunAsync(ann, id, "/a", "/b", default), () => host.Get<CopyFile>().RunAsync(ann, id, "/b", "/c", default),
            () => host.Get<ChangeMode>().RunAsync(ann, id, new() { Names = ["b", "c"], Mode = "644" }, default), () => host.Get<DeleteFiles>().RunAsync(ann, id, ["/b", "/c"], forGood: false, default),
        ];
        node.Files["/a"] = [1];
        foreach (var verb in asking)
        {
            var before = host.Cluster.Trees;
            await verb();
            Assert.Equal(questions, host.Cluster.Trees - before);
        }
        var still = host.Cluster.Trees;
        await host.Get<WriteFile>().RunAsync(ann, id, "/a", [1], null, default);
        await host.Get<ReadFile>().RunAsync(ann, id, "/a", default);
        await host.Get<ListFiles>().RunAsync(ann, id, "/", default);
        Assert.Equal(still, host.Cluster.Trees);
    }

    async Task<MemoryCluster.Node> NodeAsync() => host.Cluster.Find((await host.RowAsync(id))!.ObjectName)!;
}
