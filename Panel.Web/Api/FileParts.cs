using Microsoft.Net.Http.Headers;
using Panel.Contracts.Files;

namespace Panel.Web.Api;

/// <summary>Answers what a request wants of a file: all, a part to go on with, or nothing as it has it already (RFC 9110, 13 and 14).</summary>
static class FileParts
{
    /// <summary>Writes the head of the answer.</summary>
    /// <returns>The part that follows; null for none.</returns>
    public static ByteRange? Begin(HttpContext context, FileFacts file)
    {
        var (request, response) = (context.Request.GetTypedHeaders(), context.Response);
        var tag = new EntityTagHeaderValue($"\"{file.Tag}\"");
        // times of HTTP have whole seconds
        var modified = DateTimeOffset.FromUnixTimeSeconds(file.ModifiedAt.ToUnixTimeSeconds());
        var head = response.GetTypedHeaders();
        (head.ETag, head.LastModified, response.Headers.AcceptRanges) = (tag, modified, "bytes");
        if (request.IfMatch is { Count: > 0 } some && !some.Any(one => Same(one, tag)))
        {
            response.StatusCode = StatusCodes.Status412PreconditionFailed;
            return null;
        }
        if (request.IfNoneMatch is { Count: > 0 } known ? known.Any(one => one.Equals(EntityTagHeaderValue.Any) || one.Compare(tag, useStrongComparison: false)) : request.IfModifiedSince >= modified)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return null;
        }
        var (part, status) = Part(request, file, tag, modified);
        response.StatusCode = status;
        if (status == StatusCodes.Status416RangeNotSatisfiable)
        {
            head.ContentRange = new(file.Bytes);
            response.ContentType = null;
            response.Headers.ContentDisposition = default;
            return null;
        }
        if (status == StatusCodes.Status206PartialContent) head.ContentRange = new(part.Offset, part.Offset + part.Bytes - 1, file.Bytes);
        response.ContentLength = part.Bytes;
        return HttpMethods.IsHead(context.Request.Method) ? null : part;
    }

    // several parts at once may be answered by the whole
    static (ByteRange Part, int Status) Part(Microsoft.AspNetCore.Http.Headers.RequestHeaders request, FileFacts file, EntityTagHeaderValue tag, DateTimeOffset modified)
    {
        var all = (new ByteRange(0, file.Bytes), StatusCodes.Status200OK);
        if (request.Range is not { Ranges: { Count: 1 } ranges } range || range.Unit != "bytes") return all;
        if (request.IfRange is { } condition && !(condition.EntityTag is { } known ? Same(known, tag) : condition.LastModified == modified)) return all;
        var wanted = ranges.Single();
        var from = wanted.From ?? Math.Max(0, file.Bytes - wanted.To!.Value);
        var to = wanted.From is null ? file.Bytes - 1 : Math.Min(wanted.To ?? long.MaxValue, file.Bytes - 1);
        return from <= to ? (new(from, to - from + 1), StatusCodes.Status206PartialContent) : (default, StatusCodes.Status416RangeNotSatisfiable);
    }

    static bool Same(EntityTagHeaderValue one, EntityTagHeaderValue tag) => one.Equals(EntityTagHeaderValue.Any) || one.Compare(tag, useStrongComparison: true);
}
