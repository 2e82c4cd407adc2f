using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Panel.Contracts.Access;
using Panel.Contracts.Console;
using Panel.Contracts.Servers;
using Panel.Core.Access;

namespace Panel.Web.Components.Console;

/// <summary>
/// A server's console. Its lines never become part of Blazor's tree: each batch goes to ConsoleView.razor.js, which holds and draws
/// them, and the next batch is read when the browser has taken the one before. So the server keeps no lines for a viewer, and a
/// browser that cannot keep up loses lines, counted, instead of memory.
/// </summary>
public sealed partial class ConsoleView
{
    // of a flood nobody reads more than a part, and what the browser does not draw it has time for: clicks do not wait behind lines
    const int HistoryBytes = 512 * 1024, BatchBytes = 48 * 1024, FloodBytes = 12 * 1024;

    /// <summary>A call that was under way while the connection broke is never answered; after this it is sent again.</summary>
    static readonly TimeSpan answerWithin = TimeSpan.FromSeconds(5), sendAgainAfter = TimeSpan.FromMilliseconds(250);

    static readonly TimeSpan shortestRest = TimeSpan.FromMilliseconds(100), longestRest = TimeSpan.FromSeconds(1);

    ElementReference root;
    IJSObjectReference? module, view;
    DotNetObjectReference<ConsoleView>? self;
    ServerView? server;
    bool anything;
    long last = -1, sequence;

    [Inject] TimeProvider Clock { get; set; } = default!;

    /// <summary>The server.</summary>
    [Parameter, EditorRequired] public ServerId ServerId { get; set; }

    /// <summary>Why no command can be typed; null when one can.</summary>
    string? Reason => server?.Row.Phase switch
    {
        null => "Connecting…",
        _ when !server.Row.Allowed.Contains(ServerPermissions.SendCommands) => "You may read along and not type",
        ServerPhase.Running => null,
        ServerPhase.Starting or ServerPhase.Stopping when server.StartedAt is not null => null,
        ServerPhase.Starting => "Commands can be typed once its program runs",
        ServerPhase.Stopping => "The server is stopping",
        ServerPhase.Installing => "Commands can be typed once the server is installed and runs",
        ServerPhase.Restoring => "A backup is being put back",
        ServerPhase.Failing when server.StartedAt is null => "The server fails, and no program of it runs",
        ServerPhase.Failing => null,
        ServerPhase.Suspended => server.Row.Reason is { } why ? $"The server is suspended: {why}" : "The server is suspended",
        ServerPhase.Deleting => "The server is being deleted",
        _ => "The server is offline; start it to type commands",
    };

    string Waiting => server?.Row.Phase switch
    {
        null => "Opening the console…",
        ServerPhase.Offline => "The server is offline. What it writes after a start appears here.",
        ServerPhase.Suspended => Reason + ".",
        _ => "Nothing has been written yet.",
    };

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender) return;
        try
        {
            self = DotNetObjectReference.Create(this);
            module = await Js.InvokeAsync<IJSObjectReference>("import", Closing, "./Components/Console/ConsoleView.razor.js");
            view = await module.InvokeAsync<IJSObjectReference>("open", Closing, root, self, ServerId.ToString(), Array.Empty<string>(), await MarkedAsync());
        }
        catch (OperationCanceledException) when (Closing.IsCancellationRequested) { return; }
        catch (JSDisconnectedException) { return; }
        FollowQuietly(FollowServerAsync, ShowAsync);
        FollowQuietly(ReadAsync, ShowAsync);
    }

    async IAsyncEnumerable<ServerView> FollowServerAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var actor = await Me.GetAsync();
        await using var changes = Following.RunAsync(actor, cancellation).GetAsyncEnumerator(cancellation);
        var next = changes.MoveNextAsync().AsTask();    // subscribed before the first look, so that no change falls between
        yield return await Servers.FindAsync(await Me.GetAsync(), ServerId, cancellation);
        while (await next)
        {
            if (changes.Current.Contains(ServerId)) yield return await Servers.FindAsync(await Me.GetAsync(), ServerId, cancellation);
            next = changes.MoveNextAsync().AsTask();
        }
    }

    async Task ShowAsync(ServerView now)
    {
        var drawn = server?.Row.Phase != now.Row.Phase || server.Row.Reason != now.Row.Reason || server.Row.Name != now.Row.Name || server.Row.Wait != now.Row.Wait || server.StartedAt != now.StartedAt || !server.Row.Allowed.SetEquals(now.Row.Allowed);
        server = now;
        if (drawn) StateHasChanged();
        await OfferAsync();
    }

    async IAsyncEnumerable<ConsoleBatch> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var actor = await Me.GetAsync();
        var history = true;
        await foreach (var batch in Opening.RunAsync(actor, ServerId, cancellation))
        {
            // after a failure the history comes again: what the page has already is left out, unless the numbers began anew
            var again = history && last >= 0 && batch.Lines is [.., { Number: var newest }] && newest >= last;
            history = false;
            yield return again ? batch with { Lines = [.. batch.Lines.Where(line => line.Number > last)] } : batch;
        }
    }

    async Task ShowAsync(ConsoleBatch batch)
    {
        if (batch is { Lines.Count: 0, Dropped: 0 }) return;
        var budget = last < 0 ? HistoryBytes : batch.Dropped > 0 ? FloodBytes : BatchBytes;
        if (batch.Lines is [.., var newest]) last = newest.Number;
        var payload = ConsolePayload.Write(batch, budget);
        sequence++;
        var began = Clock.GetTimestamp();
        while (!await AppendAsync(payload)) await Task.Delay(sendAgainAfter, Clock, Closing);
        // a browser that is busy with the lines of a flood has half of its time for clicks, and draws no more of them than somebody sees
        if (batch.Dropped > 0) await Task.Delay(TimeSpan.FromTicks(Math.Clamp(Clock.GetElapsedTime(began).Ticks, shortestRest.Ticks, longestRest.Ticks)), Clock, Closing);
        if (anything) return;
        anything = true;
        StateHasChanged();
    }

    /// <summary>Hands the browser a batch; one that it has already, it leaves out by its number.</summary>
    async Task<bool> AppendAsync(byte[] payload)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Closing);
        limit.CancelAfter(answerWithin);
        try
        {
            await view!.InvokeVoidAsync("append", limit.Token, sequence, payload).AsTask().WaitAsync(limit.Token);
            return true;
        }
        catch (OperationCanceledException) when (!Closing.IsCancellationRequested) { return false; }
    }

    /// <inheritdoc/>
    protected override async ValueTask CloseAsync()
    {
        try
        {
            if (view is not null)
            {
                await view.InvokeVoidAsync("dispose", TimeSpan.FromSeconds(2));
                await view.DisposeAsync();
            }
            if (module is not null) await module.DisposeAsync();
        }
        catch (Exception gone) when (gone is JSDisconnectedException or OperationCanceledException) { Log.LogDebug("The page was gone before its console."); }
        self?.Dispose();
    }
}
