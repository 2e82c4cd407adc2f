using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Audit;
using Panel.Contracts.Servers;
using Panel.Core.Accounts;

namespace Panel.Core.Audit;

/// <summary>An <see cref="AuditFilter"/> in terms of indexes: names became ids, and times became bounds of ids, where that is possible.</summary>
sealed class AuditSelection
{
    // ids and times go up together, but for records whose transaction took long
    static readonly TimeSpan Slack = TimeSpan.FromHours(1);

    readonly List<Func<IQueryable<AuditRecord>, IQueryable<AuditRecord>>> conditions = [];
    int indexed;

    /// <summary>The lowest id.</summary>
    public long From { get; private set; }

    /// <summary>The highest id, which is not among them.</summary>
    public long Below { get; private set; } = long.MaxValue;

    /// <summary>Whether no one index leads to the records.</summary>
    public bool Scans { get; private set; }

    /// <summary>Those of the records that are asked for.</summary>
    public IQueryable<AuditRecord> Of(IQueryable<AuditRecord> records) => conditions.Aggregate(records, (some, condition) => condition(some));

    public static async Task<AuditSelection> OfAsync(PanelDb db, AuditFilter filter, CancellationToken cancellation)
    {
        var selection = new AuditSelection();
        await selection.TakeTimesAsync(db, filter, cancellation);
        if (Text(filter.Who) is { } who) await selection.TakeWhoAsync(db, who, cancellation);
        if (Text(filter.Action) is { } action) selection.TakeAction(action);
        if (Text(filter.Server) is { } server) await selection.TakeServerAsync(db, server, cancellation);
        if (Text(filter.Search) is { } search) selection.TakeSearch(search);
        selection.Scans |= selection.indexed > 1;
        return selection;
    }

    async Task TakeTimesAsync(PanelDb db, AuditFilter filter, CancellationToken cancellation)
    {
        if (filter.From is { } from)
        {
            var about = from - Slack;
            From = await db.Audit.Where(record => record.At >= about).OrderBy(record => record.At).Select(record => (long?)record.Id).FirstOrDefaultAsync(cancellation) ?? long.MaxValue;
            conditions.Add(records => records.Where(record => record.At >= from));
        }
        if (filter.Until is { } until)
        {
            var about = until + Slack;
            Below = await db.Audit.Where(record => record.At >= about).OrderBy(record => record.At).Select(record => (long?)record.Id).FirstOrDefaultAsync(cancellation) ?? long.MaxValue;
            conditions.Add(records => records.Where(record => record.At < until));
        }
    }

    async Task TakeWhoAsync(PanelDb db, string who, CancellationToken cancellation)
    {
        var email = EmailRule.Part(who);
        if (who.Equals(Access.Actor.Panel.Name, StringComparison.OrdinalIgnoreCase))
        {
            Index(records => records.Where(record => record.ActorId == null));
        }
        else if (await db.Users.Where(account => account.Id == who || account.NormalizedEmail == email).Select(account => account.Id).FirstOrDefaultAsync(cancellation) is { } id)
        {
            Index(records => records.Where(record => record.ActorId == id));
        }
        else if (Guid.TryParse(who, out _))
        {
            Index(records => records.Where(record => record.ActorId == who));
        }
        else
        {
            var part = Lower(who);
#pragma warning disable CA1304, CA1311, CA1862 // runs in the database, which has its own case rules
            Scan(records => records.Where(record => record.ActorName.ToLower().Contains(part) || (record.Impersonator != null && record.Impersonator.ToLower().Contains(part))));
#pragma warning restore CA1304, CA1311, CA1862
        }
    }

    void TakeAction(string action)
    {
        if (action.Contains('.') && !action.EndsWith('.')) Index(records => records.Where(record => record.Action == action));
        else Scan(records => records.Where(record => record.Action.StartsWith(action)));
    }

    async Task TakeServerAsync(PanelDb db, string server, CancellationToken cancellation)
    {
        if (ServerId.TryParse(server, CultureInfo.InvariantCulture, out var id))
        {
            Index(records => records.Where(record => record.Server == id));
            return;
        }
        var ids = await db.Servers.Where(row => row.Name == server).Select(row => (ServerId?)row.Id).Take(100).ToListAsync(cancellation);
        if (ids is [{ } one]) Index(records => records.Where(record => record.Server == one));
        else if (ids.Count > 0) Scan(records => records.Where(record => ids.Contains(record.Server)));
        else Scan(records => records.Where(record => record.Server != null && record.Subject == server));
    }

    void TakeSearch(string search)
    {
        var part = Lower(search);
#pragma warning disable CA1304, CA1311, CA1862 // runs in the database, which has its own case rules
        Scan(records => records.Where(record => record.Action.Contains(part) || record.ActorName.ToLower().Contains(part)
            || record.Subject.ToLower().Contains(part) || record.Detail.ToLower().Contains(part)));
#pragma warning restore CA1304, CA1311, CA1862
    }

    void Index(Func<IQueryable<AuditRecord>, IQueryable<AuditRecord>> condition)
    {
        indexed++;
        conditions.Add(condition);
    }

    void Scan(Func<IQueryable<AuditRecord>, IQueryable<AuditRecord>> condition)
    {
        Scans = true;
        conditions.Add(condition);
    }

    static string? Text(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

#pragma warning disable CA1308 // what is looked for is lower-cased in the database too
    static string Lower(string text) => text.ToLowerInvariant();
#pragma warning restore CA1308
}
