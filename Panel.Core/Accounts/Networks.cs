using System.Net;
using System.Net.Sockets;

namespace Panel.Core.Accounts;

/// <summary>What counts as one place when attempts are counted.</summary>
public static class Networks
{
    /// <summary>The same of an address as text; nothing where there is none.</summary>
    public static string Of(string? address) => Of(IPAddress.TryParse(address, out var parsed) ? parsed : null);

    /// <summary>The name of an address's network. A household has a whole IPv6 network of 64 bits: one of its addresses is as good as another.</summary>
    public static string Of(IPAddress? address) => address switch
    {
        null => "",
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } => Convert.ToHexString(address.GetAddressBytes(), 0, 8),
        _ => address.ToString(),
    };
}
