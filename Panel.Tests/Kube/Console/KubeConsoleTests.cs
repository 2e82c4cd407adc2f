using System.Diagnostics;
using Panel.Core.Console;
using Panel.Core.Errors;
using Panel.Core.Servers;
using Panel.Tests.Kube.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Kube.Console;

[Trait("Lane", "cluster")]
public sealed class KubeConsoleTests(Cluster cluster)
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_line_that_is_typed_is_heard_and_answered()
    {
        await using var space = await cluster.OpenAsync();
        var spec = await RunAsync(space, TestSpecs.Echo);
        await space.Consoles.WriteLineAsync(spec.ObjectName, "hello $(world) 'x' 🎉", Stop);
        Assert.Equal("heard: hello $(world) 'x' 🎉", await Lines.UntilAsync(space, spec.ObjectName, line => line.StartsWith("heard", StringComparison.Ordinal)));

        // the way is open by now: a line costs no new connection
        var begin = Stopwatch.GetTimestamp();
        for (var i = 0; i < 20; i++) await space.Consoles.WriteLineAsync(spec.ObjectName, $"line {i}", Stop);
        Assert.True(Stopwatch.GetElapsedTime(begin) < TimeSpan.FromSeconds(1), $"20 lines took {Stopwatch.GetElapsedTime(begin)}");
        await Lines.UntilAsync(space, spec.ObjectName, line => line == "heard: line 19");
    }

    [Fact]
    public async Task Input_reaches_the_pod_after_a_restart()
    {
        await using var space = await cluster.OpenAsync();
        var spec = await RunAsync(space, TestSpecs.Echo);
        await space.Consoles.WriteLineAsync(spec.ObjectName, "one", Stop);
        var pod = space.Observed.Find(spec.Id)!.Pod!;
        await space.Servers.EndPodAsync(spec.ObjectName, pod.Uid, now: true, Stop);
        await space.SeenAsync(spec.Id, "another pod", seen => seen is { Pod: { Running: true } now } && now.Uid != pod.Uid);
        await space.Consoles.WriteLineAsync(spec.ObjectName, "two", Stop);
        await Lines.UntilAsync(space, spec.ObjectName, line => line == "heard: two");
    }

    [Fact]
    public async Task A_server_that_does_not_run_takes_no_line()
    {
        await using var space = await cluster.OpenAsync();
        var spec = TestSpecs.Of(TestSpecs.Echo);
        await space.Servers.ApplyAsync(spec, Stop);
        await Assert.ThrowsAsync<ConflictException>(() => space.Consoles.WriteLineAsync(spec.ObjectName, "x", Stop));
        await Assert.ThrowsAsync<ClusterUnavailableException>(async () => await Lines.UntilAsync(space, spec.ObjectName, _ => true));
    }

    [Fact]
    public async Task Run_before_is_read_to_its_end_and_nothing_where_there_was_none()
    {
        await using var space = await cluster.OpenAsync();
        var spec = await RunAsync(space, "echo a run; read -r line; echo its last line; exit 3");
        Assert.Empty(await PreviousAsync(space, spec));
        await space.Consoles.WriteLineAsync(spec.ObjectName, "end", Stop);
        await space.SeenAsync(spec.Id, "the second run", seen => seen is { Pod: { Running: true, Restarts: 1 } });
        Assert.Equal(["a run", "its last line"], await PreviousAsync(space, spec));
    }

    static async Task<IReadOnlyList<string>> PreviousAsync(ClusterSpace space, ServerSpec spec)
    {
        var lines = new List<string>();
        await foreach (var batch in space.Consoles.ReadPreviousAsync(spec.ObjectName, Stop)) lines.AddRange(batch.Select(line => line.Text));
        return lines;
    }

    [Fact]
    public async Task Following_goes_on_after_the_last_line_known_and_ends_with_the_program()
    {
        await using var space = await cluster.OpenAsync();
        var spec = await RunAsync(space, "for i in 1 2 3 4 5; do echo $i; sleep 0.01; done; read -r line; exit 0");
        await Lines.UntilAsync(space, spec.ObjectName, line => line == "5");
        var first = await ReadAsync(space, spec, null, 5);
        Assert.Equal(["1", "2", "3", "4", "5"], first.Select(line => line.Text));
        Assert.All(first.Zip(first.Skip(1)), pair => Assert.True(pair.First.At < pair.Second.At));

        var rest = ReadAsync(space, spec, first[2].At, int.MaxValue);
        await space.Consoles.WriteLineAsync(spec.ObjectName, "end", Stop);
        Assert.Equal(["4", "5"], (await rest.Within("the program's end")).Select(line => line.Text));
    }

    [Fact]
    public async Task A_flood_arrives_whole_and_in_order()
    {
        await using var space = await cluster.OpenAsync();
        var spec = await RunAsync(space, "read -r line; seq 1 100000; read -r line");
        var reading = ReadAsync(space, spec, null, 100_000);
        var begin = Stopwatch.GetTimestamp();
        await space.Consoles.WriteLineAsync(spec.ObjectName, "go", Stop);
        var lines = await reading.Within("100,000 lines");
        TestContext.Current.TestOutputHelper?.WriteLine($"100,000 lines in {Stopwatch.GetElapsedTime(begin).TotalMilliseconds:0} ms");
        for (var i = 0; i < lines.Count; i++) Assert.Equal(i + 1, int.Parse(lines[i].Text, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Line_of_ten_megabytes_bytes_that_are_no_text_and_escapes_leave_the_lines_after_them_whole()
    {
        await using var space = await cluster.OpenAsync();
        var spec = await RunAsync(space, """
            read -r line; head -c 10000000 /dev/zero | tr '\0' x; echo; echo after
            printf 'a\377\376b\n\033]0;title\007\033]8;;http://x\007link\033]8;;\007\033[2J\n<script>alert(1)</script>\n'; echo end; read -r line
            """);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var reading = ReadAsync(space, spec, null, 6);
        await space.Consoles.WriteLineAsync(spec.ObjectName, "go", Stop);
        var lines = await reading.Within("all lines");
        Assert.Equal(new string('x', Panel.Contracts.Console.ConsoleLine.MaxLength), lines[0].Text);
        Assert.Equal(["after", "a\ufffd\ufffdb", "\u001b]0;title\a\u001b]8;;http://x\alink\u001b]8;;\a\u001b[2J", "<script>alert(1)</script>", "end"], lines.Skip(1).Select(line => line.Text));
        Assert.Equal("link", Panel.Web.Components.Console.AnsiLine.Plain(lines[3].Text));
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 16 << 20);
    }

    static async Task<ServerSpec> RunAsync(ClusterSpace space, string script)
    {
        var spec = TestSpecs.Of(script);
        await space.Servers.ApplyAsync(spec, Stop);
        await space.Servers.ScaleAsync(spec.ObjectName, 1, Stop);
        await space.SeenAsync(spec.Id, "the program", seen => seen is { Pod.Running: true });
        return spec;
    }

    static async Task<List<SourceLine>> ReadAsync(ClusterSpace space, ServerSpec spec, DateTimeOffset? after, int count)
    {
        var lines = new List<SourceLine>();
        using var limit = Deadline.Source();
        await foreach (var batch in space.Consoles.FollowAsync(spec.ObjectName, after, limit.Token))
        {
            lines.AddRange(batch);
            if (lines.Count >= count) break;
        }
        return lines;
    }
}
