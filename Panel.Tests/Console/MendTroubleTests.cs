using System.Text;
using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Console;
using Panel.Core.Errors;
using Panel.Core.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Console;

/// <summary>What a console told of is mended by those who may.</summary>
public sealed class MendTroubleTests : IAsyncLifetime
{
    CoreHost host = null!;
    Actor ann = null!;

    public async ValueTask InitializeAsync()
    {
        host = await CoreHost.OnSqliteAsync();
        Add("plain", """ "eula", "java_version", "gsl_token", "pid_limit" """, "");
        Add("told", """ "eula" """, """{ "name": "Licence", "env": "EULA", "default": "FALSE", "rules": "required|in:TRUE,FALSE" }""");
        Add("closed", """ "eula" """, """{ "name": "Licence", "env": "EULA", "default": "0", "editable": false, "rules": "required|boolean" }""");
        Add("token", """ "gsl_token" """, """{ "name": "Token", "env": "STEAM_ACC", "default": "", "secret": true, "rules": "nullable|string|alpha_num|size:32" }""");
        await host.RestartAsync();
        ann = await host.AccountAsync();
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    void Add(string key, string features, string variables) => host.AddTemplate(key,
        $$"""{ "key": "{{key}}", "name": "{{key}}", "images": { "Java 17": "example/game:17", "Java 21": "example/game:21" }, "startups": { "Start": "run" }, "features": [{{features}}], "variables": [{{variables}}], "ready": ["Done"] }""");

    async Task<ServerId> TroubledAsync(string template, string feature, bool start = true)
    {
        var id = await host.ServerAsync(ann, template: template, start: start);
        await host.DrainAsync();
        Tell(id, feature, starts: start ? 1 : 0);
        return id;
    }

    void Tell(ServerId id, string feature, int starts) => host.Get<ObservedServers>().AddTrouble(id, new(feature, starts, "pod-1", 0, "a line", DateTimeOffset.UtcNow));

    Task MendAsync(Actor actor, ServerId id, string feature, string? image = null, string? value = null) =>
        host.Get<MendTrouble>().RunAsync(actor, id, new() { Feature = feature, Image = image, Value = value }, default);

    async Task<ServerView> SeenAsync(Actor actor, ServerId id) => await host.Get<ServerQueries>().FindAsync(actor, id, default);

    async Task<List<string>> AuditAsync(ServerId id)
    {
        await using var db = host.Open();
        return await db.Audit.Where(record => record.Server == id).OrderBy(record => record.Id).Select(record => record.Action).ToListAsync();
    }

    [Theory]
    [InlineData(true, "server.power.restart"), InlineData(false, "server.power.start")]
    public async Task Terms_that_are_accepted_are_written_and_the_server_is_started(bool runs, string power)
    {
        var id = await TroubledAsync("plain", "eula", runs);
        Assert.Equal(["eula"], (await SeenAsync(ann, id)).Troubles.Select(trouble => trouble.Feature));
        await MendAsync(ann, id, "eula");
        var row = (await host.RowAsync(id))!;
        Assert.Equal("eula=true\n", Encoding.UTF8.GetString(host.Cluster.Find(row.ObjectName)!.Files["/eula.txt"]));
        Assert.Equal((RunIntent.Running, runs ? 2 : 1), (row.Intent, row.Starts));
        Assert.Equal(["server.create", "file.write", power], await AuditAsync(id));
        Assert.Empty((await SeenAsync(ann, id)).Troubles);
        await Assert.ThrowsAsync<ConflictException>(() => MendAsync(ann, id, "eula")); // whoever clicks later restarts nothing
    }

    [Fact]
    public async Task Terms_are_accepted_by_the_variable_where_the_game_has_one()
    {
        var id = await TroubledAsync("told", "eula");
        await MendAsync(ann, id, "eula");
        var row = (await host.RowAsync(id))!;
        Assert.Equal(("TRUE", 2), (row.Variables["EULA"], row.Starts));
        Assert.False(host.Cluster.Find(row.ObjectName)!.Files.ContainsKey("/eula.txt"));
        Assert.Equal(["server.create", "server.variables", "server.power.restart"], await AuditAsync(id));
    }

    [Fact]
    public async Task Variable_that_is_not_for_the_servers_people_is_set_by_administrators_alone()
    {
        var id = await TroubledAsync("closed", "eula");
        await Assert.ThrowsAsync<ConflictException>(() => MendAsync(ann, id, "eula"));
        await MendAsync(CoreHost.Admin, id, "eula");
        Assert.Equal("1", (await host.RowAsync(id))!.Variables["EULA"]);
    }

    [Fact]
    public async Task Image_is_changed_and_the_server_restarted_with_it()
    {
        var id = await TroubledAsync("plain", "java_version");
        await Assert.ThrowsAsync<InvalidFieldException>(() => MendAsync(ann, id, "java_version"));
        await Assert.ThrowsAsync<InvalidFieldException>(() => MendAsync(ann, id, "java_version", image: "Java 99"));
        Assert.Equal(("Java 17", 1), ((await host.RowAsync(id))!.Image, (await host.RowAsync(id))!.Starts));
        await MendAsync(ann, id, "java_version", image: "Java 21");
        Assert.Equal(("Java 21", 2), ((await host.RowAsync(id))!.Image, (await host.RowAsync(id))!.Starts));
        Assert.Equal(["server.create", "server.variables", "server.power.restart"], await AuditAsync(id));
    }

    [Fact]
    public async Task Token_is_filled_in_by_its_rules()
    {
        var id = await TroubledAsync("token", "gsl_token");
        var refusal = await Assert.ThrowsAsync<InvalidFieldException>(() => MendAsync(ann, id, "gsl_token", value: "short"));
        Assert.Equal(["STEAM_ACC"], refusal.Errors.Keys);
        Assert.Equal(1, (await host.RowAsync(id))!.Starts);
        await MendAsync(ann, id, "gsl_token", value: new string('A', 32));
        Assert.Equal(new string('A', 32), (await SeenAsync(ann, id)).Variables["STEAM_ACC"]);
        Assert.Equal(2, (await host.RowAsync(id))!.Starts);
    }

    [Theory]
    [InlineData("pid_limit"), InlineData("gsl_token")] // the second: the template has no variable for it
    public async Task What_the_panel_cannot_mend_is_told_and_nothing_is_done(string feature)
    {
        var id = await TroubledAsync("plain", feature);
        Assert.Equal([feature], (await SeenAsync(ann, id)).Troubles.Select(trouble => trouble.Feature));
        await Assert.ThrowsAsync<ConflictException>(() => MendAsync(ann, id, feature));
        Assert.Equal(["server.create"], await AuditAsync(id));
    }

    [Fact]
    public async Task Who_may_not_do_all_that_it_takes_reads_the_reason_and_changes_nothing()
    {
        var id = await TroubledAsync("plain", "eula");
        Tell(id, "java_version", starts: 1);
        var bob = await host.AccountAsync("bob");
        var token = (await host.Get<InviteMember>().RunAsync(ann, id, new() { Email = "bob@example.org", Permissions = [ServerPermissions.ReadConsole, ServerPermissions.UpdateFiles, ServerPermissions.ChangeImage] }, default)).Token!;
        await host.Get<AcceptInvitation>().RunAsync(bob, token, default);
        Assert.Equal(2, (await SeenAsync(bob, id)).Troubles.Count);
        foreach (var feature in (string[])["eula", "java_version"]) await Assert.ThrowsAsync<ForbiddenException>(() => MendAsync(bob, id, feature, image: "Java 21"));
        await host.Get<ChangeMember>().RunAsync(ann, id, bob.UserId, new() { Permissions = [ServerPermissions.ListFiles, ServerPermissions.Restart] }, default);
        Assert.Empty((await SeenAsync(bob, id)).Troubles); // they belong to the console
        Assert.False(host.Cluster.Find((await host.RowAsync(id))!.ObjectName)!.Files.ContainsKey("/eula.txt"));
        Assert.Equal(("Java 17", 1), ((await host.RowAsync(id))!.Image, (await host.RowAsync(id))!.Starts));
    }

    [Fact]
    public async Task Suspended_server_has_no_troubles_to_mend()
    {
        var id = await TroubledAsync("plain", "eula");
        await host.Get<SuspendServer>().RunAsync(CoreHost.Admin, id, new() { Reason = "Unpaid" }, default);
        Assert.Empty((await SeenAsync(ann, id)).Troubles);
        await Assert.ThrowsAsync<ConflictException>(() => MendAsync(ann, id, "eula"));
        Assert.False(host.Cluster.Find((await host.RowAsync(id))!.ObjectName)!.Files.ContainsKey("/eula.txt"));
    }
}
