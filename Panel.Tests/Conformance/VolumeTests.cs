using Panel.Kube.Client;
using Panel.Kube.Servers;
using Panel.Tests.Kube.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Conformance;

[Trait("Lane", "cluster")]
public sealed class VolumeTests(ConformanceSpace conformance) : IClassFixture<ConformanceSpace>
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    ClusterSpace Space => conformance.Space;

    [Fact]
    public async Task Volume_grows_where_its_class_can_and_never_shrinks()
    {
        var spec = await conformance.RunAsync(TestSpecs.Echo);
        await Space.SeenAsync(spec.Id, "the volume", seen => seen is { VolumeMiB: 128 });
        await Space.Servers.ApplyAsync(spec with { DiskMiB = 256 }, Stop);
        await Space.SeenAsync(spec.Id, "an answer", seen => seen is { VolumeMiB: 256 } or { GrowthRefused: not null }, ConformanceSpace.Long);
        Assert.SkipWhen(Space.Observed.Find(spec.Id)!.GrowthRefused is not null, $"Growth is refused here: {Space.Observed.Find(spec.Id)!.GrowthRefused}");
        await Space.Servers.ApplyAsync(spec with { DiskMiB = 64 }, Stop);
        Assert.Equal("256Mi", (await Space.Client.FindAsync(Kinds.Claims, Space.Space, ServerObjects.Claim(spec.ObjectName), Stop))!.Spec.Resources!.Requests!["storage"]);
    }

    [Fact]
    public async Task Growth_that_is_refused_is_told_and_the_server_runs_all_the_same()
    {
        var spec = await conformance.RunAsync(TestSpecs.Echo);
        await Space.SeenAsync(spec.Id, "the volume", seen => seen is { VolumeMiB: not null });
        var pod = Space.Observed.Find(spec.Id)!.Pod!;
        await Space.Servers.ApplyAsync(spec with { DiskMiB = 256, Starts = 2 }, Stop);
        await Space.Servers.EndPodAsync(spec.ObjectName, pod.Uid, now: false, Stop);
        await Space.SeenAsync(spec.Id, "the next pod", seen => seen is { Pod: { Running: true, Starts: 2 } }, ConformanceSpace.Long);
        var refusal = Space.Observed.Find(spec.Id)!.GrowthRefused;
        Assert.SkipWhen(refusal is null, "Volumes can grow here.");
        Assert.Contains("resize", refusal, StringComparison.Ordinal);
        await Space.Servers.ApplyAsync(spec with { DiskMiB = 128, Starts = 2 }, Stop);
        await Space.SeenAsync(spec.Id, "nothing to tell once nothing is wanted", seen => seen is { GrowthRefused: null });
    }

    [Fact]
    public async Task Size_that_is_wished_before_there_is_a_volume_is_tried_again_once_there_is_one()
    {
        var spec = await conformance.MakeAsync(TestSpecs.Echo) with { DiskMiB = 256 };
        await Space.Servers.ApplyAsync(spec, Stop);   // some clusters make the volume at once, others with the first pod
        await Space.Servers.ScaleAsync(spec.ObjectName, 1, Stop);
        await Space.SeenAsync(spec.Id, "the program", seen => seen is { Pod.Running: true, VolumeMiB: not null }, ConformanceSpace.Long);
        await Space.Servers.ApplyAsync(spec, Stop);   // as the pass does that the volume's news wakes
        await Space.SeenAsync(spec.Id, "an answer", seen => seen is { VolumeMiB: 256 } or { GrowthRefused: not null }, ConformanceSpace.Long);
    }

    [Fact]
    public async Task World_outlives_every_pod()
    {
        var spec = await conformance.RunAsync(TestSpecs.Echo);
        await Lines.UntilAsync(Space, spec.ObjectName, line => line == "started 1");   // a program that is ended before its first line leaves nothing
        for (var start = 2; start <= 3; start++)
        {
            var pod = Space.Observed.Find(spec.Id)!.Pod!;
            await Space.Servers.ApplyAsync(spec with { Starts = start }, Stop);
            await Space.Servers.EndPodAsync(spec.ObjectName, pod.Uid, now: false, Stop);
            await Space.SeenAsync(spec.Id, "the next pod", seen => seen?.Pod is { Running: true } next && next.Starts == start, ConformanceSpace.Long);
            await Lines.UntilAsync(Space, spec.ObjectName, line => line == $"started {start}");
        }
    }
}
