using Panel.Core.Console;
using Panel.Core.Errors;
using Panel.Core.Servers;
using Panel.Tests.Kube.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Conformance;

[Trait("Lane", "cluster")]
public sealed class ConsoleTests(ConformanceSpace conformance) : IClassFixture<ConformanceSpace>
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    ClusterSpace Space => conformance.Space;

    [Fact]
    public async Task Log_is_followed_across_restarts_of_the_container_without_gap_or_repetition()
    {
        var spec = await conformance.RunAsync(TestSpecs.Echo);
        var lines = new List<SourceLine>();
        var reading = ReadAsync(spec, lines, "heard: again");
        await Space.Consoles.WriteLineAsync(spec.ObjectName, "one", Stop);
        await Space.Consoles.WriteLineAsync(spec.ObjectName, "crash", Stop);
        await Space.SeenAsync(spec.Id, "the second run", seen => seen is { Pod: { Running: true, Restarts: 1 } }, ConformanceSpace.Long);
        await Space.Consoles.WriteLineAsync(spec.ObjectName, "again", Stop);
        await reading.Within("the line of the second run", ConformanceSpace.Long);
        Assert.Equal(["started 1", "heard: one", "started 2", "heard: again"], lines.Select(line => line.Text));
        Assert.Equal(lines.Select(line => line.At).Order(), lines.Select(line => line.At));
        Assert.Equal(3, Space.Observed.Find(spec.Id)!.Pod!.LastExit!.Code);
    }

    [Fact]
    public async Task Line_that_is_typed_reaches_the_program_as_it_is()
    {
        var spec = await conformance.RunAsync(TestSpecs.Echo);
        await Space.Consoles.WriteLineAsync(spec.ObjectName, "hello $(world) 'x' 🎉", Stop);
        Assert.Equal("heard: hello $(world) 'x' 🎉", await Lines.UntilAsync(Space, spec.ObjectName, line => line.StartsWith("heard", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Input_reaches_the_pod_after_another_took_its_place()
    {
        var spec = await conformance.RunAsync(TestSpecs.Echo);
        await Space.Consoles.WriteLineAsync(spec.ObjectName, "one", Stop);
        var pod = Space.Observed.Find(spec.Id)!.Pod!;
        await Space.Servers.EndPodAsync(spec.ObjectName, pod.Uid, now: true, Stop);
        await Space.SeenAsync(spec.Id, "another pod", seen => seen is { Pod: { Running: true } now } && now.Uid != pod.Uid, ConformanceSpace.Long);
        await Space.Consoles.WriteLineAsync(spec.ObjectName, "two", Stop);
        await Lines.UntilAsync(Space, spec.ObjectName, line => line == "heard: two");
    }

    [Fact]
    public async Task Flood_arrives_whole_and_in_order()
    {
        const int Count = 20_000;
        var spec = await conformance.RunAsync($"read -r line; seq 1 {Count}; read -r line");
        var lines = new List<SourceLine>();
        var reading = ReadAsync(spec, lines, $"{Count}");
        await Space.Consoles.WriteLineAsync(spec.ObjectName, "go", Stop);
        await reading.Within($"{Count} lines", ConformanceSpace.Long);
        Assert.Equal(Enumerable.Range(1, Count).Select(number => $"{number}"), lines.Select(line => line.Text));
    }

    [Fact]
    public async Task Server_that_does_not_run_takes_no_line()
    {
        var spec = await conformance.MakeAsync(TestSpecs.Echo);
        await Assert.ThrowsAsync<ConflictException>(() => Space.Consoles.WriteLineAsync(spec.ObjectName, "x", Stop));
        await Assert.ThrowsAsync<ClusterUnavailableException>(async () => await Lines.UntilAsync(Space, spec.ObjectName, _ => true));
    }

    /// <summary>Reads until a line comes, as the panel does: where a container ended, on from its last line.</summary>
    async Task ReadAsync(ServerSpec spec, List<SourceLine> lines, string last)
    {
        using var limit = Deadline.Source(ConformanceSpace.Long);
        while (true)
        {
            if (limit.IsCancellationRequested) throw new TimeoutException($"The line did not come. The last lines: {string.Join(" | ", lines.TakeLast(20).Select(line => line.Text))}");
            try
            {
                await foreach (var batch in Space.Consoles.FollowAsync(spec.ObjectName, lines.Count == 0 ? null : lines[^1].At, limit.Token))
                {
                    lines.AddRange(batch);
                    if (lines[^1].Text == last) return;
                }
            }
            catch (Exception pause) when (pause is ClusterUnavailableException or OperationCanceledException)
            {
                // between two containers there is no log
            }
            await Task.Delay(100, Stop);
        }
    }
}
