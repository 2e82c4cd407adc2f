using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Panel.Contracts.Servers;
using Panel.Core;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Faults;

/// <summary>SIGKILL of the whole panel at many moments of creates, starts, stops and removals.</summary>
[Trait("Lane", "cluster")]
public sealed class KillTests
{
    [Fact]
    public async Task Killed_at_any_moment_every_server_reaches_what_is_wanted_and_nothing_is_doubled_or_left()
    {
        var ports = FreePort.Next();
        await using var panel = new PanelProcess().With("Panel:Admin:Email", PanelApp.AdminEmail).With("Panel:Admin:Password", PanelApp.AdminPassword)
            .With("Panel:Ports:First", $"{ports}").With("Panel:Ports:Last", $"{ports + 60}");
        await using var services = await OutsideView.PrepareAsync(panel.DataDirectory, ports);
        var actor = await OutsideView.AdministratorAsync(services);
        var (create, power, delete) = (services.GetRequiredService<CreateServer>(), services.GetRequiredService<ChangePower>(), services.GetRequiredService<DeleteServer>());

        var living = new List<(ServerId Id, string Name)>();
        // the moments fall before, within and after the passes that a start of the panel brings
        int[] moments = [0, 60, 130, 250, 400, 650, 1000, 1600];
        foreach (var (round, moment) in moments.Index())
        {
            var name = $"Server {round}";
            living.Add((await create.RunAsync(actor, new() { Name = name, Template = "demo", Plan = "tiny", Start = round % 4 != 3 }, CancellationToken.None), name));
            if (round >= 2) await power.RunAsync(actor, living[0].Id, round % 2 == 0 ? PowerAction.Stop : PowerAction.Restart, CancellationToken.None);
            if (round is 3 or 6)
            {
                await delete.RunAsync(actor, living[1].Id, living[1].Name, CancellationToken.None);
                living.RemoveAt(1);
            }
            await panel.StartAsync();
            await Task.Delay(moment);
            await panel.KillAsync();
        }

        await panel.StartAsync();
        var (names, running) = await OutsideView.WantedAsync(services);
        Assert.Equal(living.Count, names.Count);
        await Deadline.UntilAsync("every server runs or rests as wanted, once", () => IsAsWantedAsync(panel.DataDirectory, names, running), TimeSpan.FromSeconds(150));
        // a second of each would show up as the first ends; a restart that was under way may still take one away for a moment
        for (var look = 0; look < 15; look++)
        {
            await Task.Delay(100);
            Assert.InRange(Games(panel.DataDirectory), 0, running.Count);
        }
        await Deadline.UntilAsync("it is so still, or again", () => IsAsWantedAsync(panel.DataDirectory, names, running));
    }

    static async Task<bool> IsAsWantedAsync(string dataDirectory, HashSet<string> names, HashSet<string> running)
    {
        try
        {
            return Games(dataDirectory) == running.Count
                && (await OutsideView.ListAsync(dataDirectory, "/apis/apps/v1", "statefulsets")).SetEquals(names)
                && (await OutsideView.ListAsync(dataDirectory, "/api/v1", "persistentvolumeclaims")).SetEquals(names.Select(name => name + "-data"))
                && (await OutsideView.ReadyAsync(dataDirectory)).SetEquals(running);
        }
        catch (HttpRequestException)
        {
            return false;   // the kubeconfig is still the last run's: the cluster writes its own as it starts
        }
    }

    /// <summary>How many game programs run of this data directory; their sandboxes and shells do not count.</summary>
    static int Games(string dataDirectory) => LeftProcesses.Find(dataDirectory).Count(IsGame);

    static bool IsGame(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline").Split('\0') is [var program, var assembly, "demo", ..]
                && Path.GetFileName(program) == "dotnet" && Path.GetFileName(assembly) == "Panel.Games.dll";
        }
        catch (IOException)
        {
            return false;   // it ended while we looked
        }
    }
}
