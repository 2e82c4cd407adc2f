using Microsoft.AspNetCore.Http;
using Panel.Kube.Wire;
using Panel.LocalCluster.Kubelet.Pods;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Kubelet.Streams;

/// <summary>Finds the container that a request means, and refuses in the API server's words.</summary>
static class PodAccess
{
    /// <exception cref="StatusException">No such pod (404), not on a node yet, or no such container (400).</exception>
    public static (PodWorker Pod, ContainerUnit Container) Find(PodSupervisor pods, string space, string name, string? container)
    {
        var worker = pods.Find(space, name) ?? throw pods.Explain(space, name);
        var units = worker.App.Concat(worker.Init).ToList();
        if (string.IsNullOrEmpty(container)) container = worker.Pod.Metadata.Annotations?.GetValueOrDefault("kubectl.kubernetes.io/default-container");
        if (string.IsNullOrEmpty(container) && worker.App.Count > 1)
            throw Statuses.BadRequest($"a container name must be specified for pod {name}, choose one of: [{string.Join(' ', units.Select(unit => unit.Name))}]");
        var found = string.IsNullOrEmpty(container) ? worker.App[0] : units.FirstOrDefault(unit => unit.Name == container);
        return (worker, found ?? throw Statuses.BadRequest($"container {container} is not valid for pod {name}"));
    }

    public static bool Flag(this HttpRequest request, string name) => request.Query[name].ToString() is "true" or "1" or "True";

    /// <exception cref="StatusException">It is given and no number, or below zero.</exception>
    public static long? Number(this HttpRequest request, string name)
    {
        if (request.Query[name].ToString() is not { Length: > 0 } text) return null;
        return long.TryParse(text, out var number) && number >= 0 ? number : throw Statuses.BadRequest($"{name} must be a number not below zero, not \"{text}\"");
    }

    /// <summary>Runs an endpoint; a refusal becomes the answer.</summary>
    public static async Task AnswerAsync(HttpContext http, Func<Task> endpoint)
    {
        try
        {
            await endpoint();
        }
        catch (StatusException refusal) when (!http.Response.HasStarted)
        {
            http.Response.StatusCode = refusal.Code;
            await http.Response.WriteAsJsonAsync(refusal.Status, KubeJson.Default.Status, cancellationToken: http.RequestAborted);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            http.Abort();
        }
    }
}
