using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Panel.Contracts.Servers;
using Panel.Core.Accounts;
using Panel.Core.Errors;
using Panel.Core.Servers;

namespace Panel.Core.Access;

/// <summary>Ends what somebody holds open, such as a console or a transfer, within two seconds of losing the permission for it.</summary>
public sealed partial class AccessGuard(ServerOperations servers, ChangedServers changed, AccountChanges accounts, Actors actors, TimeProvider clock, ILogger<AccessGuard> log)
{
    // a notice of another replica may be lost
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(15), Pace = TimeSpan.FromMilliseconds(250);

    /// <summary>Runs something long for as long as the actor may.</summary>
    /// <param name="actor">Who does it.</param>
    /// <param name="id">The server.</param>
    /// <param name="permission">What it takes: a key of <see cref="Contracts.Access.ServerPermissions"/>.</param>
    /// <param name="work">Takes the server, and a token that is cancelled when the permission is gone.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <param name="state">Refuses a state of the server in which this may not go on; null for none.</param>
    /// <exception cref="NotFoundException">There is no such server, or the actor may not know of it.</exception>
    /// <exception cref="ForbiddenException">The actor may not do this, or no more.</exception>
    internal async Task RunAsync(Actor actor, ServerId id, string permission, Func<Server, CancellationToken, Task> work, CancellationToken cancellation, Action<Server>? state = null)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var server = await servers.ReadAsync(actor, id, permission, cancellation);
        var watch = WatchAsync(actor, id, permission, stop, state);
        try
        {
            await work(server, stop.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested && stop.IsCancellationRequested)
        {
            throw await watch ?? new ForbiddenException("You may not do this any more.");
        }
        finally
        {
            await stop.CancelAsync();
            await watch;
        }
    }

    /// <summary>Reads something endless for as long as the actor may.</summary>
    /// <inheritdoc cref="RunAsync(Actor, ServerId, string, Func{Server, CancellationToken, Task}, CancellationToken, Action{Server}?)"/>
    internal async IAsyncEnumerable<T> ReadAsync<T>(
        Actor actor, ServerId id, string permission, Func<Server, CancellationToken, IAsyncEnumerable<T>> read, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var server = await servers.ReadAsync(actor, id, permission, cancellation);
        var watch = WatchAsync(actor, id, permission, stop);
        try
        {
            await using var items = read(server, stop.Token).GetAsyncEnumerator(stop.Token);
            while (await NextAsync(items)) yield return items.Current;
        }
        finally
        {
            await stop.CancelAsync();
            await watch;
        }

        async Task<bool> NextAsync(IAsyncEnumerator<T> items)
        {
            try
            {
                return await items.MoveNextAsync();
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested && stop.IsCancellationRequested)
            {
                throw await watch ?? new ForbiddenException("You may not do this any more.");
            }
        }
    }

    /// <summary>Checks again after every change that may matter. Cancels the source and returns the refusal when the permission is gone; null when it was cancelled from outside.</summary>
    async Task<PanelException?> WatchAsync(Actor actor, ServerId id, string permission, CancellationTokenSource stop, Action<Server>? state = null)
    {
        using var hint = new SemaphoreSlim(0, 1);
        using var server = changed.Listen();
        using var account = accounts.Listen(which => { if (which == actor.UserId || which == actor.ImpersonatorId || which == AccountChanges.All) Signal(hint); });
        var follow = FollowAsync(server, id, hint, stop.Token);
        try
        {
            for (var wait = TimeSpan.Zero; ;)
            {
                await hint.WaitAsync(wait, stop.Token);
                (var refusal, wait) = await CheckAsync(actor, id, permission, state, stop.Token);
                if (refusal is null) continue;
                await stop.CancelAsync();
                return refusal;
            }
        }
        catch (Exception end) when (end is OperationCanceledException or ObjectDisposedException)
        {
            return null;   // the work is done, or the panel is gone
        }
        finally
        {
            await follow;
        }
    }

    async Task FollowAsync(ChangedServers.Listener server, ServerId id, SemaphoreSlim hint, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                if ((await server.NextAsync(stop)).Contains(id)) Signal(hint);
                await Task.Delay(Pace, clock, stop);
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }
    }

    /// <summary>Why the actor may not go on, or after what time to ask again at the latest.</summary>
    async Task<(PanelException? Refusal, TimeSpan Wait)> CheckAsync(Actor actor, ServerId id, string permission, Action<Server>? state, CancellationToken cancellation)
    {
        try
        {
            if (await actors.AgainAsync(actor, cancellation) is not { } now) return (new ForbiddenException("You are signed in no more."), default);
            var asked = clock.GetUtcNow();
            var (server, rights) = await servers.FindAsync(now, id, permission, cancellation);
            state?.Invoke(server);
            // what ended while it was read was still allowed then: it is asked again at once
            var until = new[] { rights.Until, server.SupportUntil }.Where(end => end > asked).Min() - clock.GetUtcNow();
            return (null, until < Pace ? Pace : until < Longest ? until.Value : Longest);
        }
        catch (PanelException refusal) when (refusal is NotFoundException or ForbiddenException or ConflictException)
        {
            return (refusal, default);
        }
        catch (Exception failure) when (failure is not ObjectDisposedException && !cancellation.IsCancellationRequested)
        {
            // a database that is away takes no permission from anybody
            LogUnchecked(failure, id);
            return (null, Longest);
        }
    }

    static void Signal(SemaphoreSlim hint)
    {
        try
        {
            if (hint.CurrentCount == 0) hint.Release();
        }
        catch (Exception late) when (late is SemaphoreFullException or ObjectDisposedException)
        {
            // it is signalled already, or nobody waits any more
            return;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Whether somebody may still do what is under way on server {Id} could not be checked")]
    partial void LogUnchecked(Exception failure, ServerId id);
}
