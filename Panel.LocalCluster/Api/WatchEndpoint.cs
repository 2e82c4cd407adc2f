using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Panel.Kube.Wire;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Api;

/// <summary>
/// Streams changes as lines of JSON. A watch is a position in the history of its resource: a client that reads too slowly for what is kept gets an error and lists again.
/// </summary>
sealed class WatchEndpoint(ObjectStore store, TimeProvider clock, CancellationToken stopping)
{
    static readonly TimeSpan BookmarkPace = TimeSpan.FromMinutes(1);

    public async Task RunAsync(HttpContext context, Resource resource)
    {
        var watch = new Watch(context, resource, clock);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        var version = Begin(watch);
        await watch.FlushAsync(ended.Token);
        try
        {
            await FollowAsync(watch, version, ended.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
        {
            // the client sees an ordinary end of the stream and comes again
            await watch.FlushAsync(context.RequestAborted);
        }
    }

    long Begin(Watch watch)
    {
        var state = store.State;
        if (watch.From is "" or "0" || watch.SendsInitial)
        {
            foreach (var stored in state.Of(watch.Resource).All(watch.Query.Space).Where(watch.Query.Matches)) watch.Write("ADDED", stored);
            if (watch.SendsInitial) watch.WriteBookmark(state.Version, initialEnd: true);
            return state.Version;
        }
        if (!Versions.TryParse(watch.From, out var version)) throw Statuses.BadRequest($"Invalid value: \"{watch.From}\": resourceVersion must be a number");
        // a version of the future is one of another store: its client knows nothing of this one
        if (version > state.Version || store.EventsAfter(watch.Resource, version) is null) throw TooOld(version, state.Version);
        return version;
    }

    async Task FollowAsync(Watch watch, long version, CancellationToken cancellation)
    {
        var (end, bookmarkAt) = (clock.GetUtcNow() + watch.Timeout, clock.GetUtcNow() + BookmarkPace);
        while (true)
        {
            var changed = store.Changed(watch.Resource);
            if (store.EventsAfter(watch.Resource, version) is not { } read)
            {
                watch.WriteError(TooOld(version, store.State.Version).Status);
                await watch.FlushAsync(cancellation);
                return;
            }
            foreach (var item in read.Events) watch.Write(item);
            version = read.UpTo;
            var now = clock.GetUtcNow();
            if (watch.TakesBookmarks && (now >= bookmarkAt || now >= end))
            {
                watch.WriteBookmark(version, initialEnd: false);
                bookmarkAt = now + BookmarkPace;
            }
            await watch.FlushAsync(cancellation);
            if (now >= end) return;
            if (read.Events.Count == 0) await WaitAsync(changed, (end < bookmarkAt ? end : bookmarkAt) - now, cancellation);
        }
    }

    async Task WaitAsync(Task changed, TimeSpan most, CancellationToken cancellation)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(changed, Task.Delay(most, clock, timer.Token));
        await timer.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
    }

    static StatusException TooOld(long version, long current) => Statuses.Expired($"too old resource version: {version} ({current})");
}

/// <summary>One client's watch: what it asked for, and its stream.</summary>
sealed class Watch
{
    readonly HttpContext context;
    readonly TimeProvider clock;
    readonly AnswerForm form;
    bool headed;

    public Watch(HttpContext context, Resource resource, TimeProvider clock)
    {
        (this.context, this.clock, Resource) = (context, clock, resource);
        form = AnswerForm.Of(context.Request);
        Query = ObjectQuery.Of(context, resource);
        var query = context.Request.Query;
        From = (string?)query["resourceVersion"] ?? "";
        TakesBookmarks = (string?)query["allowWatchBookmarks"] is "1" or "true";
        SendsInitial = (string?)query["sendInitialEvents"] is "1" or "true";
        if (SendsInitial && ((string?)query["resourceVersionMatch"] != "NotOlderThan" || !TakesBookmarks))
            throw Invalid("sendInitialEvents requires resourceVersionMatch=NotOlderThan and allowWatchBookmarks=true");
        Timeout = int.TryParse(query["timeoutSeconds"], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0
            ? TimeSpan.FromSeconds(seconds)
            : TimeSpan.FromSeconds(Random.Shared.Next(1800, 3600));
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-cache, private";
    }

    public Resource Resource { get; }
    public ObjectQuery Query { get; }
    public string From { get; }
    public bool TakesBookmarks { get; }
    public bool SendsInitial { get; }
    public TimeSpan Timeout { get; }

    /// <summary>Writes what an event is to this client: an object that begins to match is added, one that ceases to is deleted.</summary>
    public void Write(ObjectEvent item)
    {
        var before = item.Before is not null && Query.Matches(item.Before);
        var now = !item.Removed && Query.Matches(item.Object);
        if (now) Write(before ? "MODIFIED" : "ADDED", item.Object);
        else if (before) Write("DELETED", item.Removed ? item.Object : item.Before!.At(item.Version));
    }

    public void Write(string type, StoredObject stored) => WriteLine(type, writer =>
    {
        Answers.WriteObject(writer, stored, form, clock.GetUtcNow(), headings: !headed);
        headed = true;
    });

    public void WriteError(Status status) => WriteLine("ERROR", writer => JsonSerializer.Serialize(writer, status, KubeJson.Default.Status));

    public void WriteBookmark(long version, bool initialEnd) => WriteLine("BOOKMARK", writer =>
    {
        var kind = form.Kind switch { FormKind.Table => "Table", FormKind.Metadata => "PartialObjectMetadata", _ => Resource.Kind };
        writer.WriteStartObject();
        writer.WriteString("kind", kind);
        writer.WriteString("apiVersion", form.Kind is FormKind.Whole ? Resource.ApiVersion : AnswerForm.MetaVersion);
        writer.WriteStartObject("metadata");
        writer.WriteString("resourceVersion", Versions.Format(version));
        if (form.Kind is not FormKind.Table) writer.WriteNull("creationTimestamp");
        if (initialEnd)
        {
            writer.WriteStartObject("annotations");
            writer.WriteString("k8s.io/initial-events-end", "true");
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
        if (form.Kind is FormKind.Table) writer.WriteNull("rows");
        writer.WriteEndObject();
    });

    public async Task FlushAsync(CancellationToken cancellation) => await context.Response.BodyWriter.FlushAsync(cancellation);

    void WriteLine(string type, Action<Utf8JsonWriter> write)
    {
        using (var writer = new Utf8JsonWriter(context.Response.BodyWriter))
        {
            writer.WriteStartObject();
            writer.WriteString("type", type);
            writer.WritePropertyName("object");
            write(writer);
            writer.WriteEndObject();
        }
        context.Response.BodyWriter.Write("\n"u8);
    }

    static StatusException Invalid(string message) =>
        Statuses.Invalid("ListOptions", "meta.k8s.io", "", [new() { Reason = "FieldValueForbidden", Field = "sendInitialEvents", Message = "Forbidden: " + message }]);
}
