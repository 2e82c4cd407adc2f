using Panel.Core.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Conformance;

[Trait("Lane", "cluster")]
public sealed class EndsTests(ConformanceSpace conformance) : IClassFixture<ConformanceSpace>
{
    ClusterSpace Space => conformance.Space;

    [Fact]
    public async Task Program_that_ends_again_and_again_tells_its_code_and_the_pause()
    {
        var spec = await StartAsync("exit 7");
        await Space.SeenAsync(spec.Id, "the code", seen => seen is { Pod.LastExit: { Code: 7, Reason: "Error" } }, ConformanceSpace.Long);
        await Space.SeenAsync(spec.Id, "the pause", seen => seen is { Pod.Waiting: "CrashLoopBackOff" }, ConformanceSpace.Long);
    }

    [Fact]
    public async Task Image_that_cannot_be_had_is_told_with_the_reason()
    {
        var spec = await StartAsync("true", "registry.invalid/no/such:1");
        var seen = await Space.SeenAsync(spec.Id, "the reason", seen => seen is { Pod: { Waiting: "ErrImagePull" or "ImagePullBackOff", Message: not null } }, ConformanceSpace.Long);
        Assert.Contains("registry.invalid/no/such:1", seen!.Pod!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Name_that_is_none_is_told_with_the_reason()
    {
        var spec = await StartAsync("true", "Not A Name");
        await Space.SeenAsync(spec.Id, "the reason", seen => seen is { Pod: { Waiting: "InvalidImageName" or "ErrImagePull" or "ImagePullBackOff", Message: not null } }, ConformanceSpace.Long);
    }

    [Fact]
    public async Task Program_that_needs_more_memory_than_it_may_is_ended_for_that()
    {
        var spec = await StartAsync("exec tail /dev/zero", memory: 64);
        await Space.SeenAsync(spec.Id, "its end", seen => seen is { Pod.LastExit: { Reason: "OOMKilled", Code: 137 } }, ConformanceSpace.Long);
    }

    [Fact]
    public async Task Program_whose_program_file_is_missing_tells_so()
    {
        var spec = await conformance.MakeAsync("", spec => spec with { Command = ["/no/such/program"] });
        await Space.Servers.ScaleAsync(spec.ObjectName, 1, TestContext.Current.CancellationToken);
        var seen = await Space.SeenAsync(spec.Id, "the reason", seen => seen?.Pod is { LastExit: not null } or { Waiting: not null }, ConformanceSpace.Long);
        Assert.Contains("/no/such/program", $"{seen!.Pod!.LastExit?.Message} {seen.Pod.Message}", StringComparison.Ordinal);
    }

    async Task<ServerSpec> StartAsync(string script, string? image = null, int memory = 256)
    {
        var spec = await conformance.MakeAsync(script, spec => spec with { Image = image ?? spec.Image, MemoryMiB = memory });
        await Space.Servers.ScaleAsync(spec.ObjectName, 1, TestContext.Current.CancellationToken);
        return spec;
    }
}
