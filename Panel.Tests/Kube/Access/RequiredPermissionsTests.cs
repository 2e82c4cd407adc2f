using Microsoft.Extensions.Logging;
using Panel.Core.Files;
using Panel.Core.Servers;
using Panel.Kube.Access;
using Panel.LocalCluster;
using Panel.Tests.Kube.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Kube.Access;

/// <summary>Whether the list of permissions is what the adapter needs: a Role is made of it.</summary>
public sealed class RequiredPermissionsTests
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET", "/api/v1/namespaces/games/pods", "?limit=500", "list pods.")]
    [InlineData("GET", "/api/v1/namespaces/games/pods", "?watch=true", "watch pods.")]
    [InlineData("GET", "/api/v1/namespaces/games/pods/a-0/log", "?follow=true", "get pods/log.")]
    [InlineData("GET", "/api/v1/namespaces/games", "", "get namespaces.")]
    [InlineData("PATCH", "/apis/apps/v1/namespaces/games/statefulsets/a/scale", "", "patch statefulsets/scale.apps")]
    [InlineData("DELETE", "/apis/batch/v1/namespaces/games/jobs", "", "deletecollection jobs.batch")]
    [InlineData("GET", "/version", "", null)]
    public void Request_is_read_as_the_cluster_reads_it(string method, string path, string query, string? expected) => Assert.Equal(expected, SentRequests.Of(method, path, query));

    [Fact]
    public void No_permission_stands_twice_and_each_says_what_it_is_for()
    {
        var all = RequiredPermissions.All;
        Assert.Equal(all.Count, all.Select(one => (one.Verb, one.Group, one.Target)).Distinct().Count());
        Assert.All(all, one => Assert.StartsWith("to ", one.Reason, StringComparison.Ordinal));
    }

    [Fact, Trait("Lane", "cluster")]
    public async Task Life_of_a_server_asks_for_nothing_that_is_not_listed()
    {
        using var folder = new TempFolder();
        using var sent = new SentRequests();
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(sent).AddFilter(null, LogLevel.None).AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Information));
        await using var host = await LocalClusterHost.StartAsync(new() { DataDirectory = folder["cluster"] }, loggers, TimeProvider.System, Stop);
        await using (var space = new ClusterSpace(host.KubeconfigPath, "games"))
        {
            await space.WatchAsync();
            var spec = TestSpecs.Of(TestSpecs.Echo) with { Install = new("panel/tools:1", "sh", "echo installed > /mnt/server/installed", 1, WipeFiles: true) };
            await space.Servers.InstallAsync(spec, Stop);
            await space.SeenAsync(spec.Id, "the install", seen => seen?.Install is { State: InstallState.Succeeded });
            await space.Servers.ApplyAsync(spec, Stop);
            await space.Servers.ScaleAsync(spec.ObjectName, 1, Stop);
            await space.SeenAsync(spec.Id, "the pod", seen => seen is { Pod.Running: true });
            await space.Consoles.WriteLineAsync(spec.ObjectName, "hello", Stop);
            await Lines.UntilAsync(space, spec.ObjectName, line => line == "heard: hello");
            await space.Files.WriteAsync(spec.ObjectName, ServerPath.Parse("/a"), new MemoryStream("a"u8.ToArray()), 1, null, null, Stop);
            await space.Servers.ApplyAsync(spec with { DiskMiB = spec.DiskMiB * 2, Starts = 2 }, Stop);
            await space.Servers.EndPodAsync(spec.ObjectName, space.Observed.Find(spec.Id)!.Pod!.Uid, now: true, Stop);
            await Deadline.UntilAsync("the usage", () => sent.All.Contains("list pods.metrics.k8s.io"));
            Assert.Contains(spec.ObjectName, await space.Servers.ListAsync(Stop));
            await Deadline.UntilAsync("the end of all", async () => await space.Servers.DeleteAsync(spec.ObjectName, Stop));
        }
        var listed = RequiredPermissions.All.Select(one => $"{one.Verb} {one.Target}.{one.Group}").ToHashSet(StringComparer.Ordinal);
        // a panel whose account may do no more finds the namespace made; this one made it, and the test removed it. Only the cluster of one
        // machine has nodes that tell of missing programs: what lies outside the namespace is asked for and done without.
        var asked = sent.All.Except(["create namespaces.", "delete namespaces.", "list nodes.", "watch nodes."]).ToList();
        Assert.Empty(asked.Except(listed));
        Assert.Contains("get pods/exec.", asked);
        Assert.Contains("get pods/attach.", asked);
        Assert.Contains("create secrets.", listed);
    }
}
