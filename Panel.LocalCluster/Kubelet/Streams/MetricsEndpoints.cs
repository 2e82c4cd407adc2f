using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Panel.Kube.Wire;
using Panel.LocalCluster.Kubelet.Pods;
using Panel.LocalCluster.Kubelet.Usage;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Kubelet.Streams;

/// <summary><c>metrics.k8s.io/v1beta1</c>: what pods and the node use.</summary>
static class MetricsEndpoints
{
    const string Version = "metrics.k8s.io/v1beta1";
    const string Root = "/apis/" + Version;

    public static void Map(WebApplication app, PodSupervisor pods, UsageSampler usage, KubeletContext context)
    {
        app.MapGet(Root + "/pods", (HttpContext http) => PodAccess.AnswerAsync(http, () => ListAsync(http, null)));
        app.MapGet(Root + "/namespaces/{space}/pods", (string space, HttpContext http) => PodAccess.AnswerAsync(http, () => ListAsync(http, space)));
        app.MapGet(Root + "/namespaces/{space}/pods/{name}", (string space, string name, HttpContext http) => PodAccess.AnswerAsync(http, async () =>
        {
            var found = pods.Find(space, name) is { } worker ? Pod(worker, usage) : null;
            await http.Response.WriteAsJsonAsync(found ?? throw Statuses.Of(404, "NotFound", $"podmetrics.metrics.k8s.io \"{space}/{name}\" not found"), http.RequestAborted);
        }));
        Task ListAsync(HttpContext http, string? space)
        {
            var labels = LabelQuery.Parse(http.Request.Query["labelSelector"]);
            var chosen = pods.Workers.Where(worker => (space is null || worker.Pod.Metadata.Namespace == space) && labels.Matches(worker.Pod.Metadata.Labels));
            return http.Response.WriteAsJsonAsync(List("PodMetricsList", chosen.Select(worker => Pod(worker, usage))), http.RequestAborted);
        }
        app.MapGet(Root + "/nodes", () => List("NodeMetricsList", [Node(pods, usage, context)]));
        app.MapGet(Root + "/nodes/{name}", (string name, HttpContext http) => PodAccess.AnswerAsync(http, async () =>
        {
            if (name != context.Node.Name) throw Statuses.Of(404, "NotFound", $"nodemetrics.metrics.k8s.io \"{name}\" not found");
            await http.Response.WriteAsJsonAsync(Node(pods, usage, context), http.RequestAborted);
        }));
    }

    static JsonObject List(string kind, IEnumerable<JsonObject?> items) => new()
    {
        ["kind"] = kind,
        ["apiVersion"] = Version,
        ["metadata"] = new JsonObject(),
        ["items"] = new JsonArray([.. items.Where(item => item is not null)]),
    };

    // a container that has not been looked at twice has no rate yet, and its pod no metrics
    static JsonObject? Pod(PodWorker worker, UsageSampler usage)
    {
        var used = worker.App.Select(unit => (Unit: unit, unit.Name, Usage: usage.Find(unit))).Where(pair => pair.Usage is { Window.Ticks: > 0 }).ToList();
        if (used.Count == 0) return null;
        var metadata = Metadata(worker.Pod.Metadata.Name!);
        metadata["namespace"] = worker.Pod.Metadata.Namespace;
        if (worker.Pod.Metadata.Labels is { } labels) metadata["labels"] = new JsonObject(labels.Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, pair.Value)));
        return new()
        {
            ["kind"] = "PodMetrics",
            ["apiVersion"] = Version,
            ["metadata"] = metadata,
            ["timestamp"] = used.Max(pair => pair.Usage!.At),
            ["window"] = $"{used.Max(pair => pair.Usage!.Window).TotalSeconds:0.###}s",
            ["containers"] = new JsonArray([.. used.Select(pair => new JsonObject { ["name"] = pair.Name, ["usage"] = Amounts(pair.Unit, pair.Usage!, usage) })]),
        };
    }

    static JsonObject Node(PodSupervisor pods, UsageSampler usage, KubeletContext context)
    {
        var used = pods.Workers.SelectMany(worker => worker.App).Select(usage.Find).OfType<ContainerUsage>().ToList();
        return new()
        {
            ["kind"] = "NodeMetrics",
            ["apiVersion"] = Version,
            ["metadata"] = Metadata(context.Node.Name),
            ["timestamp"] = context.Now,
            ["window"] = "5s",
            ["usage"] = Amounts(used.Sum(one => one.CpuNanos), used.Sum(one => one.MemoryBytes)),
        };
    }

    static JsonObject Metadata(string name) => new() { ["name"] = name };

    /// <summary>Beside processor and memory, what went over the network, under names of Panel's own: whoever does not know them passes them over.</summary>
    static JsonObject Amounts(ContainerUnit unit, ContainerUsage used, UsageSampler usage)
    {
        var amounts = Amounts(used.CpuNanos, used.MemoryBytes);
        var traffic = usage.Traffic(unit);
        amounts[PodMetrics.NetworkCounted] = traffic is null ? "0" : "1";
        if (traffic is { } bytes) (amounts[PodMetrics.ReceivedBytes], amounts[PodMetrics.SentBytes]) = ($"{bytes.Received}", $"{bytes.Sent}");
        return amounts;
    }

    static JsonObject Amounts(long cpuNanos, long memoryBytes) => new() { ["cpu"] = $"{cpuNanos}n", ["memory"] = $"{memoryBytes >> 10}Ki" };
}
