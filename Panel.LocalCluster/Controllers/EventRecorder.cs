using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Panel.Kube.Wire;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Controllers;

/// <summary>
/// Writes Events. One that repeats is counted, not written again; an event an hour old is removed, as a real cluster does.
/// A lost event loses nothing but news, so writing one never fails its caller.
/// </summary>
/// <param name="objects">Where events go.</param>
/// <param name="component">Who tells, such as <c>kubelet</c>.</param>
/// <param name="clock">Tells the time.</param>
/// <param name="logger">Is told of events that could not be written.</param>
public sealed partial class EventRecorder(Objects objects, string component, TimeProvider clock, ILogger logger)
{
    static readonly TimeSpan Lifetime = TimeSpan.FromHours(1), SweepPause = TimeSpan.FromMinutes(5);
    const int MaxMessage = 1024;

    /// <summary>Something went as it should.</summary>
    public Task NormalAsync(KubeObject about, string reason, string message, CancellationToken cancellation) => RecordAsync(about, "Normal", reason, message, cancellation);

    /// <summary>Something did not.</summary>
    public Task WarningAsync(KubeObject about, string reason, string message, CancellationToken cancellation) => RecordAsync(about, "Warning", reason, message, cancellation);

    /// <summary>Removes old events until cancelled. One recorder of a cluster does this for all.</summary>
    public async Task SweepAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            var oldest = clock.GetUtcNow() - Lifetime;
            foreach (var old in objects.List<Event>(where: e => e.LastTimestamp < oldest))
                await objects.RemoveAsync<Event>(old.Metadata.Namespace, old.Metadata.Name!, old.Metadata.Uid!, cancellation);
            await Task.Delay(SweepPause, clock, cancellation);
        }
    }

    async Task RecordAsync(KubeObject about, string type, string reason, string message, CancellationToken cancellation)
    {
        if (message.Length > MaxMessage) message = message[..MaxMessage];
        var space = about.Metadata.Namespace ?? "default";
        var name = $"{about.Metadata.Name}.{Hash(about.Metadata.Uid, type, reason, message)}";
        var now = clock.GetUtcNow();
        try
        {
            if (objects.Find<Event>(space, name) is not null)
            {
                await objects.UpdateAsync<Event>(space, name, e => (e.Count, e.LastTimestamp) = ((e.Count ?? 1) + 1, now), cancellation);
                return;
            }
            await objects.CreateAsync(new Event
            {
                Metadata = new() { Namespace = space, Name = name },
                InvolvedObject = new() { ApiVersion = about.ApiVersion, Kind = about.Kind, Namespace = about.Metadata.Namespace, Name = about.Metadata.Name, Uid = about.Metadata.Uid },
                Type = type,
                Reason = reason,
                Message = message,
                Count = 1,
                FirstTimestamp = now,
                LastTimestamp = now,
                Source = new() { Component = component },
                ReportingComponent = component,
            }, cancellation);
        }
        catch (StatusException refusal)
        {
            // the namespace goes away, or another writer was first
            LogNotWritten(reason, about.Metadata.Name, refusal.Message);
        }
    }

    static string Hash(params string?[] parts) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))))[..16];

    [LoggerMessage(Level = LogLevel.Debug, Message = "No event {Reason} for {Name}: {Why}")]
    partial void LogNotWritten(string reason, string? name, string why);
}
