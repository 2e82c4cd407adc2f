using System.Collections.Concurrent;
using Panel.Kube.Client;
using Panel.Kube.Wire;
using Panel.Tests.Support;
using Xunit;
using static Panel.Tests.Kube.Client.PlayedApi;

namespace Panel.Tests.Kube.Client;

public sealed class WatchCacheTests
{
    [Fact]
    public async Task Three_pages_are_one_list_and_the_watch_goes_on_from_it()
    {
        await using var api = await StartAsync(
            Say(List("10", "two", Pod("a", 1), Pod("b", 2))), Say(List("10", "three 3/+", Pod("c", 3))), Say(List("10", "", Pod("d", 4))),
            SayAndHang(Event("MODIFIED", Pod("a", 11)), Event("ADDED", Pod("e", 12)), Event("DELETED", Pod("b", 13))));
        using var cache = Watch(api);
        await cache.UntilAsync("a:11 c:3 d:4 e:12");
        var asked = api.Asked.ToArray();
        Assert.DoesNotContain("continue", asked[0], StringComparison.Ordinal);
        Assert.EndsWith("&continue=two", asked[1], StringComparison.Ordinal);
        Assert.EndsWith("&continue=three%203%2F%2B", asked[2], StringComparison.Ordinal);
        Assert.Contains("resourceVersion=10", asked[3], StringComparison.Ordinal);
        Assert.Contains("allowWatchBookmarks=true", asked[3], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_vanished_while_nobody_watched_is_told_after_410_in_either_form(bool asEvent)
    {
        const string Gone = """{"kind":"Status","apiVersion":"v1","status":"Failure","message":"too old resource version","reason":"Expired","code":410}""";
        await using var api = await StartAsync(
            Say(List("10", "", Pod("a", 1), Pod("b", 2))),
            asEvent ? Say($$"""{"type":"ERROR","object":{{Gone}}}""" + "\n") : Say(Gone, 410),
            Say(List("20", "", Pod("b", 2), Pod("c", 15))), SayAndHang());
        using var cache = Watch(api);
        await cache.UntilAsync("b:2 c:15");
        Assert.Equal(["a", "b", "c", "a"], cache.Changed);   // the list came, then what it brought, then what it lacked
        await Deadline.UntilAsync("the second watch", () => api.Asked.Count == 4);
        Assert.Contains("resourceVersion=20", api.Asked.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_watch_that_ends_in_order_goes_on_from_its_last_event_without_a_list()
    {
        await using var api = await StartAsync(
            Say(List("10", "", Pod("a", 1))), Say(Event("MODIFIED", Pod("a", 11)) + Event("BOOKMARK", """{"kind":"Pod","metadata":{"resourceVersion":"40"}}""")), SayAndHang(Event("ADDED", Pod("b", 41))));
        using var cache = Watch(api);
        await cache.UntilAsync("a:11 b:41");
        Assert.Contains("resourceVersion=40", api.Asked.Last(), StringComparison.Ordinal);
        Assert.Equal(3, api.Asked.Count);
    }

    [Fact]
    public async Task Half_a_line_is_no_event_and_the_next_watch_tells_it()
    {
        var whole = Event("ADDED", Pod("b", 11));
        await using var api = await StartAsync(
            Say(List("10", "", Pod("a", 1))), SayAndBreak(Event("MODIFIED", Pod("a", 11)) + whole[..20]), SayAndHang(whole));
        using var cache = Watch(api);
        await cache.UntilAsync("a:11 b:11");
        Assert.Contains("resourceVersion=11", api.Asked.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_are_read_however_they_are_cut()
    {
        var text = Event("ADDED", Pod("b", 11)) + Event("MODIFIED", Pod("a", 12)) + Event("DELETED", Pod("b", 13));
        await using var api = await StartAsync(Say(List("10", "", Pod("a", 1))), SayAndHang([.. text.Chunk(7).Select(part => new string(part))]));
        using var cache = Watch(api);
        await cache.UntilAsync("a:12");
    }

    [Fact]
    public async Task A_silent_stream_is_given_up_and_the_next_one_tells_what_it_kept_back()
    {
        await using var api = await StartAsync(Say(List("10", "", Pod("a", 1))), SayAndHang(), SayAndHang(Event("DELETED", Pod("a", 11))));
        using var cache = Watch(api, new(TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(0.1)));
        await cache.UntilAsync("");
    }

    [Fact]
    public async Task Failures_are_reported_until_the_server_answers_again()
    {
        await using var api = await StartAsync(
            Say("""{"kind":"Status","status":"Failure","message":"pods is forbidden","reason":"Forbidden","code":403}""", 403), Say(List("10", "", Pod("a", 1))), SayAndHang());
        using var cache = Watch(api);
        await Deadline.UntilAsync("the failure", () => cache.Failure is KubeException { Reason: "Forbidden" });
        await cache.UntilAsync("a:1");
        Assert.Null(cache.Failure);
    }

    [Fact]
    public async Task A_server_that_is_busy_is_asked_again_when_it_says()
    {
        await using var api = await StartAsync(
            async context =>
            {
                context.Response.Headers.RetryAfter = "1";
                await Say("Too many requests, please try again later.\n", 429)(context);
            },
            Say(List("10", "", Pod("a", 1))), SayAndHang());
        var begin = TimeProvider.System.GetTimestamp();
        using var cache = Watch(api);
        await cache.UntilAsync("a:1");
        Assert.InRange(TimeProvider.System.GetElapsedTime(begin), TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(10));
        Assert.Null(cache.FirstFailure);
    }

    [Fact]
    public async Task A_refusal_is_told_with_its_causes_and_a_plain_text_as_it_is()
    {
        await using var api = await StartAsync(
            Say("""{"kind":"Status","status":"Failure","message":"bad","reason":"Invalid","code":422,"details":{"causes":[{"reason":"FieldValueInvalid","message":"no","field":"spec.x"}]}}""", 422),
            Say("the proxy says no", 403));
        var refusal = await Assert.ThrowsAsync<KubeException>(() => api.Client.CreateAsync(Kinds.Pods, "ns", new(), TestContext.Current.CancellationToken));
        Assert.Equal(("Invalid", 422, "spec.x"), (refusal.Reason, (int)refusal.Code, Assert.Single(refusal.Causes).Field));
        refusal = await Assert.ThrowsAsync<KubeException>(() => api.Client.FindAsync(Kinds.Pods, "ns", "x", TestContext.Current.CancellationToken));
        Assert.Equal("the proxy says no", refusal.Message);
    }

    [Fact]
    public async Task The_kubeconfig_is_read_again_when_it_changed()
    {
        var seen = new ConcurrentQueue<string>();
        Task Answer(Microsoft.AspNetCore.Http.HttpContext context)
        {
            seen.Enqueue(context.Request.Headers.Authorization.ToString());
            return Say(Pod("x", 1))(context);
        }
        await using var api = await StartAsync(Answer, Answer);
        await api.Client.FindAsync(Kinds.Pods, "ns", "x", TestContext.Current.CancellationToken);
        api.Write("a-longer-token");
        await api.Client.FindAsync(Kinds.Pods, "ns", "x", TestContext.Current.CancellationToken);
        Assert.Equal(["Bearer token-1", "Bearer a-longer-token"], seen);
    }

    [Fact]
    public async Task Text_beyond_the_basic_plane_is_sent_as_it_is()
    {
        var body = "";
        await using var api = await StartAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            body = await reader.ReadToEndAsync();
            await Say(Pod("x", 1))(context);
        });
        var pod = new Pod { Metadata = new() { Name = "x", Annotations = new() { ["a"] = "🎮 \"q\" \\ \u0001 \u2028 ä" } } };
        await api.Client.ApplyAsync(Kinds.Pods, "ns", pod, TestContext.Current.CancellationToken);
        Assert.Contains("""{"a":"🎮 \"q\" \\ \u0001 \u2028 ä"}""", body, StringComparison.Ordinal);
        Assert.Contains("fieldManager=panel&force=true", api.Asked.First(), StringComparison.Ordinal);
    }

    static Watched Watch(PlayedApi api, WatchTimes? times = null) => new(api, times ?? WatchTimes.Usual);

    static string Pod(string name, int version) => $$$"""{"kind":"Pod","metadata":{"name":"{{{name}}}","uid":"u-{{{name}}}","resourceVersion":"{{{version}}}","managedFields":[{"manager":"x"}]}}""";

    static string List(string version, string next, params string[] items) =>
        $$$"""{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"{{{version}}}","continue":"{{{next}}}"},"items":[{{{string.Join(',', items)}}}]}""";

    static string Event(string type, string item) => $$"""{"type":"{{type}}","object":{{item}}}""" + "\n";

    sealed class Watched : IDisposable
    {
        readonly CancellationTokenSource closing = new();
        readonly WatchCache<Pod> cache;

        public Watched(PlayedApi api, WatchTimes times)
        {
            cache = new(api.Client, Kinds.Pods, "ns", default, pod => Changed.Enqueue(pod.Metadata.Name!), failure => (Failure, FirstFailure) = (failure, FirstFailure ?? failure), TimeProvider.System) { Times = times };
            _ = cache.RunAsync(closing.Token);
        }

        public ConcurrentQueue<string> Changed { get; } = new();

        public Exception? Failure { get; private set; }

        public Exception? FirstFailure { get; private set; }

        /// <summary>Waits until the cache holds just these, written <c>name:version</c>.</summary>
        public async Task UntilAsync(string items)
        {
            string Now() => string.Join(' ', cache.Items.Select(pod => $"{pod.Metadata.Name}:{pod.Metadata.ResourceVersion}").Order(StringComparer.Ordinal));
            await Deadline.UntilAsync($"the cache to hold '{items}'", () => cache.Synced && Now() == items);
        }

        public void Dispose()
        {
            closing.Cancel();
            closing.Dispose();
        }
    }
}
