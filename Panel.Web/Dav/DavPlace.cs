using Panel.Contracts.Servers;
using Panel.Core.Errors;
using Panel.Core.Files;

namespace Panel.Web.Dav;

/// <summary>What an address below <c>/dav</c> names.</summary>
/// <param name="Server">The server; null for the list of servers.</param>
/// <param name="Segment">How the address spells the server: its id, or its name, a dash and its id.</param>
/// <param name="Path">The file or folder of the server.</param>
readonly record struct DavPlace(ServerId? Server, string Segment, ServerPath Path)
{
    /// <summary>Where all of it lies.</summary>
    public const string Root = "/dav";

    const int IdLength = 36, LongestName = 40;

    /// <summary>Reads the part of an address behind <see cref="Root"/>, not escaped any more.</summary>
    /// <exception cref="NotFoundException">It names nothing that there can be.</exception>
    public static DavPlace Parse(string? text)
    {
        var parts = (text ?? "").Trim('/').Split('/', 2);
        if (parts[0].Length == 0) return default;
        var id = parts[0].Length > IdLength && parts[0][^(IdLength + 1)] == '-' ? parts[0][^IdLength..] : parts[0];
        if (!ServerId.TryParse(id, null, out var server)) throw new NotFoundException("The server");
        var path = ServerPath.Parse(parts.ElementAtOrDefault(1));
        try
        {
            return new(server, parts[0], path.IsRoot ? path : path.RequireNamed("path"));
        }
        catch (InvalidFieldException)
        {
            throw new NotFoundException(path.Value);    // what the panel keeps there is no file of the server
        }
    }

    /// <summary>How a server is spelled.</summary>
    public static string SegmentOf(ServerRow server)
    {
        var name = string.Concat(server.Name.Take(LongestName).Select(letter => char.IsAsciiLetterOrDigit(letter) ? char.ToLowerInvariant(letter) : '-')).Trim('-');
        return name.Length > 0 ? $"{name}-{server.Id}" : server.Id.ToString();
    }

    /// <summary>Names what is looked at and changed: the same for each spelling.</summary>
    public string Key => $"{Server}{Path.Value}";

    /// <summary>The address.</summary>
    public string Href(bool folder)
    {
        var address = Root + "/" + (Server is null ? "" : Uri.EscapeDataString(Segment) + string.Concat(Path.Parts.Select(part => "/" + Uri.EscapeDataString(part))));
        return folder && !address.EndsWith('/') ? address + "/" : address;
    }

    /// <summary>Something in this folder.</summary>
    public DavPlace Child(string name) => this with { Path = Path.Child(name) };
}
