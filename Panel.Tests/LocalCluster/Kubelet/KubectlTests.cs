using System.Diagnostics;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.LocalCluster.Kubelet;

/// <summary>The program that everyone has for Kubernetes, against the cluster of this machine.</summary>
[Trait("Lane", "cluster")]
public sealed class KubectlTests
{
    const string Manifest = """
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"hello"},"spec":{"terminationGracePeriodSeconds":5,"containers":[
        {"name":"game","image":"panel/tools:1","command":["sh","-c","trap 'exit 0' TERM; echo hello; while :; do sleep 0.05; done"]}]}}
        """;

    [Fact]
    public async Task Kubectl_applies_reads_logs_runs_commands_and_deletes()
    {
        if (!File.Exists("/usr/bin/kubectl")) Assert.Skip("kubectl is not installed.");
        await using var machine = await LocalMachine.StartAsync();

        Assert.Equal("pod/hello created\n", await RunAsync(machine, Manifest, "apply", "-f", "-"));
        await machine.UntilReadyAsync("hello");
        Assert.Contains("1/1     Running", await RunAsync(machine, "", "get", "pods"));
        await Deadline.UntilAsync("its log", async () => await RunAsync(machine, "", "logs", "hello") == "hello\n");
        Assert.Equal("input\n3\n", await RunAsync(machine, "input\n", "exec", "-i", "hello", "--", "sh", "-c", "cat; echo 3"));
        var following = RunAsync(machine, "", "logs", "-f", "hello");
        Assert.Equal("pod \"hello\" deleted\n", await RunAsync(machine, "", "delete", "pod", "hello"));
        Assert.Equal("hello\n", await following);
    }

    static async Task<string> RunAsync(LocalMachine machine, string input, params string[] arguments)
    {
        var start = new ProcessStartInfo("/usr/bin/kubectl", ["--kubeconfig", machine.Host.KubeconfigPath, .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync().Within($"kubectl {arguments[0]}");
        Assert.True(process.ExitCode == 0, await complained);
        return await said;
    }
}
