using System.Xml.Linq;
using Panel.Contracts.Access;
using Panel.Contracts.Files;
using Panel.Core.Errors;
using Panel.Core.Files;
using Panel.Core.Servers;

namespace Panel.Web.Dav;

/// <summary>Locks, and properties of programs, of which none is kept.</summary>
sealed class DavLocking(DavReading reading, DavWriting writing, UploadFile uploading, ServerQueries servers, DavLocks locks)
{
    const int MaxOwner = 1000;
    static readonly XNamespace dav = DavXml.Space;

    /// <summary>Answers a LOCK.</summary>
    public async Task<int> LockAsync(DavRequest request)
    {
        var (place, actor) = (request.Place, request.Actor);
        var body = await DavXml.ReadAsync(request.Http.Request, request.Cancellation);
        if (place.Server is not { } server) return StatusCodes.Status403Forbidden;
        await RequireWriterAsync(request);
        if (body is null)
        {
            var refreshed = request.Tokens.Select(token => locks.Refresh(token, place.Key, actor.UserId, request.Time)).FirstOrDefault(held => held is not null);
            return refreshed is null ? StatusCodes.Status412PreconditionFailed : await TellAsync(request, refreshed, StatusCodes.Status200OK);
        }
        if (body.Name != dav + "lockinfo" || request.Depth is not ("0" or "infinity")) throw new InvalidFieldException("body", "It asks for no lock.");
        var there = await reading.FindAsync(request, place);
        if (there is null && !await writing.IsFolderAsync(request, place with { Path = place.Path.Parent })) return StatusCodes.Status409Conflict;
        if (there is null && !writing.Free(request, place, isNew: true)) return DavRequest.Locked;
        var owner = body.Element(dav + "owner")?.Value.Trim() ?? "";
        var shared = body.Element(dav + "lockscope")?.Element(dav + "shared") is not null;
        if (locks.Take(place.Key, request.Depth == "infinity" && there is not { Kind: FileKind.File }, shared, actor.UserId, owner.Length > MaxOwner ? owner[..MaxOwner] : owner, request.Time) is not { } taken) return DavRequest.Locked;
        try
        {
            // who locks a name before there is a file makes an empty one
            if (there is null) await uploading.RunAsync(actor, server, place.Path.Value, Stream.Null, 0, request.Cancellation, replace: false);
        }
        catch (PanelException)
        {
            locks.Release(taken.Token, place.Key, actor.UserId);
            throw;
        }
        request.Http.Response.Headers["Lock-Token"] = $"<{taken.Token}>";
        return await TellAsync(request, taken, there is null ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    /// <summary>Answers an UNLOCK.</summary>
    public async Task<int> UnlockAsync(DavRequest request)
    {
        await RequireWriterAsync(request);
        var token = request.Http.Request.Headers["Lock-Token"].ToString().Trim().TrimStart('<').TrimEnd('>');
        if (token.Length == 0) return StatusCodes.Status400BadRequest;
        return locks.Release(token, request.Place.Key, request.Actor.UserId) ? StatusCodes.Status204NoContent : StatusCodes.Status409Conflict;
    }

    /// <summary>Answers a PROPPATCH: no property can be changed. Windows is told otherwise of its own, because it gives a file up without them.</summary>
    public async Task<int> PatchAsync(DavRequest request)
    {
        const string Windows = "urn:schemas-microsoft-com:";
        var body = await DavXml.ReadAsync(request.Http.Request, request.Cancellation);
        if (body?.Name != dav + "propertyupdate") throw new InvalidFieldException("body", "It changes no properties.");
        if (await reading.FindAsync(request, request.Place) is not { } entry) return StatusCodes.Status404NotFound;
        await RequireWriterAsync(request);
        if (!writing.Free(request, request.Place, isNew: false)) return DavRequest.Locked;
        var names = body.Elements().Elements(dav + "prop").Elements().Select(one => new DavName(one.Name.NamespaceName, one.Name.LocalName)).Distinct().ToList();
        await using var writer = await DavXml.BeginAsync(request.Http.Response);
        await writer.WriteStartElementAsync("D", "response", DavXml.Space);
        await DavXml.ElementAsync(writer, "href", request.Place.Href(entry.Kind is FileKind.Folder));
        foreach (var some in names.GroupBy(name => name.Space == Windows))
        {
            await writer.WriteStartElementAsync("D", "propstat", DavXml.Space);
            await writer.WriteStartElementAsync("D", "prop", DavXml.Space);
            foreach (var name in some) await DavXml.NameAsync(writer, name);
            await writer.WriteEndElementAsync();
            await DavXml.ElementAsync(writer, "status", some.Key ? "HTTP/1.1 200 OK" : "HTTP/1.1 403 Forbidden");
            await writer.WriteEndElementAsync();
        }
        await writer.WriteEndElementAsync();
        await writer.WriteEndElementAsync();
        return StatusCodes.Status207MultiStatus;
    }

    async Task<int> TellAsync(DavRequest request, DavLock held, int status)
    {
        request.Http.Response.StatusCode = status;
        await using var writer = DavXml.Writer(request.Http.Response);
        await writer.WriteStartElementAsync("D", "prop", DavXml.Space);
        await DavXml.LocksAsync(writer, request.Place, [held], locks);
        await writer.WriteEndElementAsync();
        return status;
    }

    // who may change nothing keeps nobody from it
    async Task RequireWriterAsync(DavRequest request)
    {
        if (request.Place.Server is not { } server) throw new ForbiddenException("There is nothing to change here.");
        var allowed = (await servers.FindAsync(request.Actor, server, request.Cancellation)).Row.Allowed;
        if (!allowed.Contains(ServerPermissions.UpdateFiles) && !allowed.Contains(ServerPermissions.CreateFiles)) throw new ForbiddenException("You may not change files of this server.");
    }
}
