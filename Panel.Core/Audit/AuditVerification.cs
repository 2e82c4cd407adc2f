using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;

namespace Panel.Core.Audit;

/// <summary>What a look at the audit's chain found.</summary>
/// <param name="Records">How many records are as they were sealed.</param>
/// <param name="Deleted">How many were deleted because they were kept long enough.</param>
/// <param name="Unsealed">How many are not sealed yet.</param>
/// <param name="Last">The hash of the last seal; null without one.</param>
/// <param name="Fault">What is first found wrong, in words; null when all is well.</param>
/// <param name="Record">The record that is wrong; null when it is none, or none alone.</param>
public sealed record AuditFindings(long Records, long Deleted, long Unsealed, string? Last, string? Fault, long? Record);

/// <summary>Checks the audit against its seals, and names the first record that is not as it was.</summary>
public sealed class AuditVerification(IDbContextFactory<PanelDb> databases)
{
    sealed record Forgotten(long Through, DateTimeOffset At);

    /// <summary>Reads all seals and records.</summary>
    /// <param name="known">A hash that was noted elsewhere and has to be in the chain, or null.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public async Task<AuditFindings> RunAsync(string? known, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var forgotten = await ForgottenAsync(db, cancellation);
        var (hash, through, place) = ("", 0L, 0L);
        var (good, deleted, seen) = (0L, 0L, known is null);
        AuditFindings Bad(string fault, long? record = null) => new(good, deleted, 0, hash.Length > 0 ? hash : null, fault, record);

        while (await db.AuditSeals.AsNoTracking().Where(seal => seal.Id > place).OrderBy(seal => seal.Id).FirstOrDefaultAsync(cancellation) is { } seal)
        {
            if (AuditHash.Seal(hash, seal.Through, seal.At, seal.Digests) != seal.Hash || seal.Through <= through)
            {
                return Bad($"The seal {seal.Id} of the records {through + 1} to {seal.Through} is not the one that followed: a seal was changed, added or removed.");
            }
            var records = await db.Audit.AsNoTracking().Where(record => record.Id > through && record.Id <= seal.Through).OrderBy(record => record.Id).ToDictionaryAsync(record => record.Id, cancellation);
            foreach (var (id, digest) in AuditHash.Read(seal.Digests))
            {
                if (!records.Remove(id, out var record))
                {
                    if (!forgotten.Any(one => id <= one.Through && seal.At <= one.At)) return Bad($"The record {id} was removed.", id);
                    deleted++;
                }
                else if (!digest.Span.SequenceEqual(AuditHash.Of(record)))
                {
                    return Bad($"The record {id} was changed.", id);
                }
                else
                {
                    good++;
                }
            }
            if (records.Count > 0) return Bad($"The record {records.Keys.Min()} was added later.", records.Keys.Min());
            (hash, through, place) = (seal.Hash, seal.Through, seal.Id);
            seen |= string.Equals(hash, known, StringComparison.OrdinalIgnoreCase);
        }
        var left = await db.Audit.LongCountAsync(record => record.Id > through, cancellation);
        return new(good, deleted, left, hash.Length > 0 ? hash : null, seen ? null : "No seal has the hash that was named: the end of the chain was cut off, or all of it was made anew.", null);
    }

    static async Task<IReadOnlyList<Forgotten>> ForgottenAsync(PanelDb db, CancellationToken cancellation)
    {
        var notes = await db.Audit.AsNoTracking().Where(record => record.Action == AuditRetention.Action && record.ActorId == null).Select(record => new { record.At, record.Changes }).ToListAsync(cancellation);
        return [.. notes.Where(note => note.Changes is not null).Select(note => new Forgotten(Through(note.Changes!), note.At))];
    }

    static long Through(string changes)
    {
        using var json = JsonDocument.Parse(changes);
        return json.RootElement.TryGetProperty("through", out var through) && long.TryParse(through.GetProperty("is").GetString(), CultureInfo.InvariantCulture, out var id) ? id : 0;
    }
}
