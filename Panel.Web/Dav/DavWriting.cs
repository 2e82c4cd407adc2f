using System.Globalization;
using Panel.Contracts.Files;
using Panel.Contracts.Servers;
using Panel.Core.Errors;
using Panel.Core.Files;

namespace Panel.Web.Dav;

/// <summary>Changes what there is. What goes, goes into the bin.</summary>
sealed class DavWriting(DavReading reading, UploadFile uploading, DeleteFiles deleting, FileBin bin, CreateFolder making, PlaceFile placing, DavLocks locks)
{
    /// <summary>Answers a PUT.</summary>
    public async Task<int> WriteAsync(DavRequest request)
    {
        var (place, http) = (request.Place, request.Http.Request);
        if (place.Server is not { } server || place.Path.IsRoot) return StatusCodes.Status405MethodNotAllowed;
        if (http.Headers.ContentRange.Count > 0) return StatusCodes.Status400BadRequest;    // a part would be taken for the whole
        var there = await reading.FindAsync(request, place);
        if (there is { Kind: FileKind.Folder }) return StatusCodes.Status405MethodNotAllowed;
        if (there is null && !await IsFolderAsync(request, place with { Path = place.Path.Parent })) return StatusCodes.Status409Conflict;
        if (!Free(request, place, isNew: there is null)) return DavRequest.Locked;
        if (there is not null && http.Headers.IfNoneMatch == "*") return StatusCodes.Status412PreconditionFailed;
        if (Length(http) is not { } bytes) return StatusCodes.Status411LengthRequired;
        await uploading.RunAsync(request.Actor, server, place.Path.Value, http.Body, bytes, request.Cancellation);
        return there is null ? StatusCodes.Status201Created : StatusCodes.Status204NoContent;
    }

    /// <summary>Answers a DELETE.</summary>
    public async Task<int> DeleteAsync(DavRequest request)
    {
        var place = request.Place;
        if (place.Server is not { } server || place.Path.IsRoot) return StatusCodes.Status403Forbidden;
        if (await reading.FindAsync(request, place) is null) return StatusCodes.Status404NotFound;
        if (!Free(request, place, isNew: true, within: true)) return DavRequest.Locked;
        await deleting.RunAsync(request.Actor, server, [place.Path.Value], forGood: false, request.Cancellation);
        locks.Forget(place.Key);
        return StatusCodes.Status204NoContent;
    }

    /// <summary>Answers a MKCOL.</summary>
    public async Task<int> MakeAsync(DavRequest request)
    {
        var place = request.Place;
        if (request.Http.Request.ContentLength > 0 || request.Http.Request.Headers.TransferEncoding.Count > 0) return StatusCodes.Status415UnsupportedMediaType;
        if (place.Server is not { } server || place.Path.IsRoot || await reading.FindAsync(request, place) is not null) return StatusCodes.Status405MethodNotAllowed;
        if (!await IsFolderAsync(request, place with { Path = place.Path.Parent })) return StatusCodes.Status409Conflict;
        if (!Free(request, place, isNew: true)) return DavRequest.Locked;
        await making.RunAsync(request.Actor, server, place.Path.Value, request.Cancellation);
        return StatusCodes.Status201Created;
    }

    /// <summary>Answers a COPY or a MOVE.</summary>
    public async Task<int> PlaceAsync(DavRequest request, bool copy)
    {
        if (request.Destination is not { } target) return StatusCodes.Status502BadGateway;
        var place = request.Place;
        if (place.Server is not { } server || place.Path.IsRoot || target.Path.IsRoot || target.Key == place.Key) return StatusCodes.Status403Forbidden;
        if (await reading.FindAsync(request, place) is not { } entry) return StatusCodes.Status404NotFound;
        if (!await IsFolderAsync(request, target with { Path = target.Path.Parent })) return StatusCodes.Status409Conflict;
        var there = await reading.FindAsync(request, target);
        if (there is not null && !request.Overwrite) return StatusCodes.Status412PreconditionFailed;
        if (!Free(request, target, isNew: true, within: true) || (!copy && !Free(request, place, isNew: true, within: true))) return DavRequest.Locked;
        var replaced = there is null ? [] : await deleting.RunAsync(request.Actor, server, [target.Path.Value], forGood: false, request.Cancellation);
        try
        {
            if (copy && request.Depth == "0" && entry.Kind is FileKind.Folder) await making.RunAsync(request.Actor, server, target.Path.Value, request.Cancellation);
            else await placing.RunAsync(request.Actor, server, place.Path.Value, target.Path.Value, copy, request.Cancellation);
        }
        catch (PanelException) when (replaced.Count > 0)
        {
            await bin.RestoreAsync(request.Actor, server, replaced[0], CancellationToken.None);     // nothing is lost by what did not come
            throw;
        }
        if (!copy) locks.Forget(place.Key);
        return there is null ? StatusCodes.Status201Created : StatusCodes.Status204NoContent;
    }

    /// <summary>Whether something may be changed, as far as locks go.</summary>
    /// <param name="request">Who wants to.</param>
    /// <param name="place">What.</param>
    /// <param name="isNew">Whether the folder that it is in changes too.</param>
    /// <param name="within">Whether all that is in it changes too.</param>
    public bool Free(DavRequest request, DavPlace place, bool isNew, bool within = false) =>
        locks.Allows(place.Key, within, request.Actor.UserId, request.Tokens)
        && (!isNew || locks.Allows((place with { Path = place.Path.Parent }).Key, within: false, request.Actor.UserId, request.Tokens));

    /// <summary>Whether a folder is there.</summary>
    public async Task<bool> IsFolderAsync(DavRequest request, DavPlace place) => place.Path.IsRoot || await reading.FindAsync(request, place) is { Kind: FileKind.Folder };

    // the Finder of macOS sends in chunks, and says beside it how much it will be
    static long? Length(HttpRequest request) => request.ContentLength
        ?? (long.TryParse(request.Headers["X-Expected-Entity-Length"], NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : null);
}

/// <summary>Copies or moves within a server.</summary>
sealed class PlaceFile(CopyFile copying, MoveFile moving)
{
    /// <summary>Does it.</summary>
    public Task RunAsync(Core.Access.Actor actor, ServerId server, string from, string to, bool copy, CancellationToken cancellation) =>
        copy ? copying.RunAsync(actor, server, from, to, cancellation) : moving.RunAsync(actor, server, from, to, cancellation);
}
