using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Panel.Kube.Wire;

namespace Panel.Kube.Client;

/// <summary>
/// Speaks to one API server: objects by kind, streams and WebSockets. Each call throws <see cref="KubeException"/> when the server refuses,
/// <see cref="HttpRequestException"/> when it cannot be reached, <see cref="TimeoutException"/> when it does not answer in time and
/// <see cref="KubeConfigException"/> when the configuration is at fault. Safe for parallel use.
/// </summary>
public sealed class KubeClient(KubeConnection connection)
{
    /// <summary>The name under which Panel owns fields of what it applies.</summary>
    public const string FieldManager = "panel";

    /// <summary>How many objects one page of a list holds.</summary>
    public const int PageSize = 500;

    /// <summary>An object, or null where there is none.</summary>
    public async Task<T?> FindAsync<T>(Kind<T> kind, string? space, string name, CancellationToken cancellation) where T : KubeObject
    {
        try
        {
            return await CallAsync(kind, HttpMethod.Get, kind.Path(space, name), default, null, cancellation);
        }
        catch (KubeException refusal) when (refusal.Code == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>All objects that match, page by page; each page tells the version that a watch goes on from.</summary>
    public async IAsyncEnumerable<KubeList<T>> PagesAsync<T>(Kind<T> kind, string? space, Selection selection, [EnumeratorCancellation] CancellationToken cancellation) where T : KubeObject
    {
        string? next = null;
        do
        {
            var path = $"{kind.Path(space)}?limit={PageSize}{selection.Query}{(next is null ? "" : "&continue=" + Uri.EscapeDataString(next))}";
            var page = await connection.AskAsync(() => new(HttpMethod.Get, path), (body, token) => JsonSerializer.DeserializeAsync(body, kind.List, token), cancellation)
                ?? throw new JsonException("The API server's list was null.");
            yield return page;
            next = page.Metadata.Continue;
        }
        while (!string.IsNullOrEmpty(next));
    }

    /// <summary>Makes an object; one of that name is a <c>Conflict</c> (409).</summary>
    public Task<T> CreateAsync<T>(Kind<T> kind, string? space, T item, CancellationToken cancellation) where T : KubeObject =>
        CallAsync(kind, HttpMethod.Post, $"{kind.Path(space)}?fieldManager={FieldManager}", Json(kind, item), "application/json", cancellation);

    /// <summary>Makes an object as it is given, or what of it belongs to the manager; fields that the manager no longer names go (server-side apply).</summary>
    public Task<T> ApplyAsync<T>(Kind<T> kind, string space, T item, CancellationToken cancellation, string manager = FieldManager) where T : KubeObject =>
        ApplyAsync(kind, space, item.Metadata.Name!, Json(kind, item), cancellation, manager);

    /// <summary>Applies a part of an object that is written by hand.</summary>
    public Task<T> ApplyAsync<T>(Kind<T> kind, string space, string name, ReadOnlyMemory<byte> json, CancellationToken cancellation, string manager = FieldManager) where T : KubeObject =>
        CallAsync(kind, HttpMethod.Patch, $"{kind.Path(space, name)}?fieldManager={manager}&force=true", json, "application/apply-patch+yaml", cancellation);

    /// <summary>Sets some fields of an object, or of a part of it such as <c>scale</c> (merge patch).</summary>
    public Task MergeAsync<T>(Kind<T> kind, string space, string name, string? part, ReadOnlyMemory<byte> json, CancellationToken cancellation, string manager = FieldManager) where T : KubeObject =>
        connection.AskAsync(Request(HttpMethod.Patch, $"{kind.Path(space, name, part)}?fieldManager={manager}", json, "application/merge-patch+json"), Nothing, cancellation);

    /// <summary>Asks for an object's removal.</summary>
    /// <returns>Whether there was one.</returns>
    public async Task<bool> DeleteAsync<T>(Kind<T> kind, string? space, string name, DeleteOptions? options, CancellationToken cancellation) where T : KubeObject
    {
        var body = options is null ? default : (ReadOnlyMemory<byte>)JsonSerializer.SerializeToUtf8Bytes(options, Kinds.DeleteOptions);
        try
        {
            return await connection.AskAsync(Request(HttpMethod.Delete, kind.Path(space, name), body, options is null ? null : "application/json"), Nothing, cancellation);
        }
        catch (KubeException refusal) when (refusal.Code == HttpStatusCode.NotFound)
        {
            return false;
        }
    }

    /// <summary>Which Kubernetes it is.</summary>
    public async Task<ClusterVersion> VersionAsync(CancellationToken cancellation) =>
        await connection.AskAsync(Request(HttpMethod.Get, "/version", default, null), (body, token) => JsonSerializer.DeserializeAsync(body, Kinds.Version, token), cancellation) ?? new();

    /// <summary>Whether a kind is served here.</summary>
    public async Task<bool> ServesAsync<T>(Kind<T> kind, CancellationToken cancellation) where T : KubeObject
    {
        try
        {
            var group = await connection.AskAsync(Request(HttpMethod.Get, kind.Group, default, null), (body, token) => JsonSerializer.DeserializeAsync(body, Kinds.Resources, token), cancellation);
            return group?.Resources.Any(resource => resource.Name == kind.Plural) == true;
        }
        catch (KubeException refusal) when (refusal.Code == HttpStatusCode.NotFound)
        {
            return false;
        }
    }

    /// <summary>Opens a stream without an end, such as a watch or a log; the caller disposes of it.</summary>
    public Task<Stream> OpenAsync(string path, CancellationToken cancellation) => connection.OpenAsync(() => new(HttpMethod.Get, path), cancellation);

    /// <summary>Opens a WebSocket of the channel protocol.</summary>
    public Task<WebSocket> ConnectAsync(string path, CancellationToken cancellation) => connection.ConnectAsync(path, cancellation);

    async Task<T> CallAsync<T>(Kind<T> kind, HttpMethod method, string path, ReadOnlyMemory<byte> body, string? mediaType, CancellationToken cancellation) where T : KubeObject =>
        await connection.AskAsync(Request(method, path, body, mediaType), (stream, token) => JsonSerializer.DeserializeAsync(stream, kind.Item, token), cancellation)
            ?? throw new JsonException("The API server's object was null.");

    static ValueTask<bool> Nothing(Stream body, CancellationToken cancellation) => ValueTask.FromResult(true);

    static Func<HttpRequestMessage> Request(HttpMethod method, string path, ReadOnlyMemory<byte> body, string? mediaType) => () =>
    {
        var request = new HttpRequestMessage(method, path);
        if (mediaType is null) return request;
        request.Content = new ReadOnlyMemoryContent(body);
        request.Content.Headers.ContentType = new(mediaType);
        return request;
    };

    static ReadOnlyMemory<byte> Json<T>(Kind<T> kind, T item) where T : KubeObject
    {
        (item.ApiVersion, item.Kind) = (kind.ApiVersion, kind.Name);
        return JsonSerializer.SerializeToUtf8Bytes(item, kind.Item);
    }
}

/// <summary>Which objects of a kind are meant.</summary>
/// <param name="Labels">A label selector, or null for all.</param>
/// <param name="Fields">A field selector, or null for all.</param>
public readonly record struct Selection(string? Labels = null, string? Fields = null)
{
    /// <summary>The selection as parameters, each with a leading ampersand.</summary>
    public string Query => string.Create(CultureInfo.InvariantCulture,
        $"{(Labels is null ? "" : "&labelSelector=" + Uri.EscapeDataString(Labels))}{(Fields is null ? "" : "&fieldSelector=" + Uri.EscapeDataString(Fields))}");
}
