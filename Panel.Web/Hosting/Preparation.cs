using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Panel.Core;
using Panel.Core.Accounts;

namespace Panel.Web.Hosting;

/// <summary>Brings the database to its newest form before the first request, and tells on the console where to go once the panel listens.</summary>
public sealed class Preparation(IServiceProvider services, IServer server, FirstAdministrator first) : IHostedLifecycleService
{
    /// <summary>Whether the database is ready for requests.</summary>
    public bool Done { get; private set; }

    /// <inheritdoc/>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await CoreSetup.PrepareAsync(services, cancellationToken);
        Done = true;
    }

    /// <inheritdoc/>
    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        if (server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() is not { } listening) return;
        var address = Reachable(listening);
        // a person reads this, so it is no log line
        Console.WriteLine($"\n  Panel listens on {address}");
        if (await first.IssueTokenAsync(cancellationToken) is { } token)
        {
            Console.WriteLine($"\n  There is no administrator yet. Make the first one here:\n  {address}/setup?token={token}");
        }
        Console.WriteLine();
    }

    /// <summary>An address a browser on this machine can open: one that listens everywhere is reached as localhost.</summary>
    internal static string Reachable(string listening)
    {
        var binding = BindingAddress.Parse(listening);
        var host = binding.Host is "*" or "+" or "0.0.0.0" or "[::]" ? "localhost" : binding.Host;
        return $"{binding.Scheme}://{host}:{binding.Port}{binding.PathBase}";
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
