using System.Text;
using Panel.Core.Console.Input;
using Panel.Core.Errors;
using Panel.Core.Servers;
using Panel.Tests.Kube.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Kube.Console;

/// <summary>Ports and programs of a pod, reached through the API server as in every cluster.</summary>
[Trait("Lane", "cluster")]
public sealed class KubeReachTests(Cluster cluster)
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Port_of_a_pod_carries_bytes_both_ways_and_ends_with_the_stream()
    {
        await using var space = await cluster.OpenAsync();
        var port = FreePort.Next();
        // a listener of perl alone, which every image has that is made of Debian
        var spec = await RunAsync(space, $$"""
            exec perl -MIO::Socket::INET -e 'my $l = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => {{port}}, Listen => 5, ReuseAddr => 1) or die; $| = 1; print "listening\n";
            while (my $c = $l->accept) { while (defined(my $line = <$c>)) { print $c "heard: $line"; } print "closed\n"; }'
            """, port);
        await Lines.UntilAsync(space, spec.ObjectName, line => line == "listening");

        await using (var stream = await space.Get<IServerReach>().ConnectAsync(spec.ObjectName, port, Stop))
        {
            using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
            foreach (var line in (string[])["hello", "Grüße 🎉", new('x', 200_000)])
            {
                await stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), Stop);
                Assert.Equal($"heard: {line}", await reader.ReadLineAsync(Stop).AsTask().Within("the answer"));
            }
        }
        await Lines.UntilAsync(space, spec.ObjectName, line => line == "closed");
    }

    [Fact]
    public async Task Port_on_which_nothing_listens_is_an_error_of_the_first_read()
    {
        await using var space = await cluster.OpenAsync();
        var port = FreePort.Next();
        var spec = await RunAsync(space, TestSpecs.Echo, port);
        await using var stream = await space.Get<IServerReach>().ConnectAsync(spec.ObjectName, port, Stop);
        await Assert.ThrowsAsync<IOException>(() => stream.ReadAsync(new byte[1], Stop).AsTask().Within("the refusal"));
    }

    [Fact]
    public async Task Program_in_the_container_gets_its_arguments_as_they_are()
    {
        await using var space = await cluster.OpenAsync();
        var spec = await RunAsync(space, TestSpecs.Echo, FreePort.Next());
        var reach = space.Get<IServerReach>();
        Assert.Equal(new(0, """[a b; $(id) 'x' "y"]"""), await reach.RunAsync(spec.ObjectName, ["printf", "[%s]", """a b; $(id) 'x' "y" """.Trim()], Stop));
        var (code, text) = await reach.RunAsync(spec.ObjectName, ["sh", "-c", "echo out; echo err >&2; exit 3"], Stop);
        Assert.Equal((3, "out\nerr"), (code, text));
        Assert.Equal(64 << 10, (await reach.RunAsync(spec.ObjectName, ["head", "-c", "1000000", "/dev/zero"], Stop)).Text.Length);
    }

    [Fact]
    public async Task Server_that_does_not_run_has_no_ports_and_no_programs()
    {
        await using var space = await cluster.OpenAsync();
        await Assert.ThrowsAsync<ConflictException>(() => space.Get<IServerReach>().ConnectAsync("nothing", 80, Stop));
        await Assert.ThrowsAsync<ConflictException>(() => space.Get<IServerReach>().RunAsync("nothing", ["true"], Stop));
    }

    static async Task<ServerSpec> RunAsync(ClusterSpace space, string script, int port)
    {
        var spec = TestSpecs.Of(script) with { Ports = [new("console", port, "TCP", Internal: true)] };
        await space.Servers.ApplyAsync(spec, Stop);
        await space.Servers.ScaleAsync(spec.ObjectName, 1, Stop);
        await space.SeenAsync(spec.Id, "the pod", seen => seen is { Pod.Running: true });
        return spec;
    }
}
