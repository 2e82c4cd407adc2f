using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Contracts.Accounts;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Errors;
using Panel.Core.Users;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Accounts;

/// <summary>What people do with their own accounts.</summary>
public sealed class OwnAccountTests
{
    const string New = "Another-Horse-8";

    [Theory, InlineData(false), InlineData(true)]
    public async Task New_password_ends_every_other_session(bool postgres)
    {
        await using var host = await AccountHost.StartAsync(postgres);
        var ann = await host.AccountAsync();
        var (here, there) = (await host.SignInAsync(ann), await host.SignInAsync(ann));
        await host.Get<ChangePassword>().RunAsync(here, new() { Current = AccountHost.Password, Password = New }, CancellationToken.None);
        Assert.True(await host.IsInAsync(here));
        Assert.False(await host.IsInAsync(there));
        var refusal = await Assert.ThrowsAsync<InvalidFieldException>(() => host.Get<ChangePassword>().RunAsync(here, new() { Current = AccountHost.Password, Password = New }, CancellationToken.None));
        Assert.Equal([nameof(ChangePasswordRequest.Current)], refusal.Errors.Keys);
    }

    [Fact]
    public async Task Neither_impersonator_nor_key_changes_what_protects_an_account()
    {
        await using var host = await CoreHost.OnSqliteAsync();
        var ann = await host.SignInAsync(await host.AccountAsync());
        foreach (var other in new[] { ann with { Impersonator = "root" }, ann with { Session = null }, ann with { Scopes = ServerPermissions.All } })
        {
            await Assert.ThrowsAsync<ForbiddenException>(() => host.Get<ChangePassword>().RunAsync(other, new() { Current = AccountHost.Password, Password = New }, CancellationToken.None));
            await Assert.ThrowsAsync<ForbiddenException>(() => host.EnableTwoFactorAsync(other));
            await Assert.ThrowsAsync<ForbiddenException>(() => host.Get<DeleteAccount>().RunAsync(other, new() { Password = AccountHost.Password, Confirmation = ann.Name }, CancellationToken.None));
        }
    }

    [Fact]
    public async Task Guessing_the_password_on_the_account_page_keeps_the_guessing_network_out_and_no_other()
    {
        await using var host = await CoreHost.OnSqliteAsync();
        var ann = await host.SignInAsync(await host.AccountAsync());
        for (var attempt = 0; attempt < 5; attempt++) await Assert.ThrowsAsync<InvalidFieldException>(() => host.Get<OwnAccount>().ProveAsync(ann, "wrong", CancellationToken.None));
        await Assert.ThrowsAsync<ConflictException>(() => host.Get<OwnAccount>().ProveAsync(ann, AccountHost.Password, CancellationToken.None));
        // the person somewhere else is not kept out, and neither is anything that signs in: Identity's own lock, which holds for all, is not used
        await host.Get<OwnAccount>().ProveAsync(ann with { Address = "198.51.100.7" }, AccountHost.Password, CancellationToken.None);
        Assert.Equal(TimeSpan.Zero, host.Get<FailedSignIns>().Left(ann.Name, Networks.Of("198.51.100.7")));
        Assert.Null((await host.AccountRowAsync(ann.UserId))!.LockoutEnd);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Code_of_the_app_works_once_CVE_2025_69197(bool postgres)
    {
        await using var host = await AccountHost.StartAsync(postgres);
        var ann = await host.SignInAsync(await host.AccountAsync());
        var (secret, _) = await host.EnableTwoFactorAsync(ann);
        var code = Authenticator.Next(secret);
        var tries = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => host.Get<TwoFactor>().TakeAsync(ann.UserId, code, CancellationToken.None)));
        Assert.Equal(1, tries.Count(good => good == "a code of the app"));
        // nor the one that turned it on, nor one before it
        Assert.Null(await host.Get<TwoFactor>().TakeAsync(ann.UserId, Authenticator.First(secret), CancellationToken.None));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Recovery_code_works_once_and_is_kept_as_a_hash(bool postgres)
    {
        await using var host = await AccountHost.StartAsync(postgres);
        var ann = await host.SignInAsync(await host.AccountAsync());
        var (secret, codes) = await host.EnableTwoFactorAsync(ann);
        Assert.Equal(10, codes.Distinct().Count());
        await using var db = host.Open();
        var stored = string.Join('\n', await db.UserTokens.Select(row => row.Value).ToListAsync(TestContext.Current.CancellationToken));
        Assert.DoesNotContain(secret, stored, StringComparison.Ordinal);
        Assert.DoesNotContain(codes, code => stored.Contains(code, StringComparison.OrdinalIgnoreCase));
        var tries = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => host.Get<TwoFactor>().TakeAsync(ann.UserId, codes[0].ToLowerInvariant(), CancellationToken.None)));
        Assert.Equal(1, tries.Count(good => good == "a recovery code"));
        Assert.Equal(9, (await host.Get<OwnAccount>().FindAsync(ann, CancellationToken.None)).RecoveryCodes);
        var bob = await host.AccountAsync("bob");
        Assert.Null(await host.Get<TwoFactor>().TakeAsync(bob.UserId, codes[1], CancellationToken.None));
        await host.Get<TwoFactor>().RenewCodesAsync(ann, AccountHost.Password, CancellationToken.None);
        Assert.Null(await host.Get<TwoFactor>().TakeAsync(ann.UserId, codes[1], CancellationToken.None));
    }

    [Fact]
    public async Task Second_step_takes_a_right_code_to_turn_on_and_the_password_to_turn_off()
    {
        await using var host = await CoreHost.OnSqliteAsync();
        var ann = await host.SignInAsync(await host.AccountAsync());
        var there = await host.SignInAsync(ann);
        var (secret, _) = TwoFactor.Begin(ann.Name);
        await Assert.ThrowsAsync<InvalidFieldException>(() => host.Get<TwoFactor>().EnableAsync(ann, new() { Password = AccountHost.Password, Secret = secret, Code = "000000" }, CancellationToken.None));
        Assert.False((await host.AccountRowAsync(ann.UserId))!.TwoFactorEnabled);
        await host.EnableTwoFactorAsync(ann);
        Assert.True((await host.AccountRowAsync(ann.UserId))!.TwoFactorEnabled);
        Assert.True(await host.IsInAsync(ann));
        Assert.False(await host.IsInAsync(there));
        await Assert.ThrowsAsync<InvalidFieldException>(() => host.Get<TwoFactor>().DisableAsync(ann, "wrong", CancellationToken.None));
        Assert.True((await host.AccountRowAsync(ann.UserId))!.TwoFactorEnabled);
        await host.Get<TwoFactor>().DisableAsync(ann, AccountHost.Password, CancellationToken.None);
        Assert.False((await host.AccountRowAsync(ann.UserId))!.TwoFactorEnabled);
    }

    [Fact]
    public async Task Only_who_may_change_users_takes_the_second_step_away_and_not_from_who_may_more()
    {
        await using var host = await CoreHost.OnSqliteAsync();
        var (ann, root) = (await host.SignInAsync(await host.AccountAsync()), await host.AccountAsync("root", isAdmin: true));
        await host.EnableTwoFactorAsync(ann);
        await Assert.ThrowsAsync<ForbiddenException>(() => host.Get<TwoFactor>().ResetAsync(ann, ann.UserId, CancellationToken.None));
        var helpful = ann with { Permissions = new HashSet<string> { PanelPermissions.ManageUsers } };
        await Assert.ThrowsAsync<ForbiddenException>(() => host.Get<TwoFactor>().ResetAsync(helpful, root.UserId, CancellationToken.None));
        await Assert.ThrowsAsync<ForbiddenException>(() => host.Get<ResetPassword>().IssueAsync(helpful, root.UserId, CancellationToken.None));
        await host.Get<TwoFactor>().ResetAsync(root, ann.UserId, CancellationToken.None);
        Assert.False((await host.AccountRowAsync(ann.UserId))!.TwoFactorEnabled);
        Assert.False(await host.IsInAsync(ann));
    }

    [Theory]
    [InlineData("12345678901234567890", 59L, "287082")]
    [InlineData("12345678901234567890", 1111111109L, "081804")]
    [InlineData("12345678901234567890", 20000000000L, "353130")]
    public void Codes_are_those_of_RFC_6238(string key, long seconds, string code)
    {
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        var bits = string.Concat(key.Select(letter => Convert.ToString(letter, 2).PadLeft(8, '0')));
        var secret = string.Concat(bits.Chunk(5).Select(five => alphabet[Convert.ToInt32(new string(five), 2)]));
        Assert.Equal(code, Totp.Code(secret, Totp.StepOf(DateTimeOffset.FromUnixTimeSeconds(seconds))));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Account_goes_when_its_servers_are_gone(bool postgres)
    {
        await using var host = await AccountHost.StartAsync(postgres);
        await host.AccountAsync("root", isAdmin: true);
        var ann = await host.SignInAsync(await host.AccountAsync());
        var server = await host.ServerAsync(ann, start: false);
        var request = new DeleteAccountRequest { Password = AccountHost.Password, Confirmation = ann.Name };
        await Assert.ThrowsAsync<ConflictException>(() => host.Get<DeleteAccount>().RunAsync(ann, request, CancellationToken.None));
        await Assert.ThrowsAsync<InvalidFieldException>(() => host.Get<DeleteAccount>().RunAsync(ann, request with { DeleteServers = true, Confirmation = "yes" }, CancellationToken.None));
        Assert.NotNull(await host.RowAsync(server));
        await host.Get<DeleteAccount>().RunAsync(ann, request with { DeleteServers = true }, CancellationToken.None);
        Assert.False(await host.IsInAsync(ann));
        Assert.DoesNotContain("ann", (await host.AccountRowAsync(ann.UserId))!.Email, StringComparison.OrdinalIgnoreCase);
        await host.Get<DeleteAccount>().SweepAsync(CancellationToken.None);
        Assert.NotNull(await host.AccountRowAsync(ann.UserId));
        Assert.DoesNotContain((await host.Get<UserQueries>().ListAsync(CoreHost.Admin, new(), default)).Rows, row => row.Id == ann.UserId);   // nobody's any more, and nothing to look at
        host.Reconcile();
        await Deadline.UntilAsync("the end of the server", async () => await host.RowAsync(server) is null);
        await host.Get<DeleteAccount>().SweepAsync(CancellationToken.None);
        Assert.Null(await host.AccountRowAsync(ann.UserId));
    }

    [Fact]
    public async Task Last_administrator_cannot_leave()
    {
        await using var host = await CoreHost.OnSqliteAsync();
        var root = await host.SignInAsync(await host.AccountAsync("root", isAdmin: true));
        var request = new DeleteAccountRequest { Password = AccountHost.Password, Confirmation = root.Name };
        await Assert.ThrowsAsync<ConflictException>(() => host.Get<DeleteAccount>().RunAsync(root, request, CancellationToken.None));
        await host.AccountAsync("second", isAdmin: true);
        await host.Get<DeleteAccount>().RunAsync(root, request, CancellationToken.None);
        Assert.Null(await host.AccountRowAsync(root.UserId));
    }

    [Theory]
    [InlineData(" ann@Example", "ANN@EXAMPLE")]
    [InlineData("ann", "ANN")]
    [InlineData("bücher.ex", "XN--BCHER-KVA.EX")]
    [InlineData("ann@bücher.example", "ANN@XN--BCHER-KVA.EXAMPLE")]
    [InlineData("@", "@")]
    [InlineData("%_", "%_")]
    public void Part_of_an_address_is_looked_for_as_addresses_are_kept(string typed, string kept) => Assert.Equal(kept, EmailRule.Part(typed));

    [Theory]
    [InlineData("ann@example.org", "ANN@Example.ORG", true)]
    [InlineData("ann@example.org", " ann@example.org ", true)]
    [InlineData("ann@bücher.example", "ann@xn--bcher-kva.example", true)]
    [InlineData("ann@BÜCHER.example", "ann@bücher.example", true)]
    [InlineData("ann@example.org", "ann+1@example.org", false)]
    public void Addresses_are_the_same_after_normalising(string one, string other, bool same)
    {
        var rule = new EmailRule();
        Assert.Equal(same, rule.NormalizeEmail(one) == rule.NormalizeEmail(other));
    }

    [Theory]
    [InlineData("аnn@example.org")]       // a Cyrillic a
    [InlineData("ａｎｎ@example.org")]       // letters of full width
    [InlineData("ann\u200b@example.org")]  // a space without width
    [InlineData("ann\u202e@example.org")]  // turns what follows around
    [InlineData("ann@")]
    [InlineData("ann bob@example.org")]
    public void Address_that_looks_like_another_is_refused(string email) => Assert.Throws<InvalidFieldException>(() => EmailRule.Require(email, "Email"));
}
