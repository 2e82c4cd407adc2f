using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Panel.Kube.Wire;
using Panel.LocalCluster.Store;

namespace Panel.LocalCluster.Api;

/// <summary>Get and list; a list that is to be watched is handed on.</summary>
sealed class ReadEndpoints(ObjectStore store, WatchEndpoint watches, TimeProvider clock)
{
    public async Task FindAsync(HttpContext context, Resource resource)
    {
        if (IsWatch(context))
        {
            await watches.RunAsync(context, resource);
            return;
        }
        var key = ObjectQuery.Key(context, resource);
        await Answers.ObjectAsync(context, store.Find(key) ?? throw Statuses.NotFound(resource, key.Name), clock.GetUtcNow());
    }

    public async Task ListAsync(HttpContext context, Resource resource)
    {
        if (IsWatch(context))
        {
            await watches.RunAsync(context, resource);
            return;
        }
        if (context.Request.Query.ContainsKey("sendInitialEvents")) throw Forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list");
        var query = ObjectQuery.Of(context, resource);
        var limit = int.TryParse(context.Request.Query["limit"], NumberStyles.None, CultureInfo.InvariantCulture, out var asked) && asked > 0 ? asked : int.MaxValue;
        var (items, version, after) = Start(context, resource, limit);
        var rest = items.All(query.Space).Where(stored => after is null || IsAfter(stored.Key, after)).Where(query.Matches);
        var page = (limit == int.MaxValue ? rest : rest.Take(limit + 1)).ToList();
        var place = new ListMeta { ResourceVersion = Versions.Format(version) };
        if (page.Count > limit)
        {
            page.RemoveAt(limit);
            place.Continue = ContinueToken.Write(new(version, page[^1].Key.Namespace ?? "", page[^1].Key.Name));
            if (!query.HasSelector) place.RemainingItemCount = items.All(query.Space).Count(stored => IsAfter(stored.Key, (page[^1].Key.Namespace ?? "", page[^1].Key.Name)));
        }
        await Answers.ListAsync(context, resource, page, place, clock.GetUtcNow());
    }

    static bool IsWatch(HttpContext context) => (string?)context.Request.Query["watch"] is "1" or "true" or "True" or "";

    // pages after the first show the objects as they were at the first
    (ObjectSet Items, long Version, (string, string)? After) Start(HttpContext context, Resource resource, int limit)
    {
        var query = context.Request.Query;
        var (match, text) = ((string?)query["resourceVersionMatch"] ?? "", (string?)query["resourceVersion"] ?? "");
        if (query["continue"] is [{ Length: > 0 } written])
        {
            var token = ContinueToken.Read(written);
            var then = store.At(resource, token.Version) ?? throw Statuses.Expired("The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.");
            return (then, token.Version, (token.Space, token.Name));
        }
        var state = store.State;
        if (match.Length > 0 && text.Length == 0) throw Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided");
        if (text is "" or "0") return (state.Of(resource), state.Version, null);
        if (!Versions.TryParse(text, out var version)) throw Statuses.BadRequest($"Invalid value: \"{text}\": resourceVersion must be a number");
        if (version > state.Version) throw TooLarge(version, state.Version);
        if (match != "Exact" && (match == "NotOlderThan" || limit == int.MaxValue)) return (state.Of(resource), state.Version, null);
        return (store.At(resource, version) ?? throw Statuses.Expired($"The resourceVersion for the provided list is too old: {version}"), version, null);
    }

    static bool IsAfter(ObjectKey key, (string Space, string Name)? place)
    {
        var order = string.CompareOrdinal(key.Namespace ?? "", place!.Value.Space);
        return order > 0 || (order == 0 && string.CompareOrdinal(key.Name, place.Value.Name) > 0);
    }

    static StatusException TooLarge(long version, long current)
    {
        var refusal = Statuses.Of(504, "Timeout", $"Timeout: Too large resource version: {version}, current: {current}");
        refusal.Status.Details = new() { RetryAfterSeconds = 1, Causes = [new() { Reason = "ResourceVersionTooLarge", Message = "Too large resource version" }] };
        return refusal;
    }

    static StatusException Forbidden(string field, string message) =>
        Statuses.Invalid("ListOptions", "meta.k8s.io", "", [new() { Reason = "FieldValueForbidden", Field = field, Message = "Forbidden: " + message }]);
}

/// <summary>Where the next page of a list begins, and of which version.</summary>
sealed record ContinueToken(long Version, string Space, string Name)
{
    public static string Write(ContinueToken token) => Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(token));

    /// <exception cref="StatusException">BadRequest: the text is none of ours.</exception>
    public static ContinueToken Read(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<ContinueToken>(Encoding.UTF8.GetString(Convert.FromBase64String(text))) is { Space: not null, Name: not null } token ? token : throw new FormatException();
        }
        catch (Exception failure) when (failure is FormatException or JsonException)
        {
            throw Statuses.BadRequest($"continue key is not valid: {failure.Message}");
        }
    }
}
