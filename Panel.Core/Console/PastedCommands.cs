using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Panel.Contracts.Access;
using Panel.Contracts.Console;
using Panel.Contracts.Servers;
using Panel.Core.Access;
using Panel.Core.Errors;
using Panel.Core.Servers;

namespace Panel.Core.Console;

/// <summary>How far the lines of a paste are.</summary>
/// <param name="Sent">How many were sent.</param>
/// <param name="Of">How many there are.</param>
public sealed record PasteProgress(int Sent, int Of);

/// <summary>
/// Sends what a person pasted, line by line at the pace that one person may, whether the page stays open or not: one paste at a time of a person
/// on a server. Each line is sent as if it were typed then: who may not any more sends no more.
/// </summary>
public sealed partial class PastedCommands(SendCommand sending, ServerOperations servers, Actors actors, CommandPace pace, SaidLines said, TimeProvider clock, ILogger<PastedCommands> log) : IDisposable
{
    /// <summary>Lines of one paste, at most.</summary>
    public const int Most = 100;

    readonly ConcurrentDictionary<(string Account, ServerId Server), Paste> pastes = new();
    readonly CancellationTokenSource closing = new();
    readonly Lock gate = new();
    TaskCompletionSource change = NewSignal();

    /// <summary>Begins to send.</summary>
    /// <exception cref="InvalidFieldException">There are more lines than go at once, or none.</exception>
    /// <exception cref="NotFoundException">There is no such server, or the actor may not know of it.</exception>
    /// <exception cref="ForbiddenException">The actor may not send commands.</exception>
    /// <exception cref="ConflictException">The lines of a paste before are still being sent.</exception>
    public async Task BeginAsync(Actor actor, ServerId id, IReadOnlyList<string> lines, CancellationToken cancellation)
    {
        await servers.ReadAsync(actor, id, ServerPermissions.SendCommands, cancellation);
        if (lines.Count is 0 or > Most) throw new InvalidFieldException(nameof(lines), $"That is {lines.Count} lines; at most {Most} are sent at once.");
        var paste = new Paste(lines.Count, CancellationTokenSource.CreateLinkedTokenSource(closing.Token));
        if (!pastes.TryAdd((actor.UserId, id), paste))
        {
            paste.Dispose();
            throw new ConflictException("The lines of your last paste are still being sent; stop that first.");
        }
        Changed();
        _ = Task.Run(() => SendAsync(actor, id, [.. lines], paste), CancellationToken.None);
    }

    /// <summary>Sends no more of what the actor pasted.</summary>
    /// <exception cref="NotFoundException">There is no such server, or the actor may not know of it.</exception>
    /// <exception cref="ForbiddenException">The actor may not send commands.</exception>
    public async Task StopAsync(Actor actor, ServerId id, CancellationToken cancellation)
    {
        await servers.ReadAsync(actor, id, ServerPermissions.SendCommands, cancellation);
        if (pastes.TryGetValue((actor.UserId, id), out var paste)) paste.End();
    }

    /// <summary>How far the actor's paste is, now and whenever that changes; null while there is none.</summary>
    /// <exception cref="NotFoundException">There is no such server, or the actor may not know of it.</exception>
    /// <exception cref="ForbiddenException">The actor may not send commands.</exception>
    public async IAsyncEnumerable<PasteProgress?> FollowAsync(Actor actor, ServerId id, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await servers.ReadAsync(actor, id, ServerPermissions.SendCommands, cancellation);
        PasteProgress? told = new(-1, 0);
        while (true)
        {
            Task next;
            lock (gate) next = change.Task;
            var now = pastes.GetValueOrDefault((actor.UserId, id))?.Progress;
            if (now != told) yield return told = now;
            await next.WaitAsync(cancellation);
            await Task.Delay(Pace, clock, cancellation);    // many lines go at once
        }
    }

    static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);

    /// <summary>Some paste is further than it was, or is no more.</summary>
    void Changed()
    {
        TaskCompletionSource old;
        lock (gate) (old, change) = (change, NewSignal());
        old.SetResult();
    }

    static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    async Task SendAsync(Actor actor, ServerId id, string[] lines, Paste paste)
    {
        var why = "it was stopped.";
        try
        {
            for (var i = 0; i < lines.Length; i++)
            {
                if (i >= pace.Paste.AtOnce) await Task.Delay(pace.Paste.Wait, clock, paste.Stop);
                await sending.RunAsync(await NowAsync(actor, paste.Stop), id, new() { Command = lines[i] }, paste.Stop);
                paste.Progress = new(i + 1, lines.Length);
                Changed();
            }
        }
        catch (OperationCanceledException) when (paste.Stop.IsCancellationRequested)
        {
            LogStopped(id);
        }
        catch (PanelException refusal)
        {
            why = refusal.Message;
        }
        catch (Exception failure)
        {
            LogFailed(failure, id);
            why = "the panel could not send it.";
        }
        pastes.TryRemove(new((actor.UserId, id), paste));
        Changed();
        var (sent, of) = (paste.Progress.Sent, paste.Progress.Of);
        paste.Dispose();
        if (sent < of) said.Say(id, $"Of the {of} commands that {actor.Name} pasted {sent} were sent, and the other {of - sent} were not: {why}");
    }

    /// <summary>The actor with what it may at this moment.</summary>
    async Task<Actor> NowAsync(Actor actor, CancellationToken cancellation)
    {
        if (actor.ImpersonatorId is { } other && (await actors.FindAsync(other, actor.Address, cancellation))?.May(PanelPermissions.Impersonate) != true) throw new ForbiddenException("Who acted in another's name may not any more.");
        var now = actor.Key is { } key ? await actors.WithKeyAsync(actor.UserId, key, actor.Address, cancellation) : await actors.FindAsync(actor.UserId, actor.Address, cancellation);
        return (now ?? throw new ForbiddenException("The account is out of use.")) with { Impersonator = actor.Impersonator, ImpersonatorId = actor.ImpersonatorId };
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "A paste for {Server} was stopped")]
    partial void LogStopped(ServerId server);

    [LoggerMessage(Level = LogLevel.Error, Message = "Sending a paste to {Server} failed")]
    partial void LogFailed(Exception failure, ServerId server);

    /// <inheritdoc/>
    public void Dispose()
    {
        closing.Cancel();
        closing.Dispose();
    }

    sealed class Paste(int count, CancellationTokenSource stop) : IDisposable
    {
        readonly Lock gate = new();
        bool disposed;

        public PasteProgress Progress { get; set; } = new(0, count);

        public CancellationToken Stop { get; } = stop.Token;

        public void End()
        {
            lock (gate)
            {
                if (!disposed) stop.Cancel();
            }
        }

        public void Dispose()
        {
            lock (gate)
            {
                disposed = true;
                stop.Dispose();
            }
        }
    }
}
