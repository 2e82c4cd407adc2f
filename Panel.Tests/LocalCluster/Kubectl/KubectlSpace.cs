using System.Diagnostics;
using System.Text;
using Panel.Tests.LocalCluster.Kubelet;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.LocalCluster.Kubectl;

/// <summary>What a kubectl said and how it ended.</summary>
public sealed record Said(int Code, string Output, string Errors);

/// <summary>kubectl in one namespace of the cluster.</summary>
public sealed class KubectlSpace(string program, LocalMachine machine, TempFolder home, string name) : IAsyncDisposable
{
    /// <summary>The namespace.</summary>
    public string Name => name;

    /// <summary>Variables for kubectl.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>A file of the test's own.</summary>
    public string File(string file) => Path.Combine(Directory.CreateDirectory(home[name]).FullName, file);

    /// <summary>Runs kubectl to its end.</summary>
    public Task<Said> RunAsync(params string[] arguments) => FeedAsync("", arguments);

    /// <summary>Runs kubectl to its end and fails the test when it fails.</summary>
    /// <returns>Its output.</returns>
    public Task<string> OkAsync(params string[] arguments) => OkFedAsync("", arguments);

    /// <summary>Applies a manifest.</summary>
    public Task<string> ApplyAsync(string manifest, params string[] more) => OkFedAsync(manifest, ["apply", "-f", "-", .. more]);

    /// <summary>Runs kubectl with an input and fails the test when it fails.</summary>
    public async Task<string> OkFedAsync(string input, params string[] arguments)
    {
        var said = await FeedAsync(input, arguments);
        Assert.True(said.Code == 0, $"kubectl {string.Join(' ', arguments)}: {said.Code}\n{said.Output}\n{said.Errors}");
        return said.Output;
    }

    /// <summary>Runs kubectl with an input.</summary>
    public async Task<Said> FeedAsync(string input, params string[] arguments)
    {
        using var process = Start(arguments);
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // it ended before it read: what it says tells why
            Assert.NotEqual(0, input.Length);
        }
        try
        {
            await process.WaitForExitAsync().Within($"kubectl {string.Join(' ', arguments)}", TimeSpan.FromMinutes(1));
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        return new(process.ExitCode, await said, await complained);
    }

    /// <summary>Begins a kubectl that goes on.</summary>
    public RunningKubectl Begin(params string[] arguments) => new(Start(arguments));

    /// <summary>Applies a pod of one container that runs a shell script, and waits until it runs.</summary>
    public async Task RunPodAsync(string pod, string script, string container = "")
    {
        await ApplyAsync($$"""
            apiVersion: v1
            kind: Pod
            metadata: { name: {{pod}}, labels: { app: {{pod}} } }
            spec:
              terminationGracePeriodSeconds: 2
              containers:
              - name: game
                image: panel/tools:1
                command: [ sh, -c, {{System.Text.Json.JsonSerializer.Serialize(script)}} ]
            {{(container.Length == 0 ? "" : "    " + container)}}
            """);
        await OkAsync("wait", "--for=condition=Ready", $"pod/{pod}", "--timeout=30s");
    }

    /// <summary>Goes on as whoever a token belongs to.</summary>
    public void UseToken(string token)
    {
        var path = File("kubeconfig");
        System.IO.File.WriteAllText(path, string.Join('\n', System.IO.File.ReadLines(machine.Host.KubeconfigPath).Select(line => line.TrimStart().StartsWith("token:", StringComparison.Ordinal) ? $"    token: \"{token}\"" : line)));
        Environment["KUBECONFIG"] = path;
    }

    public async ValueTask DisposeAsync()
    {
        Environment.Remove("KUBECONFIG");
        await RunAsync("delete", "namespace", name, "--wait=false");
    }

    Process Start(string[] arguments)
    {
        var start = new ProcessStartInfo(program, ["--namespace", name, .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        // its caches and settings are the test run's own
        (start.Environment["HOME"], start.Environment["KUBECONFIG"]) = (home.Path, machine.Host.KubeconfigPath);
        start.Environment["KUBE_EDITOR"] = File("editor");
        foreach (var (key, value) in Environment) start.Environment[key] = value;
        return Process.Start(start)!;
    }
}

/// <summary>A kubectl that goes on until it is ended.</summary>
public sealed class RunningKubectl : IAsyncDisposable
{
    readonly Process process;
    readonly StringBuilder text = new();
    readonly Task reading;

    internal RunningKubectl(Process process)
    {
        this.process = process;
        reading = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
    }

    /// <summary>All it has said so far.</summary>
    public string Text
    {
        get
        {
            lock (text) return text.ToString();
        }
    }

    public async Task WriteAsync(string input)
    {
        await process.StandardInput.WriteAsync(input);
        await process.StandardInput.FlushAsync();
    }

    /// <summary>Waits until it has said something.</summary>
    public async Task UntilAsync(string said)
    {
        try
        {
            await Deadline.UntilAsync($"'{said}'", () => Text.Contains(said, StringComparison.Ordinal));
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{late.Message}; it said: {Text}", late);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        await reading.Within("the end of kubectl");
        process.Dispose();
    }

    async Task ReadAsync(StreamReader from)
    {
        var buffer = new char[1024];
        while (await from.ReadAsync(buffer) is > 0 and var read)
        {
            lock (text) text.Append(buffer, 0, read);
        }
    }
}
