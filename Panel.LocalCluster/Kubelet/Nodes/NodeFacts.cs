using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Panel.LocalCluster.Kubelet.Nodes;

/// <summary>This machine as the cluster's one node.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Address">Where others reach it.</param>
/// <param name="CpuMillis">Thousandths of a core that pods may ask for.</param>
/// <param name="MemoryMiB">Memory that pods may ask for.</param>
sealed partial record NodeFacts(string Name, string Address, long CpuMillis, long MemoryMiB)
{
    public static NodeFacts Read(LocalClusterOptions options) => new(
        options.NodeName ?? ToName(Environment.MachineName),
        FindAddress(),
        options.CpuMillis ?? Environment.ProcessorCount * 1000L,
        options.MemoryMiB ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20);

    /// <summary>How much of a resource there is, in its base unit.</summary>
    public decimal Capacity(string resource) => resource switch
    {
        "cpu" => CpuMillis / 1000m,
        "memory" => MemoryMiB * 1024m * 1024m,
        _ => 0,
    };

    static string ToName(string machine) => NotInName().Replace(machine.ToLowerInvariant(), "-").Trim('-', '.') is { Length: > 0 } name ? name : "local";

    // the address that others in the same network use; loopback on a machine without a network
    static string FindAddress()
    {
        try
        {
            return NetworkInterface.GetAllNetworkInterfaces()
                .Where(link => link.OperationalStatus == OperationalStatus.Up && link.NetworkInterfaceType != NetworkInterfaceType.Loopback)
                .OrderByDescending(link => link.GetIPProperties().GatewayAddresses.Count)
                .SelectMany(link => link.GetIPProperties().UnicastAddresses)
                .FirstOrDefault(address => address.Address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address.Address))?.Address.ToString() ?? "127.0.0.1";
        }
        catch (NetworkInformationException)
        {
            return "127.0.0.1";
        }
    }

    [GeneratedRegex("[^a-z0-9.-]")]
    private static partial Regex NotInName();
}
