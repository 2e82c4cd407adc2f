using System.Net;

namespace Panel.Core.Files.Pulls;

/// <summary>
/// Which addresses the panel may be sent to by people: those of the open network alone. The panel stands inside a cluster, beside what
/// trusts its neighbours; an address that leads there in any disguise is refused.
/// </summary>
public sealed class OutgoingAddresses
{
    // https://www.iana.org/assignments/iana-ipv4-special-registry and iana-ipv6-special-registry, read on 2026-11-21
    static readonly IPNetwork[] closed4 =
    [
        .. ((string[])["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
            "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32"]).Select(IPNetwork.Parse),
    ];

    // all of the open network is in here; what is not is refused as a whole: ::1, fc00::/7, fe80::/10, ff00::/8, 64:ff9b:1::/48
    static readonly IPNetwork open6 = IPNetwork.Parse("2000::/3"), translated = IPNetwork.Parse("64:ff9b::/96");
    static readonly IPNetwork[] closed6 = [.. ((string[])["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"]).Select(IPNetwork.Parse)];

    readonly IPNetwork[] allowed, refused;

    /// <param name="allowed">Networks that may be reached whatever the rules say.</param>
    /// <param name="refused">More that may not, such as the ranges of pods and services where they are open addresses.</param>
    /// <exception cref="FormatException">One is no network.</exception>
    public OutgoingAddresses(IEnumerable<string> allowed, IEnumerable<string> refused) => (this.allowed, this.refused) = ([.. allowed.Select(IPNetwork.Parse)], [.. refused.Select(IPNetwork.Parse)]);

    /// <summary>Whether an address may be reached.</summary>
    public bool Allows(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) return Allows(address.MapToIPv4());
        if (allowed.Any(network => network.Contains(address))) return true;
        if (refused.Any(network => network.Contains(address))) return false;
        if (address.AddressFamily is System.Net.Sockets.AddressFamily.InterNetwork) return !closed4.Any(network => network.Contains(address));
        // the last four bytes are what a translator goes to
        if (translated.Contains(address)) return Allows(new IPAddress(address.GetAddressBytes().AsSpan(12)));
        return address.ScopeId == 0 && open6.Contains(address) && !closed6.Any(network => network.Contains(address));
    }

    /// <summary>Whether a text is a network.</summary>
    public static bool IsNetwork(string text) => IPNetwork.TryParse(text, out _);
}
