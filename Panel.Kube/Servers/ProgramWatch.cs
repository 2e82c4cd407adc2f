using System.Text.Json;
using Microsoft.Extensions.Logging;
using Panel.Core.Servers;
using Panel.Kube.Client;
using Panel.Kube.Wire;

namespace Panel.Kube.Servers;

/// <summary>
/// Follows nodes that say which programs they lack, by an annotation. A Kubernetes whose nodes fetch images has none, and an account that may not
/// read nodes learns of none: then nothing is known to be missing.
/// </summary>
sealed partial class ProgramWatch
{
    /// <summary>Chooses nodes that have the annotation.</summary>
    const string Telling = "panel.dev/programs=told", Annotation = "panel.dev/missing-programs";

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    readonly WatchCache<Node> nodes;
    readonly ObservedCluster cluster;
    readonly ObservedServers servers;
    readonly ILogger<ProgramWatch> log;

    public ProgramWatch(KubeClient client, ObservedCluster cluster, ObservedServers servers, TimeProvider clock, ILogger<ProgramWatch> log)
    {
        (this.cluster, this.servers, this.log) = (cluster, servers, log);
        nodes = new(client, Kinds.Nodes, null, new(Telling), _ => Tell(), failure => LogUnknown(failure?.Message), clock);
    }

    /// <summary>Follows them until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellation) => nodes.RunAsync(cancellation);

    // what one node lacks and another has is not missing
    void Tell()
    {
        if (nodes.Items.Select(node => node.Status?.Addresses?.FirstOrDefault(address => address.Type == "InternalIP")?.Address).FirstOrDefault(address => address is not null) is { } host) servers.SetHost(host);
        var lists = nodes.Items.Select(Read).ToList();
        cluster.SetMissing(lists.Count == 0 ? null : [.. lists.Skip(1).Aggregate(lists[0], (all, some) => [.. all.Intersect(some)])]);
    }

    IReadOnlyList<MissingProgram> Read(Node node)
    {
        try
        {
            return JsonSerializer.Deserialize<List<MissingProgram>>(ServerObjects.Annotation(node.Metadata, Annotation) ?? "[]", Json) ?? [];
        }
        catch (JsonException broken)
        {
            LogBroken(node.Metadata.Name, broken.Message);
            return [];
        }
    }

    [LoggerMessage(LogLevel.Debug, "Which programs nodes lack is not known: {Message}")]
    partial void LogUnknown(string? message);

    [LoggerMessage(LogLevel.Warning, "The node {Node} says in a way that cannot be read which programs it lacks: {Message}")]
    partial void LogBroken(string? node, string message);
}
