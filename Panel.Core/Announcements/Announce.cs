using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Contracts.Announcements;
using Panel.Core.Access;
using Panel.Core.Audit;
using Panel.Core.Errors;
using Panel.Core.Replicas;

namespace Panel.Core.Announcements;

/// <summary>Makes, changes and removes what everybody is told.</summary>
public sealed class Announce(IDbContextFactory<PanelDb> databases, PanelChanges changes, AuditLog audit, TimeProvider clock)
{
    /// <summary>How many there may be.</summary>
    internal const int Most = 100;

    /// <summary>All announcements, those that are over too; the newest first.</summary>
    /// <exception cref="ForbiddenException">The actor may not announce.</exception>
    public async Task<IReadOnlyList<AnnouncementView>> ListAsync(Actor actor, CancellationToken cancellation)
    {
        actor.Require(PanelPermissions.Announce);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.Announcements.AsNoTracking().OrderByDescending(row => row.From).Select(row => new AnnouncementView(row.Id, row.Text, row.Warns, row.From, row.Until)).ToListAsync(cancellation);
    }

    /// <summary>Tells everybody something.</summary>
    /// <returns>Its id.</returns>
    /// <exception cref="ForbiddenException">The actor may not announce.</exception>
    /// <exception cref="InvalidFieldException">A field breaks a rule.</exception>
    /// <exception cref="ConflictException">There are too many.</exception>
    public async Task<Guid> CreateAsync(Actor actor, AnnouncementRequest request, CancellationToken cancellation)
    {
        Check(actor, request);
        var row = new Announcement { Id = Guid.CreateVersion7(), Text = request.Text.Trim(), Warns = request.Warns, From = request.From ?? clock.GetUtcNow(), Until = request.Until };
        await SaveAsync(actor, "announcement.create", async db =>
        {
            if (await db.Announcements.CountAsync(cancellation) >= Most) throw new ConflictException($"There are {Most} announcements already. Remove old ones first.");
            db.Announcements.Add(row);
            return row;
        }, cancellation);
        return row.Id;
    }

    /// <summary>Says something else, or at another time. Those who dismissed it see it again when the text is another.</summary>
    /// <exception cref="NotFoundException">There is no such announcement.</exception>
    /// <inheritdoc cref="CreateAsync"/>
    public Task ChangeAsync(Actor actor, Guid id, AnnouncementRequest request, CancellationToken cancellation)
    {
        Check(actor, request);
        return SaveAsync(actor, "announcement.change", async db =>
        {
            var row = await FindAsync(db, id, cancellation);
            (row.Text, row.Warns, row.From, row.Until) = (request.Text.Trim(), request.Warns, request.From ?? row.From, request.Until);
            return row;
        }, cancellation);
    }

    /// <summary>Removes one.</summary>
    /// <exception cref="ForbiddenException">The actor may not announce.</exception>
    /// <exception cref="NotFoundException">There is no such announcement.</exception>
    public Task RemoveAsync(Actor actor, Guid id, CancellationToken cancellation)
    {
        actor.Require(PanelPermissions.Announce);
        return SaveAsync(actor, "announcement.remove", async db =>
        {
            var row = await FindAsync(db, id, cancellation);
            db.Announcements.Remove(row);
            return row;
        }, cancellation);
    }

    async Task SaveAsync(Actor actor, string action, Func<PanelDb, Task<Announcement>> change, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var row = await change(db);
        audit.Add(db, actor, action, null, row.Text.Length <= 80 ? row.Text : row.Text[..79] + "…");
        await db.SaveChangesAsync(cancellation);
        await changes.ChangedAsync(PanelChanges.Announcements, cancellation);
    }

    static void Check(Actor actor, AnnouncementRequest request)
    {
        actor.Require(PanelPermissions.Announce);
        request.Text = request.Text.ReplaceLineEndings("\n");
        FieldRules.Require(request);
    }

    static async Task<Announcement> FindAsync(PanelDb db, Guid id, CancellationToken cancellation) =>
        await db.Announcements.SingleOrDefaultAsync(row => row.Id == id, cancellation) ?? throw new NotFoundException("Announcement");
}
