using Microsoft.EntityFrameworkCore;
using Panel.Contracts.Servers;
using Panel.Core.Accounts;
using Panel.Core.Console;
using Panel.Core.Reconciling;
using Panel.Core.Servers;

namespace Panel.Core.Replicas;

/// <summary>One kind of thing that replicas tell each other of, by keys of ASCII letters, digits and marks other than a comma and a space.</summary>
abstract class NoticeTopic(string name) : IDisposable
{
    /// <summary>Says in a notice what its keys are of.</summary>
    public string Name { get; } = name;

    /// <summary>What this replica did and the others were not told of yet.</summary>
    public abstract Pending<string> Untold { get; }

    /// <summary>What others told and this replica has not looked at yet.</summary>
    public Pending<string> Heard { get; } = new();

    /// <summary>Looks at what others told.</summary>
    public abstract Task HearAsync(IReadOnlyCollection<string> keys, CancellationToken cancellation);

    /// <summary>Others may have told something while this replica did not listen.</summary>
    public abstract Task MissedAsync(CancellationToken cancellation);

    public void Dispose() => Heard.Dispose();
}

/// <summary>Rows of servers: pages show what changed, and the replica that leads makes a pass.</summary>
sealed class ServerNotices(ChangesMade made, IDbContextFactory<PanelDb> databases, Wake wake, ServerMemory memory) : NoticeTopic("servers")
{
    const int AtOnce = 200;

    public override Pending<string> Untold => made.Untold;

    public override async Task HearAsync(IReadOnlyCollection<string> keys, CancellationToken cancellation)
    {
        var ids = keys.Select(key => Guid.TryParseExact(key, "N", out var value) ? new ServerId(value) : (ServerId?)null).OfType<ServerId>();
        foreach (var some in ids.Chunk(AtOnce))
        {
            await using var db = await databases.CreateDbContextAsync(cancellation);
            var there = (await db.Servers.Where(server => some.Contains(server.Id)).Select(server => server.Id).ToListAsync(cancellation)).ToHashSet();
            foreach (var id in some)
            {
                if (!there.Contains(id)) memory.Forget(id);
                wake.Heard(id);
            }
        }
    }

    public override async Task MissedAsync(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await foreach (var id in db.Servers.Select(server => server.Id).AsAsyncEnumerable().WithCancellation(cancellation)) Heard.Add(id.Value.ToString("N"));
    }
}

/// <summary>Accounts and roles: what is kept in memory of them is read anew, and what they hold open is checked.</summary>
sealed class AccountNotices(AccountChanges accounts) : NoticeTopic("accounts")
{
    public override Pending<string> Untold => accounts.Untold;

    public override Task HearAsync(IReadOnlyCollection<string> keys, CancellationToken cancellation)
    {
        foreach (var key in keys) accounts.Heard(key);
        return Task.CompletedTask;
    }

    public override Task MissedAsync(CancellationToken cancellation)
    {
        accounts.Heard(AccountChanges.All);
        return Task.CompletedTask;
    }
}

/// <summary>Lines that the panel says in consoles: the viewers of all replicas see who typed what. One that was missed is not told again.</summary>
sealed class ConsoleNotices(SaidLines said) : NoticeTopic("console")
{
    public override Pending<string> Untold => said.Untold;

    public override Task HearAsync(IReadOnlyCollection<string> keys, CancellationToken cancellation)
    {
        foreach (var key in keys) said.Heard(key);
        return Task.CompletedTask;
    }

    public override Task MissedAsync(CancellationToken cancellation) => Task.CompletedTask;
}

/// <summary>Countdowns before stops: pages of all replicas show them, and all carry them out.</summary>
sealed class CountdownNotices(StopCountdowns countdowns) : NoticeTopic("countdowns")
{
    public override Pending<string> Untold => countdowns.Untold;

    public override Task HearAsync(IReadOnlyCollection<string> keys, CancellationToken cancellation) => countdowns.ReadAsync(cancellation);

    public override Task MissedAsync(CancellationToken cancellation) => countdowns.ReadAsync(cancellation);
}
