using System.Globalization;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Panel.LocalCluster.Kubelet.Logs;
using Panel.LocalCluster.Kubelet.Pods;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Kubelet.Streams;

/// <summary><c>GET …/pods/{name}/log</c>.</summary>
static class LogEndpoints
{
    public static void Map(WebApplication app, PodSupervisor pods, TimeProvider clock) =>
        app.MapGet("/api/v1/namespaces/{space}/pods/{name}/log", (string space, string name, HttpContext http) =>
            PodAccess.AnswerAsync(http, () => WriteAsync(http, pods, space, name, clock)));

    static async Task WriteAsync(HttpContext http, PodSupervisor pods, string space, string name, TimeProvider clock)
    {
        var request = http.Request;
        var (_, unit) = PodAccess.Find(pods, space, name, request.Query["container"]);
        var previous = request.Flag("previous");
        var reader = unit.OpenReader(previous) ?? throw Refusal(unit, name, previous);
        var since = Since(request, clock);
        var from = request.Number("tailLines") is { } tail ? reader.FindTail(tail) : reader.Start;

        http.Response.ContentType = "text/plain";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await http.Response.StartAsync(http.RequestAborted);
        // headers at once: a client that follows a silent log shall know that it is connected
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
        var text = new LogText(http.Response.BodyWriter, request.Flag("timestamps"), since, request.Number("limitBytes"));
        await reader.ReadAsync(from, request.Flag("follow"), text.Write, text.FlushAsync, http.RequestAborted);
    }

    static StatusException Refusal(ContainerUnit unit, string pod, bool previous) => previous
        ? Statuses.BadRequest($"previous terminated container \"{unit.Name}\" in pod \"{pod}\" not found")
        : Statuses.BadRequest($"container \"{unit.Name}\" in pod \"{pod}\" is waiting to start: {unit.Waiting?.Message ?? unit.Waiting?.Reason ?? "ContainerCreating"}");

    static DateTimeOffset? Since(HttpRequest request, TimeProvider clock)
    {
        var (time, seconds) = (request.Query["sinceTime"].ToString(), request.Number("sinceSeconds"));
        if (time.Length > 0 && seconds is not null) throw Statuses.BadRequest("at most one of `sinceTime` or `sinceSeconds` may be specified");
        if (seconds is { } ago) return clock.GetUtcNow().AddSeconds(-ago);
        if (time.Length == 0) return null;
        return DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : throw Statuses.BadRequest($"sinceTime \"{time}\" is no time of RFC 3339");
    }

    /// <summary>Turns log entries into the lines of the answer.</summary>
    sealed class LogText(PipeWriter output, bool timestamps, DateTimeOffset? since, long? limit)
    {
        long left = limit ?? long.MaxValue;
        bool lineBegun, late = since is null;

        public bool Write(in LogEntry entry)
        {
            // times only rise: once one is late enough, all are
            if (!late && !(late = LogStamp.TryRead(entry.Stamp, out var time) && time >= since)) return true;
            if (timestamps && !lineBegun)
            {
                Put(entry.Stamp);
                Put(" "u8);
            }
            Put(entry.Text);
            if (!entry.Partial) Put("\n"u8);
            lineBegun = entry.Partial;
            return left > 0;
        }

        public async ValueTask FlushAsync(CancellationToken cancellation)
        {
            var flushed = await output.FlushAsync(cancellation);
            if (flushed.IsCompleted) throw new OperationCanceledException("The client went away.");
        }

        void Put(ReadOnlySpan<byte> bytes)
        {
            if (bytes.Length > left) bytes = bytes[..(int)left];
            bytes.CopyTo(output.GetSpan(bytes.Length));
            output.Advance(bytes.Length);
            left -= bytes.Length;
        }
    }
}
