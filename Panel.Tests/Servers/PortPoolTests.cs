using System.Net;
using System.Net.Sockets;
using Panel.Core.Errors;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Servers;

public sealed class PortPoolTests
{
    [Fact]
    public async Task Port_that_another_program_listens_on_is_passed_over_and_an_empty_pool_says_so()
    {
        using var other = new TcpListener(IPAddress.Any, 0);
        other.Start();
        var busy = ((IPEndPoint)other.LocalEndpoint).Port;
        await using var host = await CoreHost.OnSqliteAsync(("Panel:Ports:First", $"{busy}"), ("Panel:Ports:Last", $"{busy}"));
        var ann = await host.AccountAsync();
        Assert.Contains("Panel:Ports", (await Assert.ThrowsAsync<ConflictException>(() => host.ServerAsync(ann))).Message, StringComparison.Ordinal);
        other.Stop();
        await Deadline.UntilAsync("the port is free", async () =>
        {
            try
            {
                var id = await host.ServerAsync(ann);
                return (await host.RowAsync(id))!.Allocations[0].Port == busy;
            }
            catch (ConflictException)
            {
                return false;
            }
        });
    }
}
