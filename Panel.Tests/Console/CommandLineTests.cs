using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Contracts.Console;
using Panel.Contracts.Servers;
using Panel.Core;
using Panel.Core.Access;
using Panel.Core.Console;
using Panel.Core.Errors;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Console;

public class CommandLineTests
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Commands_are_kept_for_the_person_who_sent_them_up_to_a_bound() => await KeptAsync(await CoreHost.OnSqliteAsync());

    [Fact, Trait("Lane", "postgres")]
    public async Task Commands_are_kept_on_PostgreSQL_as_well() => await KeptAsync(await CoreHost.OnPostgresAsync());

    [Fact]
    public async Task Saved_commands_are_for_all_who_may_send_and_changed_by_who_may_change_settings() => await SavedAsync(await CoreHost.OnSqliteAsync());

    [Fact, Trait("Lane", "postgres")]
    public async Task Saved_commands_are_kept_on_PostgreSQL_as_well() => await SavedAsync(await CoreHost.OnPostgresAsync());

    [Fact]
    public async Task Commands_that_come_too_fast_are_refused_in_words_and_reach_nobody()
    {
        await using var stage = await ConsoleStage.BeginAsync();
        stage.Show(ConsoleStage.Running());
        for (var i = 0; i < new ConsoleOptions().CommandBurst; i++) await stage.Get<SendCommand>().RunAsync(stage.Owner, stage.Id, new() { Command = $"say {i}" }, Stop);
        ConflictException? refusal = null;
        for (var i = 0; i < 10 && refusal is null; i++)
        {
            try
            {
                await stage.Get<SendCommand>().RunAsync(stage.Owner, stage.Id, new() { Command = "say too much" }, Stop);
            }
            catch (ConflictException conflict)
            {
                refusal = conflict;
            }
        }
        Assert.Contains("Too many commands", refusal?.Message, StringComparison.Ordinal);
        Assert.InRange(stage.Source.Typed.Count, new ConsoleOptions().CommandBurst, new ConsoleOptions().CommandBurst + 9);
        await Deadline.UntilAsync("a command again", async () =>
        {
            try
            {
                await stage.Get<SendCommand>().RunAsync(stage.Owner, stage.Id, new() { Command = "say again" }, Stop);
                return true;
            }
            catch (ConflictException)
            {
                return false;
            }
        });
    }

    static async Task KeptAsync(CoreHost core)
    {
        await using var host = core.Reconcile();
        var (owner, history) = (await core.AccountAsync(), core.Get<CommandHistory>());
        var (one, two) = (await core.ServerAsync(owner), await core.ServerAsync(owner));
        foreach (var text in (string[])["list", "list", .. Enumerable.Range(0, CommandHistory.Kept + 20).Select(i => $"say {i}")]) await history.AddAsync(owner, one, text, Stop);
        await history.AddAsync(owner, two, "help", Stop);
        Assert.Equal(Enumerable.Range(20, CommandHistory.Kept).Select(i => $"say {i}"), await history.ListAsync(owner, one, Stop));
        Assert.Equal(["help"], await history.ListAsync(owner, two, Stop));
        await using (var db = await core.Get<IDbContextFactory<PanelDb>>().CreateDbContextAsync(Stop)) Assert.Equal(CommandHistory.Kept + 1, await db.SentCommands.CountAsync(Stop));
        var other = await core.AccountAsync("eve");
        await Assert.ThrowsAsync<NotFoundException>(() => history.ListAsync(other, one, Stop));
    }

    static async Task SavedAsync(CoreHost core)
    {
        await using var host = core.Reconcile();
        var (owner, snippets) = (await core.AccountAsync(), core.Get<Snippets>());
        var server = await core.ServerAsync(owner);
        await snippets.SaveAsync(owner, server, new() { Name = " Save ", Command = "save-all" }, Stop);
        await snippets.SaveAsync(owner, server, new() { Name = "Hello", Command = "say hello" }, Stop);
        await snippets.SaveAsync(owner, server, new() { Name = "Save", Command = "save-all flush" }, Stop);
        Assert.Equal([("Hello", "say hello"), ("Save", "save-all flush")], (await snippets.ListAsync(owner, server, Stop)).Select(one => (one.Name, one.Command)));
        await Assert.ThrowsAsync<InvalidFieldException>(() => snippets.SaveAsync(owner, server, new() { Name = "", Command = "x" }, Stop));
        await Assert.ThrowsAsync<InvalidFieldException>(() => snippets.SaveAsync(owner, server, new() { Name = "Two", Command = "a\nb" }, Stop));

        var member = await core.AccountAsync("ben");
        await using (var db = await core.Get<IDbContextFactory<PanelDb>>().CreateDbContextAsync(Stop))
        {
            db.Add(new Member { ServerId = server, AccountId = member.UserId, Permissions = [ServerPermissions.ReadConsole, ServerPermissions.SendCommands], CreatedAt = DateTimeOffset.UtcNow });
            await db.SaveChangesAsync(Stop);
        }
        Assert.Equal(2, (await snippets.ListAsync(member, server, Stop)).Count);
        await Assert.ThrowsAsync<ForbiddenException>(() => snippets.SaveAsync(member, server, new() { Name = "Mine", Command = "stop" }, Stop));
        var first = (await snippets.ListAsync(member, server, Stop))[0].Id;
        await Assert.ThrowsAsync<ForbiddenException>(() => snippets.DeleteAsync(member, server, first, Stop));
        await snippets.DeleteAsync(owner, server, (await snippets.ListAsync(owner, server, Stop))[0].Id, Stop);
        Assert.Equal("Save", Assert.Single(await snippets.ListAsync(owner, server, Stop)).Name);

        for (var i = 1; i < Snippets.Most; i++) await snippets.SaveAsync(owner, server, new() { Name = $"n{i}", Command = "list" }, Stop);
        await Assert.ThrowsAsync<ConflictException>(() => snippets.SaveAsync(owner, server, new() { Name = "one more", Command = "list" }, Stop));
        await using var rows = await core.Get<IDbContextFactory<PanelDb>>().CreateDbContextAsync(Stop);
        Assert.Equal(Snippets.Most + 2, await rows.Audit.CountAsync(record => record.Action == "server.snippet.save", Stop));
    }
}
