using System.Net;
using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Contracts.Accounts;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Accounts.Keys;
using Panel.Core.Errors;
using Panel.Core.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Accounts;

/// <summary>Keys for programs.</summary>
public abstract class KeysTests : IAsyncLifetime
{
    static readonly IPAddress home = IPAddress.Parse("192.0.2.7");

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

    Task<NewKey> MakeAsync(Actor? actor = null, string name = "ci", IReadOnlyCollection<string>? scopes = null, string networks = "", DateTimeOffset? until = null) =>
        host.Get<CreateKey>().RunAsync(actor ?? ann, new() { Name = name, Scopes = scopes, Networks = networks, ExpiresAt = until }, default);

    async Task<Actor?> UseAsync(string text, IPAddress? from = null) => await host.Get<KeyUse>().FindAsync(text, from ?? home, default);

    [Fact]
    public async Task Key_is_shown_once_and_only_its_hash_is_kept()
    {
        var key = await MakeAsync();
        Assert.Matches("^pnl_[0-9A-Za-z]{54}$", key.Text);
        Assert.DoesNotContain(key.Text, key.ToString(), StringComparison.Ordinal);
        var row = Assert.Single(await host.Get<KeyQueries>().ListAsync(ann, default));
        Assert.Equal((key.Text[..12], "ci", (DateTimeOffset?)null), (row.Prefix, row.Name, row.UsedAt));
        await using var db = host.Open();
        var kept = await db.ApiKeys.SingleAsync();
        Assert.Equal(64, kept.Hash.Length);
        Assert.DoesNotContain(key.Text[12..], System.Text.Json.JsonSerializer.Serialize(kept) + System.Text.Json.JsonSerializer.Serialize(await db.Audit.AsNoTracking().ToListAsync()) + string.Concat(host.Log), StringComparison.Ordinal);
        Assert.Contains(await db.Audit.AsNoTracking().ToListAsync(), record => record is { Action: "key.create", Subject: "ci" } && record.Detail == row.Prefix);
    }

    [Fact]
    public async Task Key_acts_for_its_account_within_its_scopes()
    {
        var server = await host.ServerAsync(ann);
        var actor = (await UseAsync((await MakeAsync(scopes: [ServerPermissions.Start])).Text))!;
        Assert.Equal((ann.UserId, ann.Name, "192.0.2.7"), (actor.UserId, actor.Name, actor.Address));
        await host.Get<ChangePower>().RunAsync(actor, server, PowerAction.Start, default);
        var refusal = await Assert.ThrowsAsync<ForbiddenException>(() => host.Get<ChangePower>().RunAsync(actor, server, PowerAction.Stop, default));
        Assert.Contains($"made without the permission {ServerPermissions.Stop}", refusal.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ForbiddenException>(() => host.Get<DeleteServer>().RunAsync(actor, server, "One", default));
        await Assert.ThrowsAsync<ForbiddenException>(() => host.ServerAsync(actor, "Two"));
        var all = (await UseAsync((await MakeAsync()).Text))!;
        await host.Get<ChangePower>().RunAsync(all, server, PowerAction.Stop, default);
    }

    [Fact]
    public async Task Key_cannot_be_made_for_more_than_its_person_may()
    {
        var refusal = await Assert.ThrowsAsync<ForbiddenException>(() => MakeAsync(scopes: [ServerPermissions.Start, PanelPermissions.ManageUsers]));
        Assert.Contains(PanelPermissions.ManageUsers, refusal.Message, StringComparison.Ordinal);
        var admin = await host.AccountAsync("root", isAdmin: true);
        var key = await MakeAsync(admin, scopes: [PanelPermissions.ReadUsers]);
        Assert.True((await UseAsync(key.Text))!.May(PanelPermissions.ReadUsers));
        Assert.False((await UseAsync(key.Text))!.May(PanelPermissions.ManageUsers));
        await using var db = host.Open();
        await db.Users.Where(account => account.Id == admin.UserId).ExecuteUpdateAsync(set => set.SetProperty(account => account.Role, Role.User));
        host.Get<AccountChanges>().Changed(admin.UserId);
        Assert.False((await UseAsync(key.Text))!.May(PanelPermissions.ReadUsers));
    }

    [Fact]
    public async Task Key_cannot_make_change_or_revoke_keys_nor_can_an_impersonator()
    {
        var key = await MakeAsync();
        foreach (var other in new[] { (await UseAsync(key.Text))!, ann with { Impersonator = "root@example.org" } })
        {
            await Assert.ThrowsAsync<ForbiddenException>(() => MakeAsync(other));
            await Assert.ThrowsAsync<ForbiddenException>(() => host.Get<RenameKey>().RunAsync(other, key.Id, new() { Name = "x" }, default));
            await Assert.ThrowsAsync<ForbiddenException>(() => host.Get<RevokeKey>().RunAsync(other, key.Id, default));
        }
    }

    [Fact]
    public async Task Key_of_somebody_else_is_as_if_it_did_not_exist()
    {
        var (key, bob) = (await MakeAsync(), await host.AccountAsync("bob"));
        Assert.Empty(await host.Get<KeyQueries>().ListAsync(bob, default));
        await Assert.ThrowsAsync<NotFoundException>(() => host.Get<RenameKey>().RunAsync(bob, key.Id, new() { Name = "x" }, default));
        await Assert.ThrowsAsync<NotFoundException>(() => host.Get<RevokeKey>().RunAsync(bob, key.Id, default));
        await host.Get<RenameKey>().RunAsync(ann, key.Id, new() { Name = " Build " }, default);
        Assert.Equal("Build", Assert.Single(await host.Get<KeyQueries>().ListAsync(ann, default)).Name);
    }

    [Fact]
    public async Task Revoked_ended_unknown_and_mistyped_keys_are_good_for_nothing()
    {
        var key = await MakeAsync();
        Assert.NotNull(await UseAsync(key.Text));
        Assert.Null(await UseAsync(key.Text[..^1] + (key.Text[^1] == 'a' ? 'b' : 'a')));
        Assert.Null(await UseAsync(KeyText.Make()));
        foreach (var other in new[] { "", "pnl_", key.Text + "x", key.Text[4..], key.Text.ToUpperInvariant() }) Assert.Null(await UseAsync(other));
        await host.Get<RevokeKey>().RunAsync(ann, key.Id, default);
        Assert.Null(await UseAsync(key.Text));

        var brief = await MakeAsync(until: TimeProvider.System.GetUtcNow().AddMilliseconds(300));
        await Deadline.UntilAsync("the end of a key", async () => await UseAsync(brief.Text) is null);
        await Assert.ThrowsAsync<InvalidFieldException>(() => MakeAsync(until: TimeProvider.System.GetUtcNow().AddSeconds(-1)));
    }

    [Fact]
    public async Task Key_of_a_suspended_account_does_nothing()
    {
        var key = await MakeAsync();
        Assert.NotNull(await UseAsync(key.Text));
        await host.Get<SuspendAccount>().RunAsync(CoreHost.Admin, ann.UserId, new() { Reason = "Spam." }, default);
        Assert.Null(await UseAsync(key.Text));
        await host.Get<ResumeAccount>().RunAsync(CoreHost.Admin, ann.UserId, default);
        Assert.NotNull(await UseAsync(key.Text));
    }

    [Theory]
    [InlineData("192.0.2.7", "192.0.2.7", true)]
    [InlineData("192.0.2.7/24", "192.0.2.200", true)]
    [InlineData("192.0.2.0/24", "192.0.3.1", false)]
    [InlineData("192.0.2.0/24", "::ffff:192.0.2.9", true)]
    [InlineData("::ffff:192.0.2.0/120", "192.0.2.9", true)]
    [InlineData("::ffff:192.0.2.0/120", "192.0.3.9", false)]
    [InlineData("0.0.0.0/0", "2001:db8::1", false)]
    [InlineData("2001:db8::/32, 198.51.100.1", "2001:db8:1::9", true)]
    [InlineData("2001:db8::/32 198.51.100.1", "198.51.100.1", true)]
    [InlineData("2001:db8::/32", "2001:db9::1", false)]
    public async Task Key_works_from_its_networks_alone(string networks, string from, bool works) =>
        Assert.Equal(works, await UseAsync((await MakeAsync(networks: networks)).Text, IPAddress.Parse(from)) is not null);

    [Theory]
    [InlineData("10.1")]
    [InlineData("192.0.2.0/33")]
    [InlineData("192.0.2.0/-1")]
    [InlineData("::/129")]
    [InlineData("::ffff:192.0.2.0/40")]
    [InlineData("fe80::1%eth0")]
    [InlineData("example.org")]
    public async Task What_is_no_network_is_refused_by_name(string networks) =>
        Assert.Contains(networks, Assert.Single((await Assert.ThrowsAsync<InvalidFieldException>(() => MakeAsync(networks: networks))).Errors[nameof(CreateKeyRequest.Networks)]), StringComparison.Ordinal);

    [Fact]
    public async Task Fields_of_a_key_have_rules()
    {
        foreach (var name in new[] { "", " ", new string('x', 81), "a\nb" }) await Assert.ThrowsAsync<InvalidFieldException>(() => MakeAsync(name: name));
        await Assert.ThrowsAsync<InvalidFieldException>(() => MakeAsync(scopes: []));
        await Assert.ThrowsAsync<InvalidFieldException>(() => MakeAsync(scopes: ["no.such"]));
    }

    [Fact]
    public async Task Use_of_a_key_is_noted_once_a_minute()
    {
        var key = await MakeAsync();
        await UseAsync(key.Text);
        var first = Assert.Single(await host.Get<KeyQueries>().ListAsync(ann, default));
        Assert.Equal("192.0.2.7", first.UsedFrom);
        await UseAsync(key.Text, IPAddress.Parse("192.0.2.8"));
        Assert.Equal(first.UsedAt, Assert.Single(await host.Get<KeyQueries>().ListAsync(ann, default)).UsedAt);
        await using (var db = host.Open()) await db.ApiKeys.ExecuteUpdateAsync(set => set.SetProperty(row => row.UsedAt, first.UsedAt!.Value.AddMinutes(-2)));
        host.Get<AccountChanges>().Changed(ann.UserId);
        await UseAsync(key.Text, IPAddress.Parse("::ffff:192.0.2.8"));
        Assert.Equal("192.0.2.8", Assert.Single(await host.Get<KeyQueries>().ListAsync(ann, default)).UsedFrom);
    }

    /// <summary>GHSA-pjmh-7xfm-r4x9, and the race of CVE-2025-69198.</summary>
    [Fact]
    public async Task Forty_keys_made_at_once_are_twenty_five_GHSA_pjmh_7xfm_r4x9()
    {
        var made = await Task.WhenAll(Enumerable.Range(0, 40).Select(async n =>
        {
            try { return await MakeAsync(name: $"k{n}") is not null; }
            catch (ConflictException) { return false; }
        })).Within("the keys");
        Assert.Equal((25, 25), (made.Count(one => one), (await host.Get<KeyQueries>().ListAsync(ann, default)).Count));
    }

    /// <summary>CVE-2025-68954.</summary>
    [Fact]
    public async Task Console_that_a_key_holds_open_closes_within_two_seconds_of_its_revocation()
    {
        var server = await host.ServerAsync(ann);
        await host.DrainAsync();
        var key = await MakeAsync(scopes: [ServerPermissions.ReadConsole]);
        var actor = (await UseAsync(key.Text))!;
        var reading = Task.Run(async () => { await foreach (var _ in host.Get<Core.Console.OpenConsole>().RunAsync(actor, server, default)) { } });
        await Task.WhenAny(reading, Task.Delay(500));
        Assert.False(reading.IsCompleted);
        await host.Get<RevokeKey>().RunAsync(ann, key.Id, default);
        await Assert.ThrowsAsync<ForbiddenException>(() => reading.Within("the end of the console", TimeSpan.FromSeconds(2)));
    }
}

public sealed class KeysOnSqliteTests : KeysTests
{
    protected override Task<CoreHost> StartAsync() => CoreHost.OnSqliteAsync();
}

[Trait("Lane", "postgres")]
public sealed class KeysOnPostgresTests : KeysTests
{
    protected override Task<CoreHost> StartAsync() => CoreHost.OnPostgresAsync();
}
