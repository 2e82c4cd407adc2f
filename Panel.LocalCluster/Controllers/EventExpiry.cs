using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Controllers;

/// <summary>Removes events that have told their story: after an hour, and sooner when there are very many.</summary>
public sealed class EventExpiry(ObjectStore store, ObjectOperations operations, TimeProvider clock, ILogger<EventExpiry> logger)
{
    const int MaxEvents = 5000;
    static readonly TimeSpan Lifetime = TimeSpan.FromHours(1), Pace = TimeSpan.FromMinutes(1);

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Pace, clock);
        do
        {
            try
            {
                await SweepAsync(cancellation);
            }
            catch (Exception failure) when (!cancellation.IsCancellationRequested)
            {
                logger.LogWarning(failure, "Old events could not be removed; the next pass tries again.");
            }
        }
        while (await timer.WaitForNextTickAsync(cancellation));
    }

    async Task SweepAsync(CancellationToken cancellation)
    {
        var newest = store.State.Of(Resources.Events).All().OrderByDescending(stored => stored.Version).ToList();
        var oldest = clock.GetUtcNow() - Lifetime;
        foreach (var stored in newest.Where((stored, place) => place >= MaxEvents || LastSeen(stored) < oldest))
        {
            try
            {
                await operations.DeleteAsync(stored.Key, new(), cancellation);
            }
            catch (StatusException refusal) when (refusal.Code == 404)
            {
                continue;
            }
        }
    }

    static DateTimeOffset? LastSeen(StoredObject stored) => Time(stored.Document.TryGetProperty("lastTimestamp", out var last) ? last : default) ?? Time(stored.Metadata("creationTimestamp"));

    static DateTimeOffset? Time(JsonElement text) =>
        text.ValueKind is JsonValueKind.String && DateTimeOffset.TryParse(text.GetString(), CultureInfo.InvariantCulture, out var time) ? time : null;
}
