using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Panel.Tests.LocalCluster.Kubelet;
using Panel.Tests.Support;
using Xunit;

[assembly: AssemblyFixture(typeof(Panel.Tests.LocalCluster.Kubectl.KubectlCluster))]

namespace Panel.Tests.LocalCluster.Kubectl;

/// <summary>
/// One local cluster for all that kubectl is driven through, started with the first test that asks, and a namespace a test. kubectl is that of <c>PANEL_TEST_KUBECTL</c>, or the
/// one in the path; without one of 1.32 or newer the tests are skipped.
/// </summary>
public sealed class KubectlCluster : IAsyncDisposable
{
    readonly SemaphoreSlim gate = new(1);
    readonly TempFolder home = new();
    LocalMachine? machine;
    string? program, missing;
    int spaces;

    public async Task<KubectlSpace> OpenAsync()
    {
        await StartAsync();
        if (missing is not null) Assert.Skip(missing);
        var name = string.Create(CultureInfo.InvariantCulture, $"t{Interlocked.Increment(ref spaces)}");
        var space = new KubectlSpace(program!, machine!, home, name);
        await space.OkAsync("create", "namespace", name);
        return space;
    }

    public async ValueTask DisposeAsync()
    {
        if (machine is not null) await machine.DisposeAsync();
        home.Dispose();
        gate.Dispose();
    }

    async Task StartAsync()
    {
        await gate.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (program is not null || missing is not null) return;
            program = Environment.GetEnvironmentVariable("PANEL_TEST_KUBECTL") is { Length: > 0 } named ? named : InPath();
            missing = await WhyNotAsync(program);
            if (missing is null) machine = await LocalMachine.StartAsync();
        }
        finally
        {
            gate.Release();
        }
    }

    static async Task<string?> WhyNotAsync(string? program)
    {
        if (program is null) return "kubectl is not installed.";
        var start = new ProcessStartInfo(program, ["version", "--client", "-o", "json"]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var said = await process.StandardOutput.ReadToEndAsync().Within("kubectl version");
        var minor = JsonDocument.Parse(said).RootElement.GetProperty("clientVersion").GetProperty("minor").GetString()!;
        return int.Parse(minor.TrimEnd('+'), CultureInfo.InvariantCulture) >= 32 ? null : $"kubectl 1.{minor} is older than 1.32.";
    }

    static string? InPath() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, "kubectl")).FirstOrDefault(File.Exists);
}
