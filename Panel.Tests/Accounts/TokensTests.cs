using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Accounts;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Accounts.Tokens;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Accounts;

/// <summary>Access and refresh tokens of programs.</summary>
public abstract class TokensTests : IAsyncLifetime
{
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

    ProgramTokens Tokens => host.Get<ProgramTokens>();

    Task<TokenPair> StartSessionAsync() => Tokens.StartAsync(ann.UserId, new string('x', 300), "192.0.2.7", default);

    async Task<Actor?> UseAsync(string access) => await Tokens.FindAsync(access, "192.0.2.7", default);

    [Fact]
    public async Task Access_token_stands_for_the_account_in_its_session()
    {
        var pair = await StartSessionAsync();
        Assert.Equal((3600, "Bearer"), (pair.ExpiresIn, pair.TokenType));
        var actor = (await UseAsync(pair.AccessToken))!;
        Assert.Equal((ann.UserId, ann.Name, (IReadOnlySet<string>?)null), (actor.UserId, actor.Name, actor.Scopes));
        await using var db = host.Open();
        var session = await db.Sessions.AsNoTracking().SingleAsync();
        Assert.Equal((session.Id, SessionKind.Program, 256), (actor.Session, session.Kind, session.Agent.Length));
        var kept = System.Text.Json.JsonSerializer.Serialize(session) + System.Text.Json.JsonSerializer.Serialize(await db.Audit.AsNoTracking().ToListAsync()) + string.Concat(host.Log) + pair;
        Assert.DoesNotContain(pair.AccessToken[5..], kept, StringComparison.Ordinal);
        Assert.DoesNotContain(pair.RefreshToken[5..], kept, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refresh_token_works_once_and_its_second_use_ends_the_session()
    {
        var first = await StartSessionAsync();
        var second = (await Tokens.RefreshAsync(first.RefreshToken, null, default))!;
        var third = (await Tokens.RefreshAsync(second.RefreshToken, null, default))!;
        Assert.NotNull(await UseAsync(first.AccessToken));   // within its hour
        Assert.NotNull(await UseAsync(third.AccessToken));

        // also one that was used long ago
        Assert.Null(await Tokens.RefreshAsync(first.RefreshToken, "203.0.113.9", default));
        Assert.Null(await Tokens.RefreshAsync(third.RefreshToken, null, default));
        foreach (var pair in new[] { first, second, third }) Assert.Null(await UseAsync(pair.AccessToken));
        await using var db = host.Open();
        Assert.Equal("203.0.113.9", (await db.Audit.AsNoTracking().SingleAsync(record => record.Action == "account.token-reuse")).Address);
    }

    [Fact]
    public async Task Of_ten_that_refresh_at_once_one_gets_tokens_and_the_session_ends()
    {
        var pair = await StartSessionAsync();
        var got = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Tokens.RefreshAsync(pair.RefreshToken, null, default)));
        Assert.Null(await UseAsync(Assert.Single(got, one => one is not null)!.AccessToken));
    }

    [Fact]
    public async Task Tokens_open_nothing_but_what_they_are_for()
    {
        var pair = await StartSessionAsync();
        Assert.Null(await UseAsync(pair.RefreshToken));
        Assert.Null(await UseAsync("pnla_" + pair.RefreshToken[5..]));
        Assert.Null(await Tokens.RefreshAsync("pnlr_" + pair.AccessToken[5..], null, default));
        foreach (var wrong in new[] { "", "pnla_", "pnla_!", "pnla_AAAA", pair.AccessToken + "A", pair.AccessToken[..^4] }) Assert.Null(await UseAsync(wrong));

        // the same words, sealed for another purpose or another audience
        var access = host.Get<TokenText>().Access((await UseAsync(pair.AccessToken))!.Session!.Value, ann.UserId, TimeProvider.System.GetUtcNow().AddHours(1));
        Assert.NotNull(await UseAsync(access));
        var bytes = host.Get<IDataProtectionProvider>().CreateProtector("Panel.Tokens.v1", "access", TokenText.Audience).Unprotect(System.Buffers.Text.Base64Url.DecodeFromChars(access.AsSpan(5)));
        foreach (var purposes in new[] { ["Panel.Tokens.v1", "access", "/elsewhere"], ["Panel.Tokens.v1", "refresh", TokenText.Audience], new[] { "Panel.Tokens.v1", "access" } })
        {
            var other = host.Get<IDataProtectionProvider>().CreateProtector(purposes).Protect(bytes);
            Assert.Null(await UseAsync("pnla_" + System.Buffers.Text.Base64Url.EncodeToString(other)));
        }
    }

    [Fact]
    public async Task Token_ends_with_its_time_its_session_and_its_account()
    {
        var pair = await StartSessionAsync();
        var session = (await UseAsync(pair.AccessToken))!.Session!.Value;
        Assert.Null(await UseAsync(host.Get<TokenText>().Access(session, ann.UserId, TimeProvider.System.GetUtcNow())));
        Assert.Null(await UseAsync(host.Get<TokenText>().Access(session, (await host.AccountAsync("bob")).UserId, TimeProvider.System.GetUtcNow().AddHours(1))));

        await Tokens.RevokeAsync("pnlr_nonsense", default);
        await Tokens.RevokeAsync(pair.RefreshToken, default);
        Assert.Null(await UseAsync(pair.AccessToken));
        Assert.Null(await Tokens.RefreshAsync(pair.RefreshToken, null, default));

        var (second, third) = (await StartSessionAsync(), await StartSessionAsync());
        await Tokens.RevokeAsync(second.AccessToken, default);
        Assert.Null(await UseAsync(second.AccessToken));
        await host.Get<SuspendAccount>().RunAsync(CoreHost.Admin, ann.UserId, new() { Reason = "Spam." }, default);
        Assert.Null(await UseAsync(third.AccessToken));
        await host.Get<ResumeAccount>().RunAsync(CoreHost.Admin, ann.UserId, default);
        Assert.Null(await Tokens.RefreshAsync(third.RefreshToken, null, default));
    }

    [Fact]
    public async Task Session_that_ended_by_time_gives_no_tokens()
    {
        var pair = await StartSessionAsync();
        await using (var db = host.Open()) await db.Sessions.ExecuteUpdateAsync(set => set.SetProperty(session => session.ExpiresAt, TimeProvider.System.GetUtcNow()));
        Assert.Null(await Tokens.RefreshAsync(pair.RefreshToken, null, default));
    }
}

public sealed class TokensOnSqliteTests : TokensTests
{
    protected override Task<CoreHost> StartAsync() => CoreHost.OnSqliteAsync();
}

[Trait("Lane", "postgres")]
public sealed class TokensOnPostgresTests : TokensTests
{
    protected override Task<CoreHost> StartAsync() => CoreHost.OnPostgresAsync();
}
