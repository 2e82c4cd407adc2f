using System.Globalization;
using Microsoft.Extensions.Options;
using Panel.Core;
using Panel.Core.Access;
using Panel.Core.Errors;

namespace Panel.Web.Dav;

/// <summary>A request of WebDAV: who asks, and of what.</summary>
/// <param name="Http">The request.</param>
/// <param name="Actor">Who asks.</param>
/// <param name="Place">What it is about.</param>
sealed record DavRequest(HttpContext Http, Actor Actor, DavPlace Place)
{
    /// <summary>The status of an answer that something is locked.</summary>
    public const int Locked = StatusCodes.Status423Locked;

    static readonly TimeSpan usual = TimeSpan.FromMinutes(10);

    /// <summary>Is cancelled when the program is gone.</summary>
    public CancellationToken Cancellation => Http.RequestAborted;

    /// <summary>The locks that the program shows.</summary>
    public IReadOnlySet<string> Tokens { get; } = DavConditions.Tokens(Http.Request);

    /// <summary>Whether what is there may be replaced.</summary>
    public bool Overwrite => !string.Equals(Http.Request.Headers["Overwrite"], "F", StringComparison.OrdinalIgnoreCase);

    /// <summary>The header <c>Depth</c>: 0, 1 or infinity, which is also what no header means.</summary>
    public string Depth => Http.Request.Headers["Depth"].ToString() is { Length: > 0 } depth ? depth : "infinity";

    /// <summary>How long a lock is wanted; an hour at most.</summary>
    public TimeSpan Time
    {
        get
        {
            foreach (var one in Http.Request.Headers["Timeout"].ToString().Split(',', StringSplitOptions.TrimEntries))
            {
                if (one.StartsWith("Second-", StringComparison.OrdinalIgnoreCase) && uint.TryParse(one["Second-".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
                    return TimeSpan.FromSeconds(Math.Clamp(seconds, 1, DavLocks.Longest.TotalSeconds));
            }
            return usual;
        }
    }

    /// <summary>Where a copy or a move goes; null when that is another server, of games or of the web.</summary>
    /// <exception cref="InvalidFieldException">It is missing.</exception>
    public DavPlace? Destination
    {
        get
        {
            if (Http.Request.Headers["Destination"].ToString() is not { Length: > 0 } text) throw new InvalidFieldException("Destination", "It is missing.");
            return PlaceOf(text) is { } place && place.Server == Place.Server ? place : null;
        }
    }

    /// <summary>What an address names; null when it is no address of ours.</summary>
    public DavPlace? PlaceOf(string address)
    {
        var path = address;
        if (!address.StartsWith('/'))
        {
            var known = Http.RequestServices.GetRequiredService<IOptionsMonitor<PanelOptions>>().CurrentValue.PublicUrl;
            if (!Uri.TryCreate(address, UriKind.Absolute, out var whole) || !(Same(whole, Http.Request.Host.Value) || (Uri.TryCreate(known, UriKind.Absolute, out var own) && Same(whole, own.Authority)))) return null;
            path = whole.AbsolutePath;
        }
        if (!path.StartsWith(DavPlace.Root + "/", StringComparison.Ordinal)) return null;
        return DavPlace.Parse(Uri.UnescapeDataString(path[DavPlace.Root.Length..]));
    }

    // a proxy that ends TLS leaves the scheme to it
    static bool Same(Uri address, string? host) => string.Equals(address.Authority, host, StringComparison.OrdinalIgnoreCase);
}
