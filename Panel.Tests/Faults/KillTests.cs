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
public sealed partial class KillTests
{
    [Fact]
    public async Task Killed_at_any_moment_every_server_reaches_what_is_wanted_and_nothing_is_doubled_or_left()
    {
        var ports = FreePort.Next();
        await using var panel = new PanelProcess().With("Panel:Admin:Email", PanelApp.AdminEmail).With("Panel:Admin:Password", PanelApp.AdminPassword)
            .With("Panel:Ports:First", $"{ports}").With("Panel:Ports:Last", $"{ports + 60}");
        await using var services = await PrepareAsync(panel.DataDirectory, ports);
        var actor = await AdministratorAsync(services);
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
        var (names, running) = await WantedAsync(services);
        Assert.Equal(living.Count, names.Count);
        await Deadline.UntilAsync("every server runs or rests as wanted, once", () => IsAsWantedAsync(panel.DataDirectory, names, running), TimeSpan.FromSeconds(150));
        // and it stays so: a second of each would show up as the first ends
        await Task.Delay(1500);
        Assert.Equal(running.Count, Games(panel.DataDirectory));
    }

    static async Task<bool> IsAsWantedAsync(string dataDirectory, HashSet<string> names, HashSet<string> running)
    {
        try
        {
            return Games(dataDirectory) == running.Count
                && (await ListAsync(dataDirectory, "/apis/apps/v1", "statefulsets")).SetEquals(names)
                && (await ListAsync(dataDirectory, "/api/v1", "persistentvolumeclaims")).SetEquals(names.Select(name => name + "-data"))
                && (await ReadyAsync(dataDirectory)).SetEquals(running);
        }
        catch (HttpRequestException)
        {
            return false;   // the kubeconfig is still the last run's: the cluster writes its own as it starts
        }
    }

    static async Task<ServiceProvider> PrepareAsync(string dataDirectory, int ports)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Panel:DataDirectory"] = dataDirectory,
            ["Panel:Admin:Email"] = PanelApp.AdminEmail,
            ["Panel:Admin:Password"] = PanelApp.AdminPassword,
            ["Panel:Ports:First"] = $"{ports}",
            ["Panel:Ports:Last"] = $"{ports + 60}",
        }).Build();
        var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddLogging().AddCore(configuration).BuildServiceProvider();
        await CoreSetup.PrepareAsync(services, CancellationToken.None);
        return services;
    }

    static async Task<Actor> AdministratorAsync(ServiceProvider services)
    {
        await using var db = await services.GetRequiredService<IDbContextFactory<PanelDb>>().CreateDbContextAsync();
        var account = await db.Set<Account>().SingleAsync();
        return new(account.Id, account.UserName!, IsAdmin: true, Address: null);
    }

    static async Task<(HashSet<string> All, HashSet<string> Running)> WantedAsync(ServiceProvider services)
    {
        await using var db = await services.GetRequiredService<IDbContextFactory<PanelDb>>().CreateDbContextAsync();
        var rows = await db.Servers.AsNoTracking().Where(server => server.Hold != Hold.Deleting).Select(server => new { server.ObjectName, server.Intent }).ToListAsync();
        return ([.. rows.Select(row => row.ObjectName)], [.. rows.Where(row => row.Intent == RunIntent.Running).Select(row => row.ObjectName)]);
    }

    static async Task<HashSet<string>> ListAsync(string dataDirectory, string group, string resource) =>
        [.. (await ItemsAsync(dataDirectory, group, resource)).Select(item => item.GetProperty("metadata").GetProperty("name").GetString()!)];

    static async Task<HashSet<string>> ReadyAsync(string dataDirectory) =>
    [
        .. (await ItemsAsync(dataDirectory, "/apis/apps/v1", "statefulsets"))
            .Where(item => item.TryGetProperty("status", out var status) && status.TryGetProperty("readyReplicas", out var ready) && ready.GetInt32() == 1)
            .Select(item => item.GetProperty("metadata").GetProperty("name").GetString()!),
    ];

    static async Task<IReadOnlyList<JsonElement>> ItemsAsync(string dataDirectory, string group, string resource)
    {
        var kubeconfig = await File.ReadAllTextAsync(Path.Combine(dataDirectory, "cluster", "kubeconfig"));
        // its certificate is its own authority's; this test is about what it answers
        using var anyCertificate = new HttpClientHandler { ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator };
        using var http = new HttpClient(anyCertificate) { BaseAddress = new(Server().Match(kubeconfig).Groups[1].Value), Timeout = TimeSpan.FromSeconds(10) };
        http.DefaultRequestHeaders.Authorization = new("Bearer", Token().Match(kubeconfig).Groups[1].Value);
        using var answer = JsonDocument.Parse(await http.GetStringAsync(new Uri($"{group}/namespaces/game-servers/{resource}", UriKind.Relative)));
        return [.. answer.RootElement.GetProperty("items").EnumerateArray().Select(item => item.Clone())];
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

    [GeneratedRegex(@"server:\s*(\S+)")]
    private static partial Regex Server();

    [GeneratedRegex(@"token:\s*""?([^\s""]+)")]
    private static partial Regex Token();
}
