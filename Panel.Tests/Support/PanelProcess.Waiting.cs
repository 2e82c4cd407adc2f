using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Panel.Tests.Support;

/// <summary>What a test waits for.</summary>
public sealed partial class PanelProcess
{
    /// <summary>Starts it and waits until it answers.</summary>
    public async Task StartAsync()
    {
        var started = Launch();
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        await Deadline.UntilAsync("the panel answers", async () =>
        {
            if (started.HasExited) throw new InvalidOperationException($"The panel ended with {started.ExitCode}:\n{Output}");
            try
            {
                using var answer = await http.GetAsync(new Uri(Address, "healthz"));
                return answer.IsSuccessStatusCode;
            }
            catch (Exception notYet) when (notYet is HttpRequestException or TaskCanceledException)
            {
                return false;
            }
        }, TimeSpan.FromSeconds(60));
    }

    /// <summary>Starts one that will not live, and waits until it has ended.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> StartToItsEndAsync()
    {
        var started = Launch();
        await started.WaitForExitAsync().Within("the panel ends");
        return started.ExitCode;
    }

    /// <summary>Runs one of its commands beside it, with its settings.</summary>
    /// <returns>The exit code and what it printed.</returns>
    public async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        using var command = Process.Start(Info("dotnet", [Path.Combine(AppContext.BaseDirectory, "Panel.Web.dll"), .. arguments, "--contentRoot", AppContext.BaseDirectory]))!;
        var (said, complained) = (command.StandardOutput.ReadToEndAsync(), command.StandardError.ReadToEndAsync());
        try
        {
            await command.WaitForExitAsync().Within("the command's end", TimeSpan.FromSeconds(60));
        }
        finally
        {
            if (!command.HasExited) command.Kill();
        }
        return (command.ExitCode, await said + await complained);
    }

    /// <summary>The one-time link for the first administrator that it printed.</summary>
    public async Task<Uri> SetupLinkAsync()
    {
        await Deadline.UntilAsync("the set-up link is printed", () => SetupLink().IsMatch(Output));
        return new Uri(Address, new Uri(SetupLink().Match(Output).Value).PathAndQuery);
    }

    [GeneratedRegex(@"https?://\S+/setup\?token=[\w%.~-]+")]
    private static partial Regex SetupLink();
}
