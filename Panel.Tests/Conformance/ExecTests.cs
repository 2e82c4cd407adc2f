using Panel.Core.Files;
using Panel.Kube.Client;
using Panel.Kube.Files;
using Panel.Kube.Servers;
using Panel.Tests.Kube.Servers;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Conformance;

[Trait("Lane", "cluster")]
public sealed class ExecTests(ConformanceSpace conformance) : IClassFixture<ConformanceSpace>
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Program_gets_its_arguments_and_input_and_gives_output_errors_and_code()
    {
        string[] arguments = ["", "a b", "$HOME", "🎮\n", "x&y=z%20+"];
        await using var socket = await ExecAsync(["sh", "-c", "printf '<%s>' \"$@\"; head -c 5; printf oops >&2; exit 42", "x", .. arguments]);
        await socket.WriteAsync("input and more"u8.ToArray(), Stop);
        using var reader = new StreamReader(socket.Out.AsStream());
        Assert.Equal(string.Concat(arguments.Select(argument => $"<{argument}>")) + "input", await reader.ReadToEndAsync(Stop).Within("the output"));
        Assert.Equal(42, await socket.ExitAsync(Stop).Within("the code"));
        Assert.Equal("oops", socket.Errors);
    }

    [Fact]
    public async Task Program_whose_input_ends_ends()
    {
        await using var socket = await ExecAsync(["cat"]);
        Assert.SkipUnless(socket.CanEndInput, $"{conformance.Version} speaks v4.channel.k8s.io, which cannot end a program's input.");
        await socket.WriteAsync("input"u8.ToArray(), Stop);
        await socket.EndInputAsync(Stop);
        using var reader = new StreamReader(socket.Out.AsStream());
        Assert.Equal("input", await reader.ReadToEndAsync(Stop).Within("the output"));
        Assert.Equal(0, await socket.ExitAsync(Stop).Within("the code"));
    }

    [Fact]
    public async Task Connection_that_is_lost_is_no_success()
    {
        var socket = await ExecAsync(["sleep", "1000"]);
        var exit = socket.ExitAsync(Stop);
        await socket.DisposeAsync();
        await Assert.ThrowsAsync<IOException>(() => exit.Within("the answer"));
    }

    [Fact]
    public async Task Program_that_is_not_there_is_a_refusal()
    {
        await using var socket = await ExecAsync(["/no/such/program"]);
        var ended = await Record.ExceptionAsync(() => socket.ExitAsync(Stop).Within("the answer"));
        // some runtimes say so, others give the shell's code
        if (ended is null) Assert.Contains(await socket.ExitAsync(Stop), new[] { 126, 127, 128 });
        else Assert.IsType<KubeException>(ended);
    }

    async Task<ChannelSocket> ExecAsync(string[] command)
    {
        var spec = await conformance.MakeAsync(TestSpecs.Echo);
        await conformance.Space.Files.ListAsync(spec.ObjectName, ServerPath.Root, Stop);
        return await ChannelSocket.ExecAsync(conformance.Space.Client, conformance.Space.Space, ServerObjects.FilesPod(spec.ObjectName), FilesPod.Container, command, Stop);
    }
}
