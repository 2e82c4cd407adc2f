using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Panel.Core.Access;
using Panel.Core.Audit;
using Panel.Core.Errors;
using Panel.Core.Replicas;

namespace Panel.Core.Templates;

/// <summary>The templates of the database: read into the catalogue, here and on other replicas, after each change.</summary>
public sealed class StoredTemplates
{
    readonly IDbContextFactory<PanelDb> databases;
    readonly TemplateCatalogue catalogue;
    readonly PanelChanges changes;
    readonly AuditLog audit;
    readonly TimeProvider clock;
    readonly Lock gate = new();
    TaskCompletionSource changed = NewSignal();

    /// <summary>Begins to listen for changes.</summary>
    public StoredTemplates(IDbContextFactory<PanelDb> databases, TemplateCatalogue catalogue, PanelChanges changes, AuditLog audit, TimeProvider clock)
    {
        (this.databases, this.catalogue, this.changes, this.audit, this.clock) = (databases, catalogue, changes, audit, clock);
        changes.Follow(PanelChanges.Templates, LoadAsync);
    }

    /// <summary>The catalogue's entries, now and after each change.</summary>
    public async IAsyncEnumerable<IReadOnlyList<CatalogueEntry>> FollowAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            Task signal;
            lock (gate) signal = changed.Task;
            yield return catalogue.Entries;
            await signal.WaitAsync(cancellation);
        }
    }

    /// <summary>Reads what the database holds.</summary>
    internal async Task LoadAsync(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        catalogue.Replace(await db.Templates.AsNoTracking().ToListAsync(cancellation));
        TaskCompletionSource signal;
        lock (gate) (signal, changed) = (changed, NewSignal());
        signal.SetResult();
    }

    /// <summary>The egg that a template came from, as JSON; null for none.</summary>
    internal async Task<string?> EggAsync(string key, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.Templates.Where(row => row.Key == key).Select(row => row.Egg).SingleOrDefaultAsync(cancellation);
    }

    /// <summary>Changes rows and notes it, in one transaction.</summary>
    /// <exception cref="ConflictException">Somebody else changed one of them at the same time.</exception>
    internal async Task ChangeAsync(Actor actor, Func<PanelDb, Task<IReadOnlyList<TemplateNote>>> change, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        foreach (var note in await change(db)) audit.Add(db, actor, note.Action, null, note.Name, note.Detail, note.Changes);
        var now = clock.GetUtcNow();
        foreach (var row in db.ChangeTracker.Entries<StoredTemplate>().Where(row => row.State is EntityState.Added or EntityState.Modified))
        {
            row.Entity.ChangedAt = now;
            row.Entity.Revision++;
        }
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException fault) when (fault is DbUpdateConcurrencyException || fault.InnerException is System.Data.Common.DbException)
        {
            throw new ConflictException("Somebody else changed this template meanwhile. Load it again.");
        }
        await changes.ChangedAsync(PanelChanges.Templates, cancellation);
    }

    static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>What the audit says of a change of a template.</summary>
/// <param name="Action">What was done.</param>
/// <param name="Name">The template's name.</param>
/// <param name="Detail">In words.</param>
/// <param name="Changes">What was and what is; null where the words say it all.</param>
sealed record TemplateNote(string Action, string Name, string Detail = "", AuditChanges? Changes = null);
