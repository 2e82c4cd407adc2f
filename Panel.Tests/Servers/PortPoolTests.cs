using System.Net;
using System.Net.Sockets;
using Panel.Core.Errors;
using Panel.Core.Servers;
using Panel.Core.Templates;
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

    [Fact]
    public async Task Variable_that_is_a_port_gets_its_number_and_is_chosen_by_nobody()
    {
        await using var host = await CoreHost.OnSqliteAsync();
        host.AddTemplate("ported", """
            { "key": "ported", "name": "Ported", "images": { "One": "example/game:1" },
              "variables": [ { "name": "Query port", "env": "QUERY_PORT", "default": "", "rules": "required|integer|between:27015,27020" } ],
              "ports": [ { "name": "game", "protocol": "UDP" }, { "name": "query", "protocol": "UDP", "env": "QUERY_PORT" } ] }
            """);
        await host.RestartAsync();
        var ann = await host.AccountAsync();
        // its rule is for those who choose, and nobody does
        var row = (await host.RowAsync(await host.ServerAsync(ann, template: "ported")))!;
        var query = row.Allocations.Single(port => port.Name == "query").Port;
        Assert.Equal($"{query}", row.Spec(host.Get<TemplateCatalogue>().Find("ported")!, "UTC").Environment["QUERY_PORT"]);
        var refusal = await Assert.ThrowsAsync<InvalidFieldException>(() => host.Get<CreateServer>().RunAsync(ann, new() { Name = "Two", Template = "ported", Plan = "tiny", Variables = { ["QUERY_PORT"] = "27016" } }, default));
        Assert.Contains("the panel gives", Assert.Single(refusal.Errors["QUERY_PORT"]), StringComparison.Ordinal);
    }
}
