using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Contracts.Audit;
using Panel.Contracts.Users;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Audit;
using Panel.Core.Errors;
using Panel.Core.Plans;

namespace Panel.Core.Users;

/// <summary>Reads the accounts of others. Pages are found by the last key of the page before, so that the thousandth is as quick as the first.</summary>
public sealed class UserQueries(IDbContextFactory<PanelDb> databases, QuotaRules quota, TimeProvider clock)
{
    const int MostActivity = 10;

    /// <summary>How many users a page has at most.</summary>
    public const int PageSize = 50;

    /// <summary>One page of users.</summary>
    /// <exception cref="ForbiddenException">The actor may not see them.</exception>
    public async Task<UserPage> ListAsync(Actor actor, UserFilter filter, CancellationToken cancellation)
    {
        actor.Require(PanelPermissions.ReadUsers);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        // the keys alone first: an index has all that is asked for, and a search through a million of them reads no row
        var keys = await KeysAsync(Matching(db.Users, filter), filter.Sort, UserKey.Parse(filter.After), PageSize + 1, cancellation);
        var shown = keys.Take(PageSize).Select(key => key.Email).ToList();
        var names = await db.Roles.ToDictionaryAsync(role => role.Key, role => role.Name, cancellation);
        var rows = (await RowsAsync(db, db.Users.Where(account => shown.Contains(account.NormalizedEmail!)), names, cancellation))
            .ToDictionary(found => found.Email, found => found.Row);
        return new([.. shown.Where(rows.ContainsKey).Select(email => rows[email])], keys.Count > PageSize ? keys[PageSize - 1].ToString() : null);
    }

    /// <summary>The roles that there are, by key: what people call them.</summary>
    /// <exception cref="ForbiddenException">The actor may not see users.</exception>
    public async Task<IReadOnlyDictionary<string, string>> RolesAsync(Actor actor, CancellationToken cancellation)
    {
        actor.Require(PanelPermissions.ReadUsers);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await Roles.NamesAsync(db, cancellation);
    }

    /// <summary>All that a user's page shows.</summary>
    /// <exception cref="NotFoundException">There is no such user.</exception>
    /// <exception cref="ForbiddenException">The actor may not see users.</exception>
    public async Task<UserView> FindAsync(Actor actor, string id, CancellationToken cancellation)
    {
        actor.Require(PanelPermissions.ReadUsers);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        var account = await db.Users.SingleOrDefaultAsync(account => account.Id == id, cancellation) ?? throw new NotFoundException("User");
        var role = await db.Roles.SingleAsync(role => role.Key == account.Role, cancellation);
        var now = clock.GetUtcNow();
        return new()
        {
            Row = (await RowsAsync(db, db.Users.Where(row => row.Id == id), new() { [role.Key] = role.Name }, cancellation)).Single().Row,
            SuspendReason = account.SuspendReason,
            EmailConfirmed = account.EmailConfirmed,
            Sessions = await db.Sessions.CountAsync(session => session.AccountId == id && session.ExpiresAt > now, cancellation),
            Quota = account.Quota.ToRequest(),
            Use = await quota.ReadAsync(db, id, apart: null, cancellation),
            Inherited = quota.Inherited(role),
            Manageable = actor.May(PanelPermissions.ManageUsers) && role.IsWithin(actor),
            Impersonable = actor.May(PanelPermissions.Impersonate) && actor.Impersonator is null && id != actor.UserId && account.SuspendedAt is null && role.IsWithin(actor),
        };
    }

    /// <summary>What a user did last, and what others did to the account, newest first.</summary>
    /// <exception cref="ForbiddenException">The actor may not read the audit.</exception>
    public async Task<IReadOnlyList<AuditRow>> ActivityAsync(Actor actor, string id, CancellationToken cancellation)
    {
        actor.Require(PanelPermissions.ReadAudit);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var name = await db.Users.Where(account => account.Id == id).Select(account => account.UserName).SingleOrDefaultAsync(cancellation);
        // each by its own index; one question for both would read the whole audit
        var own = db.Audit.AsNoTracking().Where(record => record.ActorId == id).OrderByDescending(record => record.Id).Take(MostActivity);
        var others = db.Audit.AsNoTracking().Where(record => record.Server == null && record.Subject == name && record.ActorId != id).OrderByDescending(record => record.Id).Take(MostActivity);
        return [.. (await RowsAsync(own)).Concat(await RowsAsync(others)).OrderByDescending(row => row.Id).Take(MostActivity)];

        Task<List<AuditRow>> RowsAsync(IQueryable<AuditRecord> records) => records
            .Select(record => new AuditRow(record.Id, record.At, record.ActorName, record.Address, record.Action, record.Subject, record.Detail) { Impersonator = record.Impersonator }).ToListAsync(cancellation);
    }

    static IQueryable<Account> Matching(IQueryable<Account> accounts, UserFilter filter)
    {
        if (!string.IsNullOrWhiteSpace(filter.Text))
        {
            var part = EmailRule.Part(filter.Text);
            accounts = accounts.Where(account => account.NormalizedEmail!.Contains(part));
        }
        if (!string.IsNullOrEmpty(filter.Role)) accounts = accounts.Where(account => account.Role == filter.Role);
        if (filter.Waiting) accounts = accounts.Where(account => !account.EmailConfirmed);
        accounts = accounts.Where(DeleteAccount.Stays);
        return filter.Suspended switch
        {
            true => accounts.Where(account => account.SuspendedAt != null),
            false => accounts.Where(account => account.SuspendedAt == null),
            null => accounts,
        };
    }

    static async Task<List<UserKey>> KeysAsync(IQueryable<Account> accounts, UserSort sort, UserKey? after, int most, CancellationToken cancellation)
    {
        switch (sort)
        {
            case UserSort.SignedIn:
                // who never signed in has no place among the times; they are a list of their own behind it
                var keys = after is { At: null } ? [] : await DatedAsync(accounts, after);
                if (keys.Count < most) keys.AddRange(await NamedAsync(accounts.Where(account => account.SignedInAt == null), after is { At: null } ? after : null, most - keys.Count));
                return keys;
            case UserSort.Created:
                var made = accounts;
                if (after is { At: { } at, Email: var email })
                {
                    made = made.Where(account => account.CreatedAt <= at && (account.CreatedAt < at || string.Compare(account.NormalizedEmail, email) < 0));
                }
                return [.. (await made.OrderByDescending(account => account.CreatedAt).ThenByDescending(account => account.NormalizedEmail).Take(most)
                    .Select(account => new { account.CreatedAt, account.NormalizedEmail }).ToListAsync(cancellation)).Select(key => new UserKey(key.CreatedAt, key.NormalizedEmail!))];
            default:
                return await NamedAsync(accounts, after, most);
        }

        async Task<List<UserKey>> NamedAsync(IQueryable<Account> among, UserKey? last, int count)
        {
            if (last is { Email: var email }) among = among.Where(account => string.Compare(account.NormalizedEmail, email) > 0);
            return [.. (await among.OrderBy(account => account.NormalizedEmail).Take(count).Select(account => account.NormalizedEmail).ToListAsync(cancellation)).Select(key => new UserKey(null, key!))];
        }

        async Task<List<UserKey>> DatedAsync(IQueryable<Account> among, UserKey? last)
        {
            among = among.Where(account => account.SignedInAt != null);
            if (last is { At: { } at, Email: var email })
            {
                among = among.Where(account => account.SignedInAt <= at && (account.SignedInAt < at || string.Compare(account.NormalizedEmail, email) < 0));
            }
            return [.. (await among.OrderByDescending(account => account.SignedInAt).ThenByDescending(account => account.NormalizedEmail).Take(most)
                .Select(account => new { account.SignedInAt, account.NormalizedEmail }).ToListAsync(cancellation)).Select(key => new UserKey(key.SignedInAt, key.NormalizedEmail!))];
        }
    }

    static async Task<List<(string Email, UserRow Row)>> RowsAsync(PanelDb db, IQueryable<Account> accounts, Dictionary<string, string> roles, CancellationToken cancellation)
    {
        var found = await accounts.Select(account => new
        {
            account.Id,
            account.Email,
            account.NormalizedEmail,
            account.Role,
            Servers = db.Servers.Count(server => server.OwnerId == account.Id),
            account.CreatedAt,
            account.SignedInAt,
            Suspended = account.SuspendedAt != null,
            account.TwoFactorEnabled,
            account.EmailConfirmed,
        }).ToListAsync(cancellation);
        return [.. found.Select(row => (row.NormalizedEmail!,
            new UserRow(row.Id, row.Email!, row.Role, roles.GetValueOrDefault(row.Role, row.Role), row.Servers, row.CreatedAt, row.SignedInAt, row.Suspended, row.TwoFactorEnabled, row.EmailConfirmed)))];
    }

    /// <summary>Where a page ended.</summary>
    sealed record UserKey(DateTimeOffset? At, string Email)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At?.UtcTicks}_{Email}");

        /// <summary>What was written; null for anything else, which begins at the first page.</summary>
        public static UserKey? Parse(string? text)
        {
            if (text?.IndexOf('_', StringComparison.Ordinal) is not (>= 0 and var mark)) return null;
            var email = text[(mark + 1)..];
            if (mark == 0) return new(null, email);
            return long.TryParse(text.AsSpan(0, mark), NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) && ticks <= DateTime.MaxValue.Ticks ? new(new DateTimeOffset(ticks, TimeSpan.Zero), email) : null;
        }
    }
}
