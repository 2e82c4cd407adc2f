using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Panel.Core.Access;
using Panel.Core.Accounts;

namespace Panel.Web.Accounts;

/// <summary>A page that stays open for days is told when its account is not what it was any more, and leads to the sign-in then.</summary>
public sealed class CircuitCheck : RevalidatingServerAuthenticationStateProvider
{
    readonly Actors actors;
    readonly Sessions sessions;
    readonly AccountStates states;
    readonly ILogger<CircuitCheck> log;
    IDisposable? listening;
    readonly CancellationTokenSource closing = new();

    /// <summary>Begins to listen for changes of accounts as soon as it is known whose page it is.</summary>
    public CircuitCheck(ILoggerFactory logs, Actors actors, Sessions sessions, AccountStates states, AccountChanges changes) : base(logs)
    {
        (this.actors, this.sessions, this.states, log) = (actors, sessions, states, logs.CreateLogger<CircuitCheck>());
        // before that there is nobody to check
        AuthenticationStateChanged += known => listening ??= changes.Listen(account => _ = CheckAsync(account));
    }

    /// <inheritdoc/>
    protected override TimeSpan RevalidationInterval => TimeSpan.FromMinutes(5);

    /// <inheritdoc/>
    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken)
    {
        if (await actors.FindAsync(authenticationState.User, address: null, cancellationToken) is null) return false;
        // an open page is a session in use, though it sends no request
        if (authenticationState.User is { AccountId: { } account, SessionId: { } session }) await sessions.SeenAsync(account, session, address: null, cancellationToken);
        return true;
    }

    async Task CheckAsync(string account)
    {
        try
        {
            var state = await GetAuthenticationStateAsync();
            if (state.User.Identity?.IsAuthenticated != true || (account != AccountChanges.All && state.User.AccountId != account && state.User.Impersonator?.AccountId != account)) return;
            // one that is still good is left alone: to tell of it would draw the page anew, without what was typed into it
            if (!await ValidateAuthenticationStateAsync(state, closing.Token)) SetAuthenticationState(Task.FromResult(new AuthenticationState(Nobody(state.User, await SignedOut.WhyAsync(states, state.User, closing.Token)))));
        }
        catch (Exception failure)
        {
            // the next check comes by time
            if (!closing.IsCancellationRequested) log.LogWarning(failure, "Whether an open page's account is still what it was could not be checked");
        }
    }

    // signed in as nobody; who it was says where to lead them, and why
    static ClaimsPrincipal Nobody(ClaimsPrincipal was, string why) => new(new ClaimsIdentity(was.Claims.Append(new(SignedOut.Claim, why))));

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        listening?.Dispose();
        closing.Cancel();
        closing.Dispose();
        base.Dispose(disposing);
    }
}
