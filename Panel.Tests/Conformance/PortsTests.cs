using System.Text;
using Panel.Core.Console.Input;
using Panel.Core.Errors;
using Panel.Core.Servers;
using Panel.Tests.Kube.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Conformance;

/// <summary>Ports and programs of a pod, reached through the API server as in every cluster.</summary>
[Trait("Lane", "cluster")]
public sealed class PortsTests(ConformanceSpace conformance) : IClassFixture<ConformanceSpace>
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    ClusterSpace Space => conformance.Space;

    [Fact]
    public async Task Port_of_a_pod_carries_bytes_both_ways_and_ends_with_the_stream()
    {
        var port = FreePort.Next();
        // a listener of perl alone, which every image has that is made of Debian
        var spec = await RunAsync($$"""
            command -v perl >/dev/null || { echo no perl; exec sleep 1000; }
            exec perl -MIO::Socket::INET -e 'my $l = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => {{port}}, Listen => 5, ReuseAddr => 1) or die; $| = 1; print "listening\n";
            while (my $c = $l->accept) { while (defined(my $line = <$c>)) { print $c "heard: $line"; } print "closed\n"; }'
            """, port);
        await ListeningAsync(spec);

        await using (var stream = await Space.Get<IServerReach>().ConnectAsync(spec.ObjectName, port, Stop))
        {
            using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
            foreach (var line in (string[])["hello", "Grüße 🎉", new('x', 200_000)])
            {
                await stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), Stop);
                Assert.Equal($"heard: {line}", await reader.ReadLineAsync(Stop).AsTask().Within("the answer"));
            }
        }
        await Lines.UntilAsync(Space, spec.ObjectName, line => line == "closed");
    }

    [Fact]
    public async Task Remote_console_of_a_game_answers_over_a_port_of_its_pod()
    {
        var port = FreePort.Next();
        // RCON as games have it: the password, a command and its answer in two packets, an empty one for what it does not know
        var spec = await RunAsync($$"""
            command -v perl >/dev/null || { echo no perl; exec sleep 1000; }
            exec perl -MIO::Socket::INET -e 'my $l = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => {{port}}, Listen => 5, ReuseAddr => 1) or die; $| = 1; print "listening\n";
            sub out { my ($c, $id, $type, $text) = @_; syswrite $c, pack("V", 10 + length $text) . pack("l<l<", $id, $type) . $text . "\0\0"; }
            while (my $c = $l->accept) { while (read($c, my $head, 4) == 4) { read $c, my $body, unpack("V", $head); my ($id, $type) = unpack "l<l<", $body; my $text = substr $body, 8, -2;
            if ($type == 3) { out($c, $text eq "pass word" ? $id : -1, 2, ""); } elsif ($type == 2) { out($c, $id, 0, "You said "); out($c, $id, 0, $text . "!" x 3000); } else { out($c, $id, 0, ""); } } }'
            """, port);
        await ListeningAsync(spec);
        var reach = Space.Get<IServerReach>();
        await using (var rcon = await RconConnection.OpenAsync(await reach.ConnectAsync(spec.ObjectName, port, Stop), "pass word", TimeProvider.System, Stop))
        {
            foreach (var said in (string[])["list", "say Grüße 🎉"]) Assert.Equal($"You said {said}{new string('!', 3000)}", await rcon.AskAsync(said, Stop).Within("the answer"));
        }
        await Assert.ThrowsAsync<ConflictException>(async () => await RconConnection.OpenAsync(await reach.ConnectAsync(spec.ObjectName, port, Stop), "wrong", TimeProvider.System, Stop));
    }

    [Fact]
    public async Task Port_on_which_nothing_listens_is_an_error_of_the_first_read()
    {
        var port = FreePort.Next();
        var spec = await RunAsync(TestSpecs.Echo, port);
        await using var stream = await Space.Get<IServerReach>().ConnectAsync(spec.ObjectName, port, Stop);
        await Assert.ThrowsAsync<IOException>(() => stream.ReadAsync(new byte[1], Stop).AsTask().Within("the refusal"));
    }

    [Fact]
    public async Task Program_in_the_container_gets_its_arguments_as_they_are()
    {
        var spec = await RunAsync(TestSpecs.Echo, FreePort.Next());
        var reach = Space.Get<IServerReach>();
        Assert.Equal(new(0, """[a b; $(id) 'x' "y"]"""), await reach.RunAsync(spec.ObjectName, ["sh", "-c", "printf '[%s]' \"$1\"", "x", """a b; $(id) 'x' "y" """.Trim()], Stop));
        var (code, text) = await reach.RunAsync(spec.ObjectName, ["sh", "-c", "echo out; echo err >&2; exit 3"], Stop);
        Assert.Equal((3, "out\nerr"), (code, text));
        Assert.Equal(64 << 10, (await reach.RunAsync(spec.ObjectName, ["head", "-c", "1000000", "/dev/zero"], Stop)).Text.Length);
    }

    [Fact]
    public async Task Server_that_does_not_run_has_no_ports_and_no_programs()
    {
        await Assert.ThrowsAsync<ConflictException>(() => Space.Get<IServerReach>().ConnectAsync("nothing", 80, Stop));
        await Assert.ThrowsAsync<ConflictException>(() => Space.Get<IServerReach>().RunAsync("nothing", ["true"], Stop));
    }

    async Task ListeningAsync(ServerSpec spec) =>
        Assert.SkipWhen(await Lines.UntilAsync(Space, spec.ObjectName, line => line is "listening" or "no perl") == "no perl", $"The image {Cluster.Image} has no perl to listen with.");

    Task<ServerSpec> RunAsync(string script, int port) => conformance.RunAsync(script, spec => spec with { Ports = [new("console", port, "TCP", Internal: true)] });
}
