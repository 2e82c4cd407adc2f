using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Servers;

namespace Panel.Core.Console;

/// <summary>What a person sent to a server before, wherever it was typed: the last 100 commands.</summary>
public sealed class CommandHistory(IDbContextFactory<PanelDb> databases, ServerOperations servers)
{
    /// <summary>How many are kept of one person on one server.</summary>
    public const int Kept = 100;

    /// <summary>The person's own, oldest first.</summary>
    /// <exception cref="NotFoundException">There is no such server, or the actor may not know of it.</exception>
    /// <exception cref="ForbiddenException">The actor may not send commands.</exception>
    public async Task<IReadOnlyList<string>> ListAsync(Actor actor, ServerId id, CancellationToken cancellation)
    {
        await servers.ReadAsync(actor, id, ServerPermissions.SendCommands, cancellation);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var newest = await Of(db, actor, id).OrderByDescending(sent => sent.Id).Take(Kept).Select(sent => sent.Text).ToListAsync(cancellation);
        newest.Reverse();
        return newest;
    }

    /// <summary>Keeps one more; the same again is kept once, and the oldest beyond the bound goes.</summary>
    internal async Task AddAsync(Actor actor, ServerId id, string text, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (!await db.Users.AnyAsync(account => account.Id == actor.UserId, cancellation)) return; // a schedule or the panel itself has no history
        if (await Of(db, actor, id).OrderByDescending(sent => sent.Id).Select(sent => sent.Text).FirstOrDefaultAsync(cancellation) == text) return;
        db.Add(new SentCommand { ServerId = id, AccountId = actor.UserId, Text = text });
        await db.SaveChangesAsync(cancellation);
        var oldest = await Of(db, actor, id).OrderByDescending(sent => sent.Id).Skip(Kept - 1).Select(sent => sent.Id).FirstOrDefaultAsync(cancellation);
        if (oldest > 0) await Of(db, actor, id).Where(sent => sent.Id < oldest).ExecuteDeleteAsync(cancellation);
    }

    static IQueryable<SentCommand> Of(PanelDb db, Actor actor, ServerId id) => db.SentCommands.Where(sent => sent.ServerId == id && sent.AccountId == actor.UserId);
}
