using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Panel.Core.Errors;

namespace Panel.Web.Components.Live;

/// <summary>
/// A component that follows streams: it opens them once the page is interactive, ends them when it goes, and turns a stream that
/// fails into a state of the page with a way to try again. A cluster that is away is tried again by itself.
/// </summary>
public abstract class LiveComponent : ComponentBase, IAsyncDisposable
{
    static readonly TimeSpan firstWait = TimeSpan.FromSeconds(1), longestWait = TimeSpan.FromSeconds(30);

    readonly CancellationTokenSource closing = new();
    readonly List<Task> following = [];
    TaskCompletionSource again = NewSignal();

    [Inject] TimeProvider Clock { get; set; } = default!;
    [Inject] ILoggerFactory Logs { get; set; } = default!;

    /// <summary>Is cancelled when the component goes; every operation it starts takes this.</summary>
    protected CancellationToken Closing => closing.Token;

    /// <summary>Why a stream that this component follows stands still, in words; null while all is well.</summary>
    protected string? Failure { get; set; }

    /// <summary>Follows a stream and draws the component anew after each item.</summary>
    /// <param name="open">Opens the stream; called again after a failure.</param>
    /// <param name="apply">Takes one item, on the component's own thread of control.</param>
    protected void Follow<T>(Func<CancellationToken, IAsyncEnumerable<T>> open, Action<T> apply) => FollowQuietly(open, item =>
    {
        apply(item);
        StateHasChanged();
        return Task.CompletedTask;
    });

    /// <summary>Follows a stream whose items change nothing that Blazor draws, or only now and then.</summary>
    /// <param name="open">Opens the stream; called again after a failure.</param>
    /// <param name="apply">Takes one item; the next is read when it is done, so that a slow browser slows only itself.</param>
    protected void FollowQuietly<T>(Func<CancellationToken, IAsyncEnumerable<T>> open, Func<T, Task> apply)
    {
        if (RendererInfo.IsInteractive) following.Add(FollowAsync(open, apply));   // a prerendered page opens no stream
    }

    /// <summary>Opens again what failed.</summary>
    protected void Retry()
    {
        Failure = null;
        var waiting = again;
        again = NewSignal();
        waiting.SetResult();
    }

    async Task FollowAsync<T>(Func<CancellationToken, IAsyncEnumerable<T>> open, Func<T, Task> apply)
    {
        for (var wait = firstWait; ; wait = wait * 2 > longestWait ? longestWait : wait * 2)
        {
            var retried = again.Task;
            Task pause;
            try
            {
                await foreach (var item in open(Closing))
                {
                    await InvokeAsync(() => ApplyAsync(item, apply));
                    wait = firstWait;
                }
                return;
            }
            catch (OperationCanceledException) when (Closing.IsCancellationRequested) { return; }
            catch (JSDisconnectedException) { return; }
            catch (ClusterUnavailableException failure)
            {
                await InvokeAsync(() => Show(failure.Message));
                pause = Task.Delay(wait * (0.5 + Random.Shared.NextDouble()), Clock, Closing);
            }
            catch (PanelException failure)
            {
                await InvokeAsync(() => Show(failure.Message));
                pause = Task.Delay(Timeout.InfiniteTimeSpan, Clock, Closing);
            }
            catch (Exception failure)
            {
                var words = Feedback.Report(Logs.CreateLogger(GetType()), failure);
                await InvokeAsync(() => Show(words));
                pause = Task.Delay(Timeout.InfiniteTimeSpan, Clock, Closing);
            }
            await Task.WhenAny(pause, retried);
            if (Closing.IsCancellationRequested) return;
        }
    }

    Task ApplyAsync<T>(T item, Func<T, Task> apply)
    {
        if (Failure is not null) Show(null);
        return apply(item);
    }

    void Show(string? words)
    {
        Failure = words;
        StateHasChanged();
    }

    static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Runs when the component goes, before its streams are awaited; nothing is drawn any more.</summary>
    protected virtual ValueTask CloseAsync() => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await CloseAsync();
        await Task.WhenAll(following);
        closing.Dispose();
        GC.SuppressFinalize(this);
    }
}
