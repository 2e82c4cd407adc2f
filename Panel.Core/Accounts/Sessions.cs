using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Accounts;
using Panel.Core.Access;
using Panel.Core.Audit;
using Panel.Core.Errors;

namespace Panel.Core.Accounts;

/// <summary>Where people are signed in: begins sessions, keeps them while they are used, shows and ends them.</summary>
public sealed class Sessions(IDbContextFactory<PanelDb> databases, SessionStates states, AccountChanges changes, AuditLog audit, TimeProvider clock)
{
    const int MostOfAnAccount = 100, MaxAgent = 256, MaxAddress = 64;
    static readonly TimeSpan remembered = TimeSpan.FromDays(7), usual = TimeSpan.FromHours(12), pace = TimeSpan.FromMinutes(1);

    /// <summary>Begins a session of a browser. A person who has a hundred loses the one that was used longest ago.</summary>
    /// <param name="accountId">The account.</param>
    /// <param name="remember">Whether it lasts 7 days after its last use; otherwise 12 hours.</param>
    /// <param name="agent">What the browser calls itself.</param>
    /// <param name="address">The IP address it comes from, or null.</param>
    /// <param name="impersonator">Who acts in the account's name, or null.</param>
    /// <param name="providerSession">The session at the provider that signed the person in, or null.</param>
    /// <param name="cancellation">Ends the writing.</param>
    /// <returns>Its id.</returns>
    public async Task<Guid> StartAsync(string accountId, bool remember, string agent, string? address, Impersonator? impersonator, string? providerSession, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);   // one write to the disk
        var old = await db.Sessions.Where(session => session.AccountId == accountId).OrderByDescending(session => session.SeenAt).Skip(MostOfAnAccount - 1).Select(session => session.Id).ToListAsync(cancellation);
        if (old.Count > 0) await db.Sessions.Where(session => old.Contains(session.Id)).ExecuteDeleteAsync(cancellation);
        var session = new Session
        {
            Id = Guid.NewGuid(),   // wholly random: it is what the cookie is good for
            AccountId = accountId,
            Kind = SessionKind.Browser,
            CreatedAt = now,
            SeenAt = now,
            ExpiresAt = now + (remember ? remembered : usual),
            Agent = Cut(agent, MaxAgent)!,
            Address = Cut(address, MaxAddress),
            ImpersonatorId = impersonator?.AccountId,
            ImpersonatorSession = impersonator?.Session,
            ProviderSession = providerSession,
        };
        db.Sessions.Add(session);
        if (impersonator is null) await db.Users.Where(account => account.Id == accountId).ExecuteUpdateAsync(set => set.SetProperty(account => account.SignedInAt, now), cancellation);
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        changes.Changed(accountId);
        return session.Id;
    }

    /// <summary>Notes that a session is used, once a minute at most, and puts off its end.</summary>
    public async Task SeenAsync(string accountId, Guid id, string? address, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (await states.FindAsync(accountId, id, cancellation) is not { } state || now - state.SeenAt < pace) return;
        // it lasts as long after its last use as it did before; whoever acts for another does not go on for ever
        var end = state.Impersonator is null ? now + (state.ExpiresAt - state.SeenAt) : state.ExpiresAt;
        var from = Cut(address, MaxAddress);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await db.Sessions.Where(session => session.Id == id && session.SeenAt == state.SeenAt)
            .ExecuteUpdateAsync(set => set.SetProperty(session => session.SeenAt, now).SetProperty(session => session.ExpiresAt, end).SetProperty(session => session.Address, session => from ?? session.Address), cancellation);
        states.Forget(accountId);
    }

    /// <summary>The actor's own sessions, the one that was used last first.</summary>
    public async Task<IReadOnlyList<SessionRow>> ListAsync(Actor actor, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.Sessions.AsNoTracking().Where(session => session.AccountId == actor.UserId && session.ExpiresAt > now).OrderByDescending(session => session.SeenAt)
            .Select(session => new SessionRow(session.Id, session.Kind == SessionKind.Program, session.Agent, session.Address, session.CreatedAt, session.SeenAt, session.Id == actor.Session, session.ImpersonatorId != null))
            .ToListAsync(cancellation);
    }

    /// <summary>Ends one of the actor's own sessions; pages that are open in it close within two seconds.</summary>
    /// <exception cref="NotFoundException">The actor has no such session.</exception>
    public async Task EndAsync(Actor actor, Guid id, CancellationToken cancellation)
    {
        if (await EndAsync(actor, db => db.Sessions.Where(session => session.AccountId == actor.UserId && session.Id == id), cancellation) == 0) throw new NotFoundException("Session");
    }

    /// <summary>Ends the actor's sessions but the one it acts in.</summary>
    /// <returns>How many were ended.</returns>
    public Task<int> EndOthersAsync(Actor actor, CancellationToken cancellation) =>
        EndAsync(actor, db => db.Sessions.Where(session => session.AccountId == actor.UserId && session.Id != actor.Session), cancellation);

    /// <summary>A browser signs out.</summary>
    public async Task EndAsync(string accountId, Guid id, CancellationToken cancellation) => (await LeaveAsync(accountId, id, cancellation))();

    /// <summary>A browser signs out, whose pages hear of it later: one that is open leads away, and would drop the answer that the browser waits for.</summary>
    /// <returns>Tells them; it has to be called.</returns>
    public async Task<Action> LeaveAsync(string accountId, Guid id, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await db.Sessions.Where(session => session.AccountId == accountId && session.Id == id).ExecuteDeleteAsync(cancellation);
        states.Forget(accountId);
        return () => changes.Changed(accountId);
    }

    /// <summary>Removes the sessions that have ended by time.</summary>
    /// <returns>How many.</returns>
    public async Task<int> SweepAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.Sessions.Where(session => session.ExpiresAt <= now).ExecuteDeleteAsync(cancellation);
    }

    async Task<int> EndAsync(Actor actor, Func<PanelDb, IQueryable<Session>> which, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var ended = await which(db).ExecuteDeleteAsync(cancellation);
        if (ended > 0)
        {
            audit.Add(db, actor, "account.session-end", null, actor.Name, $"{ended}");
            await db.SaveChangesAsync(cancellation);
        }
        await transaction.CommitAsync(cancellation);
        changes.Changed(actor.UserId);
        return ended;
    }

    static string? Cut(string? text, int most) => text is null || text.Length <= most ? text : text[..most];
}
