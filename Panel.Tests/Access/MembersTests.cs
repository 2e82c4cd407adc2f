using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Errors;
using Panel.Core.Files;
using Panel.Core.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Access;

/// <summary>How people are let into a server, and what they can do there and cannot.</summary>
public abstract class MembersTests : IAsyncLifetime
{
    CoreHost host = null!;
    Actor ann = null!, bob = null!;
    ServerId id;

    protected abstract Task<CoreHost> StartAsync();

    public async ValueTask InitializeAsync()
    {
        host = await StartAsync();
        (ann, bob) = (await host.AccountAsync(), await host.AccountAsync("bob"));
        id = await host.ServerAsync(ann);
    }

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    Task<MadeInvitation> InviteAsync(Actor by, string name, IEnumerable<string> permissions, DateTimeOffset? until = null) =>
        host.Get<InviteMember>().RunAsync(by, id, new() { Email = $"{name}@example.org", Permissions = [.. permissions], ExpiresAt = until }, default);

    Task ChangeAsync(Actor by, Actor whom, IEnumerable<string> permissions, DateTimeOffset? until = null) =>
        host.Get<ChangeMember>().RunAsync(by, id, whom.UserId, new() { Permissions = [.. permissions], ExpiresAt = until }, default);

    async Task LetInAsync(Actor whom, IEnumerable<string> permissions, DateTimeOffset? until = null) =>
        await host.Get<AcceptInvitation>().RunAsync(whom, (await InviteAsync(ann, whom.Name.Split('@')[0], permissions, until)).Token!, default);

    Task<ServerPeople> PeopleAsync(Actor? by = null) => host.Get<MemberQueries>().ListAsync(by ?? ann, id, default);

    [Fact]
    public async Task Invited_account_waits_for_its_own_answer_and_can_then_do_what_it_was_given_and_no_more()
    {
        var made = await InviteAsync(ann, "Bob", PermissionPresets.Moderator.Permissions);
        await Assert.ThrowsAsync<NotFoundException>(() => host.Get<ChangePower>().RunAsync(bob, id, PowerAction.Stop, default));
        var pending = Assert.Single(await host.Get<MemberQueries>().PendingAsync(bob, default));
        Assert.Equal((made.Id, "One", "ann@example.org"), (pending.Id, pending.ServerName, pending.InvitedBy));

        Assert.Equal(id, await host.Get<AcceptInvitation>().RunAsync(bob, pending.Id, default));
        await host.Get<ChangePower>().RunAsync(bob, id, PowerAction.Stop, default);
        await Assert.ThrowsAsync<ForbiddenException>(() => host.Get<ListFiles>().RunAsync(bob, id, "/", default));
        Assert.Equal(PermissionPresets.Moderator.Permissions.Order(), (await host.Get<ServerQueries>().FindAsync(bob, id, default)).Row.Allowed.Order());
        Assert.Empty(await host.Get<MemberQueries>().PendingAsync(bob, default));
        var people = await PeopleAsync();
        Assert.Equal(("ann@example.org", "bob@example.org", 0), (people.Owner, people.Members.Single().Email, people.Invitations.Count));
    }

    [Fact]
    public async Task Token_is_kept_as_a_hash_works_once_and_for_a_week()
    {
        var token = (await InviteAsync(ann, "bob", [])).Token!;
        await using var db = host.Open();
        var row = await db.Invitations.SingleAsync(default);
        Assert.DoesNotContain(token, row.TokenHash, StringComparison.Ordinal);
        Assert.Equal(InvitationRules.Lifetime.TotalSeconds, (row.ExpiresAt - row.CreatedAt).TotalSeconds, 5.0);
        Assert.DoesNotContain(host.Log, line => line.Contains(token, StringComparison.Ordinal));
        Assert.DoesNotContain(db.Audit.AsEnumerable(), record => $"{record.Detail}{record.Changes}".Contains(token, StringComparison.Ordinal));

        row.ExpiresAt = TimeProvider.System.GetUtcNow().AddSeconds(-1);
        await db.SaveChangesAsync(default);
        await Assert.ThrowsAsync<NotFoundException>(() => host.Get<AcceptInvitation>().RunAsync(bob, token, default));
        await Assert.ThrowsAsync<NotFoundException>(() => host.Get<AcceptInvitation>().RunAsync(bob, row.Id, default));
        Assert.Empty(await host.Get<MemberQueries>().PendingAsync(bob, default));

        var again = (await host.Get<ResendInvitation>().RunAsync(ann, id, row.Id, default)).Token!;
        await Assert.ThrowsAsync<NotFoundException>(() => host.Get<MemberQueries>().FindAsync(token, default));
        await host.Get<AcceptInvitation>().RunAsync(bob, again, default);
        await Assert.ThrowsAsync<NotFoundException>(() => host.Get<AcceptInvitation>().RunAsync(bob, again, default));
    }

    [Fact]
    public async Task Invitation_is_of_use_to_nobody_but_its_address()
    {
        var (eve, made) = (await host.AccountAsync("eve"), await InviteAsync(ann, "bob", ServerPermissions.All));
        await Assert.ThrowsAsync<ForbiddenException>(() => host.Get<AcceptInvitation>().RunAsync(eve, made.Token!, default));
        await Assert.ThrowsAsync<NotFoundException>(() => host.Get<AcceptInvitation>().RunAsync(eve, made.Id, default));
        await Assert.ThrowsAsync<ForbiddenException>(() => host.Get<DeclineInvitation>().RunAsync(eve, made.Token!, default));
        await Assert.ThrowsAsync<NotFoundException>(() => host.Get<DeclineInvitation>().RunAsync(eve, made.Id, default));
        await Assert.ThrowsAsync<NotFoundException>(() => host.Get<AcceptInvitation>().RunAsync(bob, "none", default));
        await Assert.ThrowsAsync<ForbiddenException>(() => host.Get<AcceptInvitation>().RunAsync(bob with { Scopes = ServerPermissions.All }, made.Token!, default));

        // an address that nobody proved to have gets nothing without the link
        await using (var db = host.Open()) await db.Users.Where(account => account.Id == bob.UserId).ExecuteUpdateAsync(set => set.SetProperty(account => account.EmailConfirmed, false), default);
        await Assert.ThrowsAsync<NotFoundException>(() => host.Get<AcceptInvitation>().RunAsync(bob, made.Id, default));
        await host.Get<DeclineInvitation>().RunAsync(bob, made.Token!, default);
        Assert.Empty((await PeopleAsync()).Invitations);
    }

    [Fact]
    public async Task Person_without_an_account_makes_one_by_the_link_alone()
    {
        var token = (await InviteAsync(ann, "new", [ServerPermissions.ReadConsole])).Token!;
        Assert.Equal(["Password"], (await Assert.ThrowsAsync<InvalidFieldException>(() => host.Get<JoinByInvitation>().RunAsync(new() { Token = token, Password = "short" }, null, default))).Errors.Keys);
        await Assert.ThrowsAsync<NotFoundException>(() => host.Get<JoinByInvitation>().RunAsync(new() { Token = "none", Password = "Correct-Horse-9" }, null, default));
        var account = await host.Get<JoinByInvitation>().RunAsync(new() { Token = token, Password = "Correct-Horse-9" }, "192.0.2.9", default);
        Assert.Equal(("new@example.org", Role.User), (account.Email, account.Role));
        Assert.Contains(account.Id, (await PeopleAsync()).Members.Select(member => member.AccountId));
        await Assert.ThrowsAsync<NotFoundException>(() => host.Get<JoinByInvitation>().RunAsync(new() { Token = token, Password = "Correct-Horse-9" }, null, default));

        var taken = (await InviteAsync(ann, "bob", [])).Token!;
        Assert.Equal(["Email"], (await Assert.ThrowsAsync<InvalidFieldException>(() => host.Get<JoinByInvitation>().RunAsync(new() { Token = taken, Password = "Correct-Horse-9" }, null, default))).Errors.Keys);
    }

    [Fact]
    public async Task Invitation_makes_no_account_where_administrators_alone_make_them()
    {
        await using var closed = await CoreHost.OnSqliteAsync(("Panel:Accounts:Registration", "Closed"));
        var owner = await closed.AccountAsync();
        var server = await closed.ServerAsync(owner);
        var token = (await closed.Get<InviteMember>().RunAsync(owner, server, new() { Email = "new@example.org" }, default)).Token!;
        await Assert.ThrowsAsync<ForbiddenException>(() => closed.Get<JoinByInvitation>().RunAsync(new() { Token = token, Password = "Correct-Horse-9" }, null, default));
        await closed.Get<AcceptInvitation>().RunAsync(await closed.AccountAsync("new"), token, default);
    }

    [Fact]
    public async Task Look_alike_address_is_invited_to_nothing()
    {
        Assert.Equal(["Email"], (await Assert.ThrowsAsync<InvalidFieldException>(() => InviteAsync(ann, "b\u043eb", []))).Errors.Keys);
        await InviteAsync(ann, " Bob", []);
        Assert.Single(await host.Get<MemberQueries>().PendingAsync(bob, default));
    }

    [Fact]
    public async Task Nobody_hands_on_what_they_do_not_have_or_for_longer()
    {
        var end = new DateTimeOffset(DateTime.UtcNow.Date.AddDays(2), TimeSpan.Zero);
        string[] mine = [ServerPermissions.InviteMembers, ServerPermissions.ChangeMembers, ServerPermissions.RemoveMembers, ServerPermissions.ReadMembers, ServerPermissions.Start];
        await LetInAsync(bob, mine, end);
        await Assert.ThrowsAsync<ForbiddenException>(() => InviteAsync(bob, "eve", [ServerPermissions.Delete], end));
        await Assert.ThrowsAsync<ForbiddenException>(() => InviteAsync(bob, "eve", [ServerPermissions.Start]));
        await Assert.ThrowsAsync<ForbiddenException>(() => InviteAsync(bob, "eve", [ServerPermissions.Start], end.AddSeconds(1)));
        await Assert.ThrowsAsync<ForbiddenException>(() => InviteAsync(bob with { Scopes = new HashSet<string> { ServerPermissions.InviteMembers } }, "eve", [ServerPermissions.Start], end));
        var eve = await host.AccountAsync("eve");
        await host.Get<AcceptInvitation>().RunAsync(eve, (await InviteAsync(bob, "eve", [ServerPermissions.Start], end)).Token!, default);
        await Assert.ThrowsAsync<ForbiddenException>(() => ChangeAsync(bob, eve, ServerPermissions.All, end));
        await Assert.ThrowsAsync<ForbiddenException>(() => ChangeAsync(bob, eve, [ServerPermissions.Start]));
        await Assert.ThrowsAsync<ForbiddenException>(() => ChangeAsync(bob, bob, ServerPermissions.All));
        await Assert.ThrowsAsync<ForbiddenException>(() => ChangeAsync(bob, bob, mine, end));
        await Assert.ThrowsAsync<NotFoundException>(() => ChangeAsync(bob, ann, [], end));
        await Assert.ThrowsAsync<NotFoundException>(() => host.Get<RemoveMember>().RunAsync(bob, id, ann.UserId, default));
        await Assert.ThrowsAsync<ForbiddenException>(() => ChangeAsync(eve, bob, []));
        Assert.Equal(["Permissions"], (await Assert.ThrowsAsync<InvalidFieldException>(() => InviteAsync(ann, "x", ["*"]))).Errors.Keys);
        Assert.Equal(["ExpiresAt"], (await Assert.ThrowsAsync<InvalidFieldException>(() => InviteAsync(ann, "x", [], DateTimeOffset.UnixEpoch))).Errors.Keys);
    }

    [Fact]
    public async Task Nobody_touches_the_access_of_somebody_who_may_more()
    {
        var carl = await host.AccountAsync("carl");
        await LetInAsync(bob, [ServerPermissions.InviteMembers, ServerPermissions.ChangeMembers, ServerPermissions.RemoveMembers]);
        await LetInAsync(carl, ServerPermissions.All);
        var waiting = await InviteAsync(ann, "dora", ServerPermissions.All);
        await Assert.ThrowsAsync<ForbiddenException>(() => ChangeAsync(bob, carl, []));
        await Assert.ThrowsAsync<ForbiddenException>(() => host.Get<RemoveMember>().RunAsync(bob, id, carl.UserId, default));
        await Assert.ThrowsAsync<ForbiddenException>(() => InviteAsync(bob, "dora", []));
        await Assert.ThrowsAsync<ForbiddenException>(() => host.Get<ResendInvitation>().RunAsync(bob, id, waiting.Id, default));
        await Assert.ThrowsAsync<ForbiddenException>(() => host.Get<WithdrawInvitation>().RunAsync(bob, id, waiting.Id, default));
        await host.Get<RemoveMember>().RunAsync(carl, id, bob.UserId, default);
        await Assert.ThrowsAsync<NotFoundException>(() => PeopleAsync(bob));
    }

    [Fact]
    public async Task Invitation_dies_with_the_rights_of_whoever_made_it()
    {
        await LetInAsync(bob, [ServerPermissions.InviteMembers, ServerPermissions.Start]);
        var eve = await host.AccountAsync("eve");
        var token = (await InviteAsync(bob, "eve", [ServerPermissions.Start])).Token!;
        await ChangeAsync(ann, bob, [ServerPermissions.InviteMembers]);
        await Assert.ThrowsAsync<ConflictException>(() => host.Get<AcceptInvitation>().RunAsync(eve, token, default));
        await host.Get<RemoveMember>().RunAsync(ann, id, bob.UserId, default);
        await Assert.ThrowsAsync<ConflictException>(() => host.Get<AcceptInvitation>().RunAsync(eve, token, default));
        Assert.Empty((await PeopleAsync()).Members);
    }

    [Fact]
    public async Task Membership_ends_by_time_and_can_be_renewed()
    {
        await LetInAsync(bob, [ServerPermissions.Start], TimeProvider.System.GetUtcNow().AddDays(1));
        await host.Get<ChangePower>().RunAsync(bob, id, PowerAction.Start, default);
        await using (var db = host.Open()) await db.Members.ExecuteUpdateAsync(set => set.SetProperty(member => member.ExpiresAt, TimeProvider.System.GetUtcNow().AddSeconds(-1)), default);
        await Assert.ThrowsAsync<NotFoundException>(() => host.Get<ChangePower>().RunAsync(bob, id, PowerAction.Start, default));
        Assert.Empty(await host.Get<ServerQueries>().ListAsync(bob, default));
        Assert.Single((await PeopleAsync()).Members);
        await LetInAsync(bob, [ServerPermissions.Start]);
        Assert.Single(await host.Get<ServerQueries>().ListAsync(bob, default));
        Assert.Single((await PeopleAsync()).Members);
    }

    [Fact]
    public async Task Hundred_invitations_and_acceptances_at_once_make_one_membership()
    {
        var invitations = await Task.WhenAll(Enumerable.Range(0, 100).Select(n => TryAsync(() => InviteAsync(n % 2 == 0 ? ann : CoreHost.Admin with { UserId = ann.UserId }, "bob", [ServerPermissions.Start]))));
        Assert.Equal(InvitationRules.MostAnHour, invitations.Count(made => made is not null));
        var waiting = Assert.Single((await PeopleAsync()).Invitations);
        var token = (await host.Get<MemberQueries>().PendingAsync(bob, default)).Single().Id;
        Assert.Equal(waiting.Id, token);
        var accepted = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => TryAsync(async () => (object?)await host.Get<AcceptInvitation>().RunAsync(bob, waiting.Id, default))));
        Assert.Single(accepted, answer => answer is not null);
        var people = await PeopleAsync();
        Assert.Equal((1, 0), (people.Members.Count, people.Invitations.Count));
        Assert.Equal(["Email"], (await Assert.ThrowsAsync<InvalidFieldException>(() => host.Get<InviteMember>().RunAsync(CoreHost.Admin, id, new() { Email = "BOB@example.org" }, default))).Errors.Keys);
    }

    static async Task<T?> TryAsync<T>(Func<Task<T>> act)
    {
        try
        {
            return await act();
        }
        catch (PanelException) { return default; }
    }

    [Fact]
    public async Task Owner_is_not_invited_and_does_not_leave_and_a_member_may()
    {
        await Assert.ThrowsAsync<InvalidFieldException>(() => InviteAsync(ann, "ANN", []));
        await Assert.ThrowsAsync<ConflictException>(() => host.Get<LeaveServer>().RunAsync(ann, id, default));
        await Assert.ThrowsAsync<NotFoundException>(() => host.Get<LeaveServer>().RunAsync(bob, id, default));
        await LetInAsync(bob, ServerPermissions.All);
        await Assert.ThrowsAsync<ConflictException>(() => host.Get<RemoveMember>().RunAsync(bob, id, bob.UserId, default));
        await host.Get<LeaveServer>().RunAsync(bob, id, default);
        Assert.Empty(await host.Get<ServerQueries>().ListAsync(bob, default));
    }

    [Fact]
    public async Task Audit_tells_what_was_and_what_is()
    {
        await LetInAsync(bob, [ServerPermissions.Start]);
        await ChangeAsync(ann, bob, [ServerPermissions.Start, ServerPermissions.Stop]);
        await host.Get<RemoveMember>().RunAsync(ann, id, bob.UserId, default);
        await using var db = host.Open();
        var records = await db.Audit.Where(record => record.Server == id && record.Action.StartsWith("member.")).OrderBy(record => record.Id).ToListAsync(default);
        Assert.Equal(["member.invite", "member.join", "member.change", "member.remove"], records.Select(record => record.Action));
        Assert.Equal("""{"permissions":{"was":"control.start","is":"control.start control.stop"}}""", records[2].Changes);
        Assert.Equal("""{"permissions":{"was":"control.start control.stop","is":null}}""", records[3].Changes);
        Assert.All(records, record => Assert.Equal("bob@example.org", record.Detail));
    }

    [Fact]
    public async Task Server_is_handed_to_one_of_its_people_within_their_quota()
    {
        Task Transfer(Actor by, string email, bool stay = true) => host.Get<TransferServer>().RunAsync(by, id, new() { Email = email, Stay = stay }, default);
        Assert.Equal("A server is handed to one of its people: invite this person first.", (await Assert.ThrowsAsync<InvalidFieldException>(() => Transfer(ann, "bob@example.org"))).Message);
        Assert.Equal("A server is handed to one of its people: invite this person first.", (await Assert.ThrowsAsync<InvalidFieldException>(() => Transfer(ann, "nobody@example.org"))).Message);
        await LetInAsync(bob, ServerPermissions.All);
        await Assert.ThrowsAsync<ForbiddenException>(() => Transfer(bob, "bob@example.org"));
        await using (var db = host.Open()) await db.Users.Where(account => account.Id == bob.UserId).ExecuteUpdateAsync(set => set.SetProperty(account => account.Quota.Servers, 0), default);
        await Assert.ThrowsAsync<QuotaExceededException>(() => Transfer(ann, "bob@example.org"));
        await using (var db = host.Open()) await db.Users.Where(account => account.Id == bob.UserId).ExecuteUpdateAsync(set => set.SetProperty(account => account.Quota.Servers, 1), default);

        await Transfer(ann, "Bob@example.org");
        var people = await PeopleAsync(bob);
        Assert.Equal(("bob@example.org", "ann@example.org"), (people.Owner, people.Members.Single().Email));
        await Assert.ThrowsAsync<ForbiddenException>(() => host.Get<DeleteServer>().RunAsync(ann, id, "One", default));
        await host.Get<SuspendAccount>().RunAsync(CoreHost.Admin, bob.UserId, new() { Reason = "x" }, default);
        await Transfer(CoreHost.Admin, "ann@example.org", stay: false);
        Assert.Equal(Suspension.None, (await host.RowAsync(id))!.Suspension);
        Assert.Empty((await PeopleAsync()).Members);
        Assert.Equal("No account has this address.", (await Assert.ThrowsAsync<InvalidFieldException>(() => Transfer(CoreHost.Admin, "nobody@example.org"))).Message);
        Assert.Equal("This account is out of use.", (await Assert.ThrowsAsync<InvalidFieldException>(() => Transfer(CoreHost.Admin, "bob@example.org"))).Message);
    }

    [Fact]
    public async Task Support_sees_a_server_and_reads_its_files_only_while_its_people_allow_it()
    {
        await using (var db = host.Open()) await db.Users.Where(account => account.Id == bob.UserId).ExecuteUpdateAsync(set => set.SetProperty(account => account.Role, Role.Support), default);
        host.Get<AccountChanges>().Changed(bob.UserId);
        bob = (await host.Get<Actors>().FindAsync(bob.UserId, null, default))!;
        await host.DrainAsync();
        Assert.Single(await host.Get<ServerQueries>().ListAsync(bob, default));
        await Assert.ThrowsAsync<ForbiddenException>(() => host.Get<ListFiles>().RunAsync(bob, id, "/", default));
        await Assert.ThrowsAsync<ForbiddenException>(() => host.Get<AllowSupport>().RunAsync(bob, id, allowed: true, default));
        await host.Get<AllowSupport>().RunAsync(ann, id, allowed: true, default);
        await host.Get<ListFiles>().RunAsync(bob, id, "/", default);
        await Assert.ThrowsAsync<ForbiddenException>(() => host.Get<WriteFile>().RunAsync(bob, id, "/x", [1], null, default));
        await Assert.ThrowsAsync<ForbiddenException>(() => host.Get<ChangePower>().RunAsync(bob, id, PowerAction.Stop, default));
        await host.Get<AllowSupport>().RunAsync(ann, id, allowed: false, default);
        await Assert.ThrowsAsync<ForbiddenException>(() => host.Get<ListFiles>().RunAsync(bob, id, "/", default));
    }

    [Fact]
    public async Task Presets_widen_and_hold_only_what_there_is()
    {
        Assert.All(PermissionPresets.All, preset => Assert.Subset(ServerPermissions.All.ToHashSet(), preset.Permissions.ToHashSet()));
        Assert.All(PermissionPresets.All.Zip(PermissionPresets.All.Skip(1)), pair => Assert.ProperSubset(pair.Second.Permissions.ToHashSet(), pair.First.Permissions.ToHashSet()));
        Assert.DoesNotContain(ServerPermissions.Delete, PermissionPresets.CoOwner.Permissions.AsEnumerable());
        foreach (var preset in PermissionPresets.All) Assert.Same(preset, PermissionPresets.Of(preset.Permissions));
        await Task.CompletedTask;
    }
}

public sealed class MembersOnSqliteTests : MembersTests
{
    protected override Task<CoreHost> StartAsync() => CoreHost.OnSqliteAsync();
}

[Trait("Lane", "postgres")]
public sealed class MembersOnPostgresTests : MembersTests
{
    protected override Task<CoreHost> StartAsync() => CoreHost.OnPostgresAsync();
}
