using System.Diagnostics;
using Panel.Tests.Support;

namespace Panel.Bench;

/// <summary>The demo game on two pipes, without panel or cluster: the least that what it does can cost.</summary>
sealed class LoneGame : IAsyncDisposable
{
    readonly TempFolder folder = new();
    Process? process;

    /// <summary>Starts it and waits for its ready line.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Panel.Games.dll"), "demo"])
        {
            WorkingDirectory = folder.Path,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment = { ["SERVER_PORT"] = $"{FreePort.Next()}" },
        })!;
        await UntilAsync("Done (", cancellation);
    }

    /// <summary>Types a line.</summary>
    public async Task TypeAsync(string line, CancellationToken cancellation)
    {
        await process!.StandardInput.WriteLineAsync(line.AsMemory(), cancellation);
        await process.StandardInput.FlushAsync(cancellation);
    }

    /// <summary>Reads to the line that holds a text.</summary>
    /// <returns>How many lines were read.</returns>
    public async Task<int> UntilAsync(string text, CancellationToken cancellation)
    {
        for (var read = 1; ; read++)
        {
            var line = await process!.StandardOutput.ReadLineAsync(cancellation) ?? throw new InvalidOperationException("The game ended.");
            if (line.Contains(text, StringComparison.Ordinal)) return read;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
        folder.Dispose();
    }
}
