using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Panel.Core.Servers;
using Panel.Kube.Client;
using Panel.Kube.Wire;

namespace Panel.Kube.Servers;

/// <summary>
/// Applies what protects servers where the cluster has it and lets the panel do it. A cluster that does not is no reason to keep a server
/// from running: it is told once, in words, and looked at again after a while.
/// </summary>
sealed partial class ServerProtection(KubeClient client, IOptions<KubeOptions> options, ObservedCluster notes, TimeProvider clock, ILogger<ServerProtection> log)
{
    static readonly TimeSpan Trusted = TimeSpan.FromMinutes(10);

    Known? known;

    string Space => options.Value.Namespace;

    /// <summary>What the cluster can do; asked again after a while, for clusters are upgraded.</summary>
    public async Task<ClusterAbilities> AbilitiesAsync(CancellationToken cancellation)
    {
        if (known is { } before && clock.GetElapsedTime(before.At) < Trusted) return before.Abilities;
        var found = await ClusterAbilities.FindAsync(client, options.Value, notes, cancellation);
        known = new(found, clock.GetTimestamp());
        return found;
    }

    /// <summary>Applies it, or takes away what the settings do not want any more.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="served">Whether the cluster has such things.</param>
    /// <param name="objectName">The server.</param>
    /// <param name="item">The object; null for none.</param>
    /// <param name="cancellation">Gives up waiting for the answer.</param>
    public async Task ApplyAsync<T>(Kind<T> kind, bool served, string objectName, T? item, CancellationToken cancellation) where T : KubeObject
    {
        try
        {
            if (item is not null) await client.ApplyAsync(kind, Space, item, cancellation);
            else if (served) await client.DeleteAsync(kind, Space, objectName, null, cancellation);
            notes.Note(Refusal(kind), null);
        }
        catch (KubeException refusal) when (refusal.Code == HttpStatusCode.Forbidden)
        {
            if (notes.Note(Refusal(kind), $"Servers run without {kind.Plural} of their own. The cluster refused: {refusal.Message}")) LogWithout(kind.Plural, refusal.Message);
        }
    }

    /// <summary>Asks for its removal.</summary>
    /// <returns>Whether there was one.</returns>
    public async Task<bool> DeleteAsync<T>(Kind<T> kind, string objectName, CancellationToken cancellation) where T : KubeObject
    {
        try
        {
            return await client.DeleteAsync(kind, Space, objectName, null, cancellation);
        }
        catch (KubeException refusal) when (refusal.Code == HttpStatusCode.Forbidden)
        {
            return false;   // whoever may not take it away did not put it there
        }
    }

    static string Refusal<T>(Kind<T> kind) where T : KubeObject => $"{kind.Plural} refused";

    [LoggerMessage(LogLevel.Warning, "Servers run without {Kind}: {Message}")]
    partial void LogWithout(string kind, string message);

    sealed record Known(ClusterAbilities Abilities, long At);
}
