using System.Globalization;

namespace Panel.Bench;

/// <summary>Resident memory of processes.</summary>
static class Memory
{
    /// <summary>What a process has in RAM, the pages it shares with others included.</summary>
    public static double OfProcess(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }

    /// <summary>MB, as the claims count them.</summary>
    public static string Text(double mebibytes) => (mebibytes * 1.048576).ToString("0", CultureInfo.InvariantCulture) + " MB";
}
