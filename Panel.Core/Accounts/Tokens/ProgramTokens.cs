using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Accounts;
using Panel.Core.Access;
using Panel.Core.Audit;

namespace Panel.Core.Accounts.Tokens;

/// <summary>
/// Signs programs in: an access token for an hour, and a refresh token for the next pair. A refresh token works once; whoever shows a used
/// one has a copy, or was copied from, so that the session ends for both.
/// </summary>
public sealed class ProgramTokens(IDbContextFactory<PanelDb> databases, TokenText texts, Actors actors, AccountChanges changes, AuditLog audit, TimeProvider clock)
{
    const int MostOfAnAccount = 100, MaxAgent = 256;
    static readonly TimeSpan good = TimeSpan.FromHours(1), kept = TimeSpan.FromDays(30);

    /// <summary>Begins a session of a program whose person has proved who they are. An account that has a hundred loses the one that was used longest ago.</summary>
    /// <param name="accountId">The account.</param>
    /// <param name="agent">What the program calls itself.</param>
    /// <param name="address">The IP address it comes from, or null.</param>
    /// <param name="cancellation">Ends the writing.</param>
    public async Task<TokenPair> StartAsync(string accountId, string agent, string? address, CancellationToken cancellation)
    {
        var (now, id) = (clock.GetUtcNow(), Guid.NewGuid());
        var refresh = texts.Refresh(id);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var old = await db.Sessions.Where(session => session.AccountId == accountId).OrderByDescending(session => session.SeenAt).Skip(MostOfAnAccount - 1).Select(session => session.Id).ToListAsync(cancellation);
        if (old.Count > 0) await db.Sessions.Where(session => old.Contains(session.Id)).ExecuteDeleteAsync(cancellation);
        db.Sessions.Add(new()
        {
            Id = id,
            AccountId = accountId,
            Kind = SessionKind.Program,
            CreatedAt = now,
            SeenAt = now,
            ExpiresAt = now + kept,
            Address = address,
            Agent = agent.Length <= MaxAgent ? agent : agent[..MaxAgent],
            RefreshHash = TokenText.Hash(refresh),
        });
        await db.Users.Where(account => account.Id == accountId).ExecuteUpdateAsync(set => set.SetProperty(account => account.SignedInAt, now), cancellation);
        var name = await db.Users.Where(account => account.Id == accountId).Select(account => account.UserName!).SingleAsync(cancellation);
        audit.Add(db, new(accountId, name, new HashSet<string>(), address), "account.token", null, name, "A program signed in.");
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        changes.Changed(accountId);
        return Pair(id, accountId, refresh);
    }

    /// <summary>Takes a refresh token for the next pair.</summary>
    /// <returns>The next pair; null when the token is none, its session has ended, or it was used before, which ends its session.</returns>
    public async Task<TokenPair?> RefreshAsync(string refresh, string? address, CancellationToken cancellation)
    {
        if (texts.OpenRefresh(refresh) is not { } id) return null;
        var (now, shown, next) = (clock.GetUtcNow(), TokenText.Hash(refresh), texts.Refresh(id));
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (await db.Sessions.AsNoTracking().SingleOrDefaultAsync(session => session.Id == id && session.Kind == SessionKind.Program && session.ExpiresAt > now, cancellation) is not { } session) return null;
        if (await actors.FindAsync(session.AccountId, address, cancellation) is not { } actor) return null;
        // of two that show it at once, one gets the next pair
        var moved = await db.Sessions.Where(row => row.Id == id && row.RefreshHash == shown).ExecuteUpdateAsync(set => set
            .SetProperty(row => row.RefreshHash, TokenText.Hash(next)).SetProperty(row => row.UsedRefreshHash, shown)
            .SetProperty(row => row.SeenAt, now).SetProperty(row => row.ExpiresAt, now + kept).SetProperty(row => row.Address, address), cancellation);
        if (moved == 1)
        {
            changes.Changed(session.AccountId);
            return Pair(id, session.AccountId, next);
        }
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await db.Sessions.Where(row => row.Id == id).ExecuteDeleteAsync(cancellation);
        audit.Add(db, actor, "account.token-reuse", null, actor.Name, "A refresh token was shown again after its use: its session was ended.");
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        changes.Changed(session.AccountId);
        return null;
    }

    /// <summary>Ends the session of a token of either kind. One that is not good ends nothing, and nobody is told.</summary>
    public async Task RevokeAsync(string token, CancellationToken cancellation)
    {
        if ((texts.OpenRefresh(token) ?? texts.OpenAccess(token)?.Session) is not { } id) return;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (await db.Sessions.AsNoTracking().SingleOrDefaultAsync(session => session.Id == id && session.Kind == SessionKind.Program, cancellation) is not { } session) return;
        await db.Sessions.Where(row => row.Id == id).ExecuteDeleteAsync(cancellation);
        changes.Changed(session.AccountId);
    }

    /// <summary>Who an access token stands for; null when it is none, has ended, or its session or account is out of use.</summary>
    public async ValueTask<Actor?> FindAsync(string token, string? address, CancellationToken cancellation) =>
        texts.OpenAccess(token) is { } content && content.Until > clock.GetUtcNow() ? await actors.InSessionAsync(content.AccountId, content.Session, address, cancellation) : null;

    TokenPair Pair(Guid session, string accountId, string refresh) => new(texts.Access(session, accountId, clock.GetUtcNow() + good), refresh, (int)good.TotalSeconds);
}
