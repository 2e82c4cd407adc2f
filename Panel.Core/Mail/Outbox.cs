using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Panel.Core.Mail;

/// <summary>Mail that waits to be sent: bounded, in memory, sent by one loop.</summary>
public sealed partial class Outbox : IMail, IDisposable
{
    const int Most = 1000, AtOnce = 4, MostAttempts = 9;
    static readonly TimeSpan firstWait = TimeSpan.FromSeconds(5), longestWait = TimeSpan.FromMinutes(15), longestSending = TimeSpan.FromMinutes(2);

    readonly Channel<Letter> waiting = Channel.CreateBounded<Letter>(new BoundedChannelOptions(Most) { FullMode = BoundedChannelFullMode.Wait });
    readonly SemaphoreSlim turns = new(AtOnce);
    readonly IOptionsMonitor<MailOptions> options;
    readonly TimeProvider clock;
    readonly ILogger<Outbox> log;
    long dropped;

    /// <summary>An empty one.</summary>
    public Outbox(IOptionsMonitor<MailOptions> options, TimeProvider clock, ILogger<Outbox> log) => (this.options, this.clock, this.log) = (options, clock, log);

    /// <inheritdoc/>
    public bool IsConfigured => options.CurrentValue.Host is { Length: > 0 };

    /// <summary>How many mails were given up: the outbox was full, or the server refused them for good.</summary>
    public long Dropped => Interlocked.Read(ref dropped);

    /// <inheritdoc/>
    public Task SendAsync(string to, string subject, string text, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (!IsConfigured) throw new InvalidOperationException("No mail server is configured.");
        if (!waiting.Writer.TryWrite(new(to, subject, text)))
        {
            Interlocked.Increment(ref dropped);
            LogFull(Most);
        }
        return Task.CompletedTask;
    }

    /// <summary>Sends what waits, and waits for more. One that has to wait for another attempt holds up no other.</summary>
    public Task RunAsync(CancellationToken stopping) => Parallel.ForEachAsync(
        waiting.Reader.ReadAllAsync(stopping), new ParallelOptions { MaxDegreeOfParallelism = Most, CancellationToken = stopping }, async (letter, token) => await DeliverAsync(letter, token));

    async Task DeliverAsync(Letter letter, CancellationToken cancellation)
    {
        var wait = firstWait;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await AttemptAsync(letter, cancellation);
                LogSent(attempt);
                return;
            }
            catch (SmtpRefusal refusal) when (refusal.IsFinal || attempt == MostAttempts)
            {
                Interlocked.Increment(ref dropped);
                LogRefused(refusal.Message);
                return;
            }
            catch (Exception failure) when (!cancellation.IsCancellationRequested)
            {
                if (attempt == MostAttempts)
                {
                    Interlocked.Increment(ref dropped);
                    LogGivenUp(failure, attempt);
                    return;
                }
                LogLater(attempt, failure.Message);
            }
            // several panels that lost the same server do not come back in step
            await Task.Delay(wait * (0.5 + Random.Shared.NextDouble()), clock, cancellation);
            wait = wait * 3 > longestWait ? longestWait : wait * 3;
        }
    }

    async Task AttemptAsync(Letter letter, CancellationToken cancellation)
    {
        await turns.WaitAsync(cancellation);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(longestSending);
            await SmtpConnection.DeliverAsync(options.CurrentValue, letter, clock, limit.Token);
        }
        finally
        {
            turns.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => turns.Dispose();

    // neither who gets it nor what it says: a link in it signs somebody in
    [LoggerMessage(Level = LogLevel.Information, Message = "A mail was handed to the mail server at attempt {Attempt}")]
    partial void LogSent(int attempt);

    [LoggerMessage(Level = LogLevel.Error, Message = "A mail was not sent: {Most} wait already")]
    partial void LogFull(int most);

    [LoggerMessage(Level = LogLevel.Error, Message = "A mail was not sent: {Reason}")]
    partial void LogRefused(string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "A mail was not sent after {Attempts} attempts")]
    partial void LogGivenUp(Exception failure, int attempts);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A mail could not be sent yet (attempt {Attempt}): {Reason}")]
    partial void LogLater(int attempt, string reason);
}
