using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Panel.Contracts.Access;
using Panel.Core;
using Panel.Core.Access;
using Panel.Core.Accounts;
using Panel.Core.Console;
using Panel.Core.Console.Input;
using Panel.Core.Servers;
using Panel.Tests.Console.Input;
using Panel.Tests.Support;

namespace Panel.Tests.Faults;

/// <summary>A panel that is another process, seen from outside: its database through operations of this process, its cluster through the API.</summary>
static partial class OutsideView
{
    /// <summary>Operations on the panel's database.</summary>
    public static async Task<ServiceProvider> PrepareAsync(string dataDirectory, int ports)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Panel:DataDirectory"] = dataDirectory,
            ["Panel:Admin:Email"] = PanelApp.AdminEmail,
            ["Panel:Admin:Password"] = PanelApp.AdminPassword,
            ["Panel:Ports:First"] = $"{ports}",
            ["Panel:Ports:Last"] = $"{ports + 60}",
        }).Build();
        var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddLogging().AddCore(configuration)
            .AddSingleton<MemoryCluster>().AddSingleton<IConsoleSource>(all => all.GetRequiredService<MemoryCluster>()).AddSingleton<IServerReach>(new ScriptedReach()).BuildServiceProvider();   // nobody looks at a console from here
        await CoreSetup.PrepareAsync(services, CancellationToken.None);
        return services;
    }

    /// <summary>The first administrator.</summary>
    public static async Task<Actor> AdministratorAsync(ServiceProvider services)
    {
        await using var db = await services.GetRequiredService<IDbContextFactory<PanelDb>>().CreateDbContextAsync();
        var account = await db.Set<Account>().SingleAsync();
        return new(account.Id, account.UserName!, PanelPermissions.All, Address: null);
    }

    /// <summary>The object names of the servers that are wanted, and of those that are to run.</summary>
    public static async Task<(HashSet<string> All, HashSet<string> Running)> WantedAsync(ServiceProvider services)
    {
        await using var db = await services.GetRequiredService<IDbContextFactory<PanelDb>>().CreateDbContextAsync();
        var rows = await db.Servers.AsNoTracking().Where(server => server.Hold != Hold.Deleting).Select(server => new { server.ObjectName, server.Intent }).ToListAsync();
        return ([.. rows.Select(row => row.ObjectName)], [.. rows.Where(row => row.Intent == RunIntent.Running).Select(row => row.ObjectName)]);
    }

    /// <summary>The names of what the cluster holds of a resource.</summary>
    public static async Task<HashSet<string>> ListAsync(string dataDirectory, string group, string resource) =>
        [.. (await ItemsAsync(dataDirectory, group, resource)).Select(item => item.GetProperty("metadata").GetProperty("name").GetString()!)];

    /// <summary>The StatefulSets whose pod is ready.</summary>
    public static async Task<HashSet<string>> ReadyAsync(string dataDirectory) =>
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

    [GeneratedRegex(@"server:\s*(\S+)")]
    private static partial Regex Server();

    [GeneratedRegex(@"token:\s*""?([^\s""]+)")]
    private static partial Regex Token();
}
