using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Panel.Core;
using Panel.Core.Accounts;

namespace Panel.Web.Hosting;

/// <summary>
/// Brings the database to its newest form before the first request is answered, and tells on the console where to go once the panel listens.
/// It works beside the rest of the start; what needs the database waits for <see cref="Done"/>.
/// </summary>
public sealed class Preparation(IServiceProvider services, IServer server, FirstAdministrator first) : IHostedLifecycleService
{
    readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    Task? work;

    /// <summary>Ends once the database is ready; never, where it cannot be made so: the panel ends then.</summary>
    public Task Done => done.Task;

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        work = Task.Run(() => PrepareAsync(cancellationToken), cancellationToken);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        if (work is not null) await work;
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

    async Task PrepareAsync(CancellationToken cancellation)
    {
        await CoreSetup.PrepareAsync(services, cancellation);
        done.SetResult();
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
