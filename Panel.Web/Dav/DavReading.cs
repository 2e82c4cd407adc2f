using System.Xml;
using Panel.Contracts.Access;
using Panel.Contracts.Files;
using Panel.Core.Errors;
using Panel.Core.Files;
using Panel.Core.Servers;
using Panel.Web.Api;

namespace Panel.Web.Dav;

/// <summary>Lists and reads.</summary>
sealed class DavReading(ServerQueries servers, ListFiles listing, DownloadFile downloading, DavLocks locks)
{
    static readonly FileEntry folder = new("", FileKind.Folder, 0, DateTimeOffset.UnixEpoch, 0);

    /// <summary>What there is at a place; null for nothing.</summary>
    public async Task<FileEntry?> FindAsync(DavRequest request, DavPlace place)
    {
        if (place.Server is not { } server) return folder;
        try
        {
            return await listing.LookAsync(request.Actor, server, place.Path.Value, request.Cancellation) is { Kind: FileKind.File or FileKind.Folder } found ? found : null;
        }
        catch (NotFoundException)
        {
            await RequireServerAsync(request, place);
            return null;
        }
    }

    /// <summary>Another tag as soon as a file is another; null for what is no file.</summary>
    public async Task<string?> TagAsync(DavRequest request)
    {
        if (request.Place.Server is not { } server || request.Place.Path.IsRoot) return null;
        string? tag = null;
        try
        {
            await downloading.PartAsync(request.Actor, server, request.Place.Path.Value, file =>
            {
                tag = file.Tag;
                return null;
            }, Stream.Null, request.Cancellation);
        }
        catch (PanelException refusal) when (refusal is NotFoundException or ConflictException)
        {
            return null;   // nothing is there, or a folder
        }
        return tag;
    }

    /// <summary>Answers a PROPFIND.</summary>
    public async Task<int> DescribeAsync(DavRequest request)
    {
        var place = request.Place;
        var question = DavXml.Question(await DavXml.ReadAsync(request.Http.Request, request.Cancellation));
        if (request.Depth is not ("0" or "1")) return StatusCodes.Status403Forbidden;
        if (await FindAsync(request, place) is not { } entry) return StatusCodes.Status404NotFound;
        var named = place.Server is null ? "Panel" : place.Path.IsRoot ? (await servers.FindAsync(request.Actor, place.Server.Value, request.Cancellation)).Row.Name : place.Path.Name;
        // asked before the answer begins: a refusal must still be able to be one
        var inside = request.Depth == "1" && entry.Kind is FileKind.Folder ? await InsideAsync(request, place) : [];
        await using var writer = await DavXml.BeginAsync(request.Http.Response);
        await DavXml.WriteAsync(writer, place, named, entry, question, locks);
        await WriteAsync(writer, inside, question);
        await writer.WriteEndElementAsync();
        return StatusCodes.Status207MultiStatus;
    }

    /// <summary>Answers a GET or HEAD.</summary>
    public async Task<int> ReadAsync(DavRequest request)
    {
        var (place, response) = (request.Place, request.Http.Response);
        if (await FindAsync(request, place) is not { } entry) return StatusCodes.Status404NotFound;
        if (entry.Kind is FileKind.Folder || place.Server is not { } server)
        {
            response.ContentType = "text/plain; charset=utf-8";
            if (HttpMethods.IsGet(request.Http.Request.Method)) await response.WriteAsync("This is a folder: connect a program for WebDAV to it.\n", request.Cancellation);
            return StatusCodes.Status200OK;
        }
        await downloading.PartAsync(request.Actor, server, place.Path.Value, file =>
        {
            response.ContentType = "application/octet-stream";
            response.Headers.ContentDisposition = "attachment";
            response.Headers.CacheControl = "private, no-cache";
            return FileParts.Begin(request.Http, file);
        }, response.Body, request.Cancellation);
        return response.StatusCode;
    }

    async Task<IEnumerable<(DavPlace Place, string Name, FileEntry Entry)>> InsideAsync(DavRequest request, DavPlace place)
    {
        if (place.Server is { } server)
        {
            var found = await listing.RunAsync(request.Actor, server, place.Path.Value, request.Cancellation);
            return found.Entries.Where(entry => entry.Kind is FileKind.File or FileKind.Folder).Select(entry => (place.Child(entry.Name), entry.Name, entry));
        }
        var rows = await servers.ListAsync(request.Actor, request.Cancellation);
        return rows.Where(row => row.Allowed.Contains(ServerPermissions.ListFiles)).Select(row => (new DavPlace(row.Id, DavPlace.SegmentOf(row), ServerPath.Root), row.Name, folder));
    }

    async Task WriteAsync(XmlWriter writer, IEnumerable<(DavPlace Place, string Name, FileEntry Entry)> all, DavQuestion question)
    {
        var count = 0;
        foreach (var (place, name, entry) in all)
        {
            await DavXml.WriteAsync(writer, place, name, entry, question, locks);
            if (++count % 100 == 0) await writer.FlushAsync();
        }
    }

    // a file that is missing is told from a server that is
    async Task RequireServerAsync(DavRequest request, DavPlace place) => await listing.LookAsync(request.Actor, place.Server!.Value, "/", request.Cancellation);
}
