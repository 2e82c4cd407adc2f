using System.Net;

namespace Panel.Core.Accounts.Keys;

/// <summary>From where a key may be used.</summary>
static class KeyNetworks
{
    public const int Most = 40;
    static readonly char[] between = [' ', ',', ';', '\t', '\r', '\n'];

    /// <summary>Reads addresses and networks.</summary>
    /// <param name="text">As somebody typed them.</param>
    /// <param name="networks">What they are; an IPv4 address that is written as one of IPv6 is that of IPv4.</param>
    /// <returns>The part that is neither, or null when all is well.</returns>
    public static string? Parse(string text, out IReadOnlyList<IPNetwork> networks)
    {
        var found = new List<IPNetwork>();
        networks = found;
        foreach (var part in text.Split(between, StringSplitOptions.RemoveEmptyEntries))
        {
            if (Read(part) is not { } network) return part;
            if (!found.Contains(network)) found.Add(network);
        }
        return null;
    }

    /// <summary>Whether an address is in one of them, or there are none.</summary>
    public static bool Allow(IReadOnlyList<IPNetwork> networks, IPAddress? address)
    {
        if (networks.Count == 0) return true;
        if (address is null) return false;
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return networks.Any(network => network.Contains(plain));
    }

    static IPNetwork? Read(string part)
    {
        var slash = part.IndexOf('/', StringComparison.Ordinal);
        // "1" and "10.1" are addresses to the framework, and a mistake here
        if (!IPAddress.TryParse(slash < 0 ? part : part[..slash], out var address) || (address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork && part.Count(letter => letter == '.') != 3)) return null;
        if (address.ScopeId() != 0) return null;
        var (whole, mapped) = (address.GetAddressBytes().Length * 8, address.IsIPv4MappedToIPv6);
        var bits = whole;
        if (slash >= 0 && (!int.TryParse(part.AsSpan(slash + 1), System.Globalization.NumberStyles.None, null, out bits) || bits > whole)) return null;
        if (mapped && bits < 96) return null;
        if (mapped) (address, bits) = (address.MapToIPv4(), bits - 96);
        return new(Masked(address, bits), bits);
    }

    static long ScopeId(this IPAddress address) => address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? address.ScopeId : 0;

    // 192.0.2.7/24 means the network that it is in
    static IPAddress Masked(IPAddress address, int bits)
    {
        var bytes = address.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++) bytes[i] &= (byte)(0xFF00 >> Math.Clamp(bits - (i * 8), 0, 8));
        return new(bytes);
    }
}
