using System.Globalization;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.LocalCluster.Kubectl;

/// <summary><c>logs</c>, <c>exec</c>, <c>attach</c>, <c>cp</c>, <c>port-forward</c>, <c>debug</c>.</summary>
[Trait("Lane", "cluster")]
public sealed class KubectlPodTests(KubectlCluster cluster)
{
    [Fact]
    public async Task Logs_follow_and_choose_by_tail_time_run_and_container()
    {
        await using var space = await cluster.OpenAsync();
        await space.ApplyAsync("""
            apiVersion: v1
            kind: Pod
            metadata: { name: one }
            spec:
              terminationGracePeriodSeconds: 1
              volumes: [ { name: data, emptyDir: {} } ]
              containers:
              - name: game
                image: panel/tools:1
                volumeMounts: [ { name: data, mountPath: /data } ]
                command: [ sh, -c, "[ -e /data/ran ] || { touch /data/ran; echo first run; exit 1; }; echo one; echo two; trap 'exit 0' TERM; while :; do [ -e /data/say ] && { rm /data/say; echo three; }; sleep 0.05; done" ]
              - { name: side, image: "panel/tools:1", command: [ sh, -c, "echo aside; sleep 1000" ] }
            """);
        await Deadline.UntilAsync("both lines", async () => (await space.RunAsync("logs", "one", "-c", "game")).Output == "one\ntwo\n");

        Assert.Equal("first run\n", await space.OkAsync("logs", "one", "-c", "game", "--previous"));
        Assert.Equal("two\n", await space.OkAsync("logs", "one", "-c", "game", "--tail=1"));
        Assert.Equal("", await space.OkAsync("logs", "one", "-c", "game", "--tail=0"));
        Assert.Equal("aside\n", await space.OkAsync("logs", "one", "-c", "side"));
        Assert.Contains("Defaulted container \"game\" out of: game, side", (await space.RunAsync("logs", "one")).Errors);
        var stamped = (await space.OkAsync("logs", "one", "-c", "game", "--timestamps")).Split('\n')[1].Split(' ');
        Assert.Equal("two", stamped[1]);
        var time = DateTimeOffset.Parse(stamped[0], CultureInfo.InvariantCulture);
        Assert.Equal("", await space.OkAsync("logs", "one", "-c", "game", "--since-time", time.AddSeconds(1).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)));
        Assert.Equal("one\ntwo\n", await space.OkAsync("logs", "one", "-c", "game", "--since=1h"));
        await using (var following = space.Begin("logs", "one", "-c", "game", "-f", "--tail=1"))
        {
            await following.UntilAsync("two\n");
            await space.OkAsync("exec", "one", "-c", "game", "--", "touch", "/data/say");
            await following.UntilAsync("three\n");
            Assert.Equal("two\nthree\n", following.Text);
        }
        Assert.Contains("previous terminated container \"side\" in pod \"one\" not found", (await space.RunAsync("logs", "one", "-c", "side", "-p")).Errors);
        Assert.Contains("container none is not valid for pod one", (await space.RunAsync("logs", "one", "-c", "none")).Errors);
    }

    [Fact]
    public async Task Exec_carries_input_output_errors_and_the_exit_code()
    {
        await using var space = await cluster.OpenAsync();
        await space.RunPodAsync("one", "sleep 1000");

        var said = await space.FeedAsync("some input", "exec", "-i", "one", "--", "sh", "-c", "cat; echo wrong >&2; exit 7");

        Assert.Equal((7, "some input"), (said.Code, said.Output));
        Assert.Contains("wrong", said.Errors);
        Assert.Contains("command terminated with exit code 7", said.Errors);
        Assert.Equal("$HOME; 'x'\n", await space.OkAsync("exec", "one", "--", "echo", "$HOME; 'x'"));
        Assert.Contains("pods \"none\" not found", (await space.RunAsync("exec", "none", "--", "true")).Errors);
    }

    [Fact]
    public async Task Attach_types_into_a_running_container_and_leaves_it_running()
    {
        await using var space = await cluster.OpenAsync();
        await space.RunPodAsync("one", "while read -r line; do echo \"got $line\"; done", "stdin: true");

        await using (var attached = space.Begin("attach", "-i", "one"))
        {
            // what is sent before the stream is up is sent again
            await Deadline.UntilAsync("an answer", async () =>
            {
                await attached.WriteAsync("hello\n");
                return attached.Text.Contains("got hello", StringComparison.Ordinal);
            });
        }

        Assert.Contains("got hello", await space.OkAsync("logs", "one"));
        Assert.Equal("Running", await space.OkAsync("get", "pod", "one", "-o", "jsonpath={.status.phase}"));
    }

    [Fact]
    public async Task Cp_carries_files_and_folders_both_ways()
    {
        await using var space = await cluster.OpenAsync();
        await space.RunPodAsync("one", "sleep 1000");
        var folder = Directory.CreateDirectory(space.File("world")).FullName;
        var bytes = new byte[3 << 20];
        Random.Shared.NextBytes(bytes);
        await File.WriteAllBytesAsync(Path.Combine(folder, "region.bin"), bytes);
        await File.WriteAllTextAsync(Path.Combine(folder, "name with spaces.txt"), "text");

        await space.OkAsync("cp", folder, $"{space.Name}/one:/tmp/world");
        Assert.Equal("text", await space.OkAsync("exec", "one", "--", "cat", "/tmp/world/name with spaces.txt"));
        await space.OkAsync("cp", $"{space.Name}/one:/tmp/world", space.File("back"));

        Assert.Equal(bytes, await File.ReadAllBytesAsync(Path.Combine(space.File("back"), "region.bin")));
    }

    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    public async Task Port_forward_reaches_declared_ports_through_a_socket_or_by_itself(string webSockets)
    {
        await using var space = await cluster.OpenAsync();
        var (port, local, other) = (FreePort.Next(), FreePort.Next(), FreePort.Next());
        await space.RunPodAsync("one", $"mkdir /tmp/files && cd /tmp/files && head -c 2000000 /dev/urandom > large && exec python3 -m http.server {port} --bind 127.0.0.1", $"ports: [ {{ containerPort: {port} }} ]");
        await Deadline.UntilAsync("its port", async () => await AnswersAsync(port));
        space.Environment["KUBECTL_PORT_FORWARD_WEBSOCKETS"] = webSockets;

        await using var forward = space.Begin("port-forward", "pod/one", $"{local}:{port}", $"{other}:{other}");
        await forward.UntilAsync($"Forwarding from 127.0.0.1:{other}");
        using var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{local}") };
        var direct = await client.GetByteArrayAsync(new Uri($"http://127.0.0.1:{port}/large")).Within("the file");
        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.GetByteArrayAsync(new Uri("/large", UriKind.Relative)))).Within("the file, eight times");
        Assert.All(all, got => Assert.True(got.AsSpan().SequenceEqual(direct)));
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(new Uri($"http://127.0.0.1:{other}/")).Within("the refusal"));
        await forward.UntilAsync("the local cluster reaches only ports that the pod's containers declare");
    }

    [Fact]
    public async Task Debug_is_refused_in_words()
    {
        await using var space = await cluster.OpenAsync();
        await space.RunPodAsync("one", "sleep 1000");

        var container = await space.RunAsync("debug", "one", "--image=panel/tools:1", "--profile=general");
        var node = await space.RunAsync("debug", "node/test", "--image=panel/tools:1", "--profile=general");

        Assert.Contains("ephemeral containers are disabled for this cluster", container.Errors);
        Assert.Contains("the local cluster has volumes of the types configMap, emptyDir, persistentVolumeClaim and secret", node.Errors);
        Assert.Equal((1, 1), (container.Code, node.Code));
    }

    static async Task<bool> AnswersAsync(int port)
    {
        using var socket = new System.Net.Sockets.TcpClient();
        try
        {
            await socket.ConnectAsync("127.0.0.1", port);
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }
}
