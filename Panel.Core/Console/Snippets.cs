using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Access;
using Panel.Contracts.Console;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Servers;

namespace Panel.Core.Console;

/// <summary>Commands that are kept with a server: whoever may send commands uses them, whoever may change start values edits them.</summary>
public sealed class Snippets(IDbContextFactory<PanelDb> databases, ServerOperations servers)
{
    /// <summary>How many one server has at most.</summary>
    public const int Most = 50;

    /// <summary>All of a server, by name.</summary>
    /// <exception cref="NotFoundException">There is no such server, or the actor may not know of it.</exception>
    /// <exception cref="ForbiddenException">The actor may not send commands.</exception>
    public async Task<IReadOnlyList<SnippetView>> ListAsync(Actor actor, ServerId id, CancellationToken cancellation)
    {
        await servers.ReadAsync(actor, id, ServerPermissions.SendCommands, cancellation);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.Snippets.Where(snippet => snippet.ServerId == id).OrderBy(snippet => snippet.Name).Select(snippet => new SnippetView(snippet.Id, snippet.Name, snippet.Command)).ToListAsync(cancellation);
    }

    /// <summary>Keeps a command under a name; one that has the name already is replaced.</summary>
    /// <exception cref="InvalidFieldException">The name or the command breaks a rule.</exception>
    /// <exception cref="ConflictException">The server has as many as it may.</exception>
    /// <exception cref="NotFoundException">There is no such server, or the actor may not know of it.</exception>
    /// <exception cref="ForbiddenException">The actor may not change settings.</exception>
    public Task SaveAsync(Actor actor, ServerId id, SnippetRequest request, CancellationToken cancellation)
    {
        FieldRules.Require(request);
        var name = request.Name.Trim();
        return servers.ChangeAsync(actor, id, ServerPermissions.ChangeStartup, "server.snippet.save", async (db, _) =>
        {
            if (await db.Snippets.SingleOrDefaultAsync(snippet => snippet.ServerId == id && snippet.Name == name, cancellation) is { } known)
            {
                known.Command = request.Command;
            }
            else
            {
                if (await db.Snippets.CountAsync(snippet => snippet.ServerId == id, cancellation) >= Most) throw new ConflictException($"A server keeps at most {Most} commands; delete one first.");
                db.Add(new Snippet { Id = Guid.NewGuid(), ServerId = id, Name = name, Command = request.Command });
            }
            return $"{name}: {request.Command}";
        }, cancellation, db => ServerOperations.LockAsync(db, id, cancellation));
    }

    /// <summary>Deletes one.</summary>
    /// <exception cref="NotFoundException">There is no such server or command, or the actor may not know of it.</exception>
    /// <exception cref="ForbiddenException">The actor may not change settings.</exception>
    public Task DeleteAsync(Actor actor, ServerId id, Guid snippet, CancellationToken cancellation) =>
        servers.ChangeAsync(actor, id, ServerPermissions.ChangeStartup, "server.snippet.delete", async (db, _) =>
        {
            var known = await db.Snippets.SingleOrDefaultAsync(known => known.ServerId == id && known.Id == snippet, cancellation) ?? throw new NotFoundException("Command");
            db.Remove(known);
            return known.Name;
        }, cancellation);
}
