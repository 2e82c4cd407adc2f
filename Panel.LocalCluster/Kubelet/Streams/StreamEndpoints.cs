using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Panel.LocalCluster.Kubelet.Pods;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Kubelet.Streams;

/// <summary><c>…/pods/{name}/exec</c> and <c>…/attach</c> over WebSocket.</summary>
static class StreamEndpoints
{
    public static void Map(WebApplication app, PodSupervisor pods, TimeProvider clock)
    {
        string[] verbs = ["GET", "POST"];
        app.MapMethods("/api/v1/namespaces/{space}/pods/{name}/exec", verbs, (string space, string name, HttpContext http) => PodAccess.AnswerAsync(http, () => ExecAsync(http, pods, space, name, clock)));
        app.MapMethods("/api/v1/namespaces/{space}/pods/{name}/attach", verbs, (string space, string name, HttpContext http) => PodAccess.AnswerAsync(http, () => AttachAsync(http, pods, space, name)));
    }

    static async Task ExecAsync(HttpContext http, PodSupervisor pods, string space, string name, TimeProvider clock)
    {
        var (protocol, unit) = Check(http, pods, space, name);
        var command = http.Request.Query["command"].OfType<string>().ToList();
        if (command.Count == 0) throw Statuses.BadRequest("you must specify at least 1 command for the container");
        using var exec = await StartAsync(unit, command, clock, http.RequestAborted);
        using var socket = await http.WebSockets.AcceptWebSocketAsync(protocol);
        using var channels = new ChannelSocket(socket);
        await new ExecStream(exec, channels, clock).RunAsync(http.Request.Flag("stdin"), http.Request.Flag("stdout"), http.Request.Flag("stderr"), http.RequestAborted);
    }

    static async Task AttachAsync(HttpContext http, PodSupervisor pods, string space, string name)
    {
        var (protocol, unit) = Check(http, pods, space, name);
        if (unit.Process is not { } process || unit.OpenReader(previous: false) is not { } log) throw NotRunning(unit);
        var stdin = http.Request.Flag("stdin");
        if (stdin && unit.Spec.Stdin != true) throw Statuses.BadRequest($"container {unit.Name} has no open input: its spec does not say stdin: true");
        using var socket = await http.WebSockets.AcceptWebSocketAsync(protocol);
        using var channels = new ChannelSocket(socket);
        await new AttachStream(process, log, channels).RunAsync(stdin, http.Request.Flag("stdout"), http.Request.Flag("stderr"), http.RequestAborted);
    }

    static (string Protocol, ContainerUnit Unit) Check(HttpContext http, PodSupervisor pods, string space, string name)
    {
        var (_, unit) = PodAccess.Find(pods, space, name, http.Request.Query["container"]);
        if (!unit.Running) throw NotRunning(unit);
        if (http.Request.Flag("tty")) throw Statuses.BadRequest("a terminal cannot be had on the local cluster; leave out tty (kubectl: -t)");
        if (!http.WebSockets.IsWebSocketRequest) throw Statuses.BadRequest("Upgrade request required");
        var protocol = ChannelSocket.Protocols.FirstOrDefault(http.WebSockets.WebSocketRequestedProtocols.Contains);
        return (protocol ?? throw Statuses.BadRequest($"one of the subprotocols {string.Join(", ", ChannelSocket.Protocols)} is required"), unit);
    }

    // a container is running as soon as its shim is; its program follows when the sandbox is built
    static async Task<ContainerExec> StartAsync(ContainerUnit unit, List<string> command, TimeProvider clock, CancellationToken cancellation)
    {
        for (var left = 100; ; left--)
        {
            try
            {
                return ContainerExec.Start(unit.PrepareExec(command));
            }
            catch (ExecException) when (left > 0 && unit.Running)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), clock, cancellation);
            }
            catch (Exception refusal) when (refusal is ExecException or ConfigException)
            {
                throw Statuses.BadRequest(refusal.Message);
            }
        }
    }

    static StatusException NotRunning(ContainerUnit unit) => Statuses.BadRequest($"container {unit.Name} is not running: {unit.Waiting?.Reason ?? unit.Record.End?.Reason ?? "ContainerCreating"}");
}
