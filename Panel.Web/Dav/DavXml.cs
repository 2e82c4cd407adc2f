using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using Panel.Contracts.Files;
using Panel.Core.Errors;

namespace Panel.Web.Dav;

/// <summary>A property's name.</summary>
/// <param name="Space">Its namespace.</param>
/// <param name="Name">Its name in it.</param>
readonly record struct DavName(string Space, string Name);

/// <summary>What a request asks of properties.</summary>
/// <param name="Names">The names; null for all there are.</param>
/// <param name="NamesOnly">Whether values are left out.</param>
sealed record DavQuestion(IReadOnlyList<DavName>? Names, bool NamesOnly);

/// <summary>The bodies of WebDAV. What is read has no document type and no entities from outside, and is small.</summary>
static class DavXml
{
    /// <summary>The namespace of the protocol.</summary>
    public const string Space = "DAV:";

    const int MaxBytes = 64 * 1024;

    static readonly XmlReaderSettings reading = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = MaxBytes, Async = true, CloseInput = false };

    /// <summary>Reads a body; null when there is none.</summary>
    /// <exception cref="InvalidFieldException">It is no XML, too large, or has a document type.</exception>
    public static async Task<XElement?> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        using var body = new MemoryStream();
        var buffer = new byte[8 * 1024];
        while (await request.Body.ReadAsync(buffer, cancellation) is > 0 and var read)
        {
            body.Write(buffer, 0, read);
            if (body.Length > MaxBytes) throw new InvalidFieldException("body", "It is too large.");
        }
        if (body.Length == 0) return null;
        body.Position = 0;
        try
        {
            using var reader = XmlReader.Create(body, reading);
            return await XElement.LoadAsync(reader, LoadOptions.None, cancellation);
        }
        catch (XmlException fault)
        {
            throw new InvalidFieldException("body", fault.Message);
        }
    }

    /// <summary>What a PROPFIND asks.</summary>
    public static DavQuestion Question(XElement? body)
    {
        XNamespace dav = Space;
        if (body is null || body.Element(dav + "allprop") is not null) return new(null, NamesOnly: false);
        if (body.Name != dav + "propfind") throw new InvalidFieldException("body", "It is no question for properties.");
        if (body.Element(dav + "propname") is not null) return new(null, NamesOnly: true);
        return new([.. body.Element(dav + "prop")?.Elements().Select(one => new DavName(one.Name.NamespaceName, one.Name.LocalName)) ?? throw new InvalidFieldException("body", "It asks for nothing.")], NamesOnly: false);
    }

    /// <summary>Begins an answer about many resources.</summary>
    public static async Task<XmlWriter> BeginAsync(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status207MultiStatus;
        var writer = Writer(response);
        await writer.WriteStartElementAsync("D", "multistatus", Space);
        return writer;
    }

    /// <summary>A writer of an answer.</summary>
    public static XmlWriter Writer(HttpResponse response)
    {
        response.ContentType = "application/xml; charset=utf-8";
        // names of files may have what no XML may; addresses are escaped, and the rest is left out
        return XmlWriter.Create(response.Body, new() { Async = true, CheckCharacters = false, Encoding = new System.Text.UTF8Encoding(false), CloseOutput = false });
    }

    /// <summary>Writes what is known of one resource.</summary>
    public static async Task WriteAsync(XmlWriter writer, DavPlace place, string name, FileEntry entry, DavQuestion question, DavLocks locks)
    {
        var folder = entry.Kind is FileKind.Folder;
        await writer.WriteStartElementAsync("D", "response", Space);
        await ElementAsync(writer, "href", place.Href(folder));
        string[] has = folder ? ["resourcetype", "displayname", "getlastmodified", "supportedlock", "lockdiscovery"] : ["resourcetype", "displayname", "getlastmodified", "supportedlock", "lockdiscovery", "getcontentlength", "getcontenttype"];
        var wanted = question.Names ?? [.. has.Select(one => new DavName(Space, one))];
        var known = wanted.Where(one => one.Space == Space && has.Contains(one.Name)).ToList();
        if (known.Count > 0 || wanted.Count == 0) await PartAsync(known, "200 OK", one => question.NamesOnly ? EmptyAsync(one) : ValueAsync(one.Name));
        var unknown = wanted.Except(known).ToList();
        if (unknown.Count > 0) await PartAsync(unknown, "404 Not Found", EmptyAsync);
        await writer.WriteEndElementAsync();

        async Task PartAsync(IReadOnlyList<DavName> names, string status, Func<DavName, Task> write)
        {
            await writer.WriteStartElementAsync("D", "propstat", Space);
            await writer.WriteStartElementAsync("D", "prop", Space);
            foreach (var one in names) await write(one);
            await writer.WriteEndElementAsync();
            await ElementAsync(writer, "status", $"HTTP/1.1 {status}");
            await writer.WriteEndElementAsync();
        }

        Task EmptyAsync(DavName one) => NameAsync(writer, one);

        Task ValueAsync(string property) => property switch
        {
            "displayname" => ElementAsync(writer, property, Clean(name)),
            "getcontentlength" => ElementAsync(writer, property, entry.Bytes.ToString(CultureInfo.InvariantCulture)),
            "getcontenttype" => ElementAsync(writer, property, "application/octet-stream"),
            "getlastmodified" => ElementAsync(writer, property, entry.ModifiedAt.ToString("R", CultureInfo.InvariantCulture)),
            "resourcetype" => folder ? NestedAsync(writer, property, "collection") : ElementAsync(writer, property, ""),
            "supportedlock" => writer.WriteRawAsync("<D:supportedlock><D:lockentry><D:lockscope><D:exclusive/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockentry><D:lockentry><D:lockscope><D:shared/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockentry></D:supportedlock>"),
            _ => LocksAsync(writer, place, locks.Find(place.Key), locks),
        };
    }

    /// <summary>Writes the locks that hold somewhere.</summary>
    public static async Task LocksAsync(XmlWriter writer, DavPlace place, IReadOnlyList<DavLock> held, DavLocks locks)
    {
        await writer.WriteStartElementAsync("D", "lockdiscovery", Space);
        foreach (var one in held)
        {
            await writer.WriteStartElementAsync("D", "activelock", Space);
            await NestedAsync(writer, "locktype", "write");
            await NestedAsync(writer, "lockscope", one.Shared ? "shared" : "exclusive");
            await ElementAsync(writer, "depth", one.Deep ? "infinity" : "0");
            if (one.Owner.Length > 0) await ElementAsync(writer, "owner", Clean(one.Owner));
            await ElementAsync(writer, "timeout", string.Create(CultureInfo.InvariantCulture, $"Second-{Math.Max(0, (long)locks.Left(one).TotalSeconds)}"));
            await writer.WriteStartElementAsync("D", "locktoken", Space);
            await ElementAsync(writer, "href", one.Token);
            await writer.WriteEndElementAsync();
            await writer.WriteStartElementAsync("D", "lockroot", Space);
            await ElementAsync(writer, "href", place.Href(folder: false));
            await writer.WriteEndElementAsync();
            await writer.WriteEndElementAsync();
        }
        await writer.WriteEndElementAsync();
    }

    /// <summary>Writes an element of the protocol with a text.</summary>
    public static Task ElementAsync(XmlWriter writer, string name, string text) => writer.WriteElementStringAsync("D", name, Space, text);

    /// <summary>Writes the name of a property, as an empty element.</summary>
    public static async Task NameAsync(XmlWriter writer, DavName name)
    {
        await writer.WriteStartElementAsync(name.Space == Space ? "D" : null, name.Name, name.Space);
        await writer.WriteEndElementAsync();
    }

    static async Task NestedAsync(XmlWriter writer, string name, string inner)
    {
        await writer.WriteStartElementAsync("D", name, Space);
        await ElementAsync(writer, inner, "");
        await writer.WriteEndElementAsync();
    }

    static string Clean(string text) => string.Concat(text.EnumerateRunes().Where(rune => rune.Value is >= 0x20 or 9 && rune.Value is not (0xFFFE or 0xFFFF)));
}
