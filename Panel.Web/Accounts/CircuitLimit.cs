using System.Collections.Concurrent;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Panel.Core.Errors;

namespace Panel.Web.Accounts;

/// <summary>How many live pages each account has open on this replica.</summary>
public sealed class OpenCircuits
{
    /// <summary>How many an account may have: each takes memory until it is closed.</summary>
    public const int Most = 200;

    /// <summary>How many connections an account, or an address that is not signed in, may have for them: a page that connects again may have two for a moment.</summary>
    public const int MostConnections = Most + 50;

    readonly ConcurrentDictionary<string, int> counts = [];

    /// <summary>Counts one more.</summary>
    /// <exception cref="ConflictException">There are as many as there may be.</exception>
    public void Open(string account) =>
        counts.AddOrUpdate(account, 1, (_, open) => open < Most ? open + 1 : throw new ConflictException($"There are {Most} pages of this account open. Close some."));

    /// <summary>Counts one less.</summary>
    public void Close(string account)
    {
        if (counts.AddOrUpdate(account, 0, (_, open) => open - 1) <= 0) counts.TryRemove(new(account, 0));
    }
}

/// <summary>Refuses a live page to an account that has too many, so that one person cannot fill the panel's memory with them.</summary>
public sealed class CircuitLimit(OpenCircuits open, AuthenticationStateProvider states) : CircuitHandler
{
    string? account;

    /// <inheritdoc/>
    public override async Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        if ((await states.GetAuthenticationStateAsync()).User.AccountId is not { } id) return;
        open.Open(id);
        account = id;
    }

    /// <inheritdoc/>
    public override Task OnCircuitClosedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        if (account is { } id) open.Close(id);
        account = null;
        return Task.CompletedTask;
    }
}
