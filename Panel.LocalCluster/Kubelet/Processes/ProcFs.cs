using System.Globalization;
using System.Text;

namespace Panel.LocalCluster.Kubelet.Processes;

/// <summary>
/// One row of the process table. Started is in clock ticks after boot and, with the boot's id, tells a process from a later one of the same number;
/// CpuTicks are its own and those of children that it has waited for.
/// </summary>
readonly record struct ProcessRow(int Pid, int Parent, int Session, string Command, char State, long Started, long CpuTicks, long RssBytes)
{
    public bool Dead => State is 'Z' or 'X';
}

/// <summary>Reads /proc.</summary>
static class ProcFs
{
    /// <summary>Clock ticks a second: fixed for user space on every architecture that .NET runs on.</summary>
    public const int TicksPerSecond = 100;

    static readonly Lazy<string> Boot = new(() => File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim());

    /// <summary>Changes with every start of the machine.</summary>
    public static string BootId => Boot.Value;

    /// <summary>Every process there is.</summary>
    public static List<ProcessRow> ReadAll()
    {
        var rows = new List<ProcessRow>(256);
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && Read(pid) is { } row) rows.Add(row);
        }
        return rows;
    }

    /// <summary>One process, or null when there is none.</summary>
    public static ProcessRow? Read(int pid)
    {
        if (ReadText($"/proc/{pid}/stat") is not { } text) return null;
        // the second field is the command in parentheses and may itself hold spaces and parentheses
        int open = text.IndexOf('('), close = text.LastIndexOf(')');
        if (open < 0 || close < open) return null;
        var fields = text[(close + 2)..].Split(' ');
        return new(
            pid, Int(fields[1]), Int(fields[3]), text[(open + 1)..close], fields[0][0],
            Started: Long(fields[19]), CpuTicks: Long(fields[11]) + Long(fields[12]) + Long(fields[13]) + Long(fields[14]), RssBytes: Long(fields[21]) * Environment.SystemPageSize);
    }

    /// <summary>Whether this very process still runs.</summary>
    public static bool IsAlive(int pid, long started) => Read(pid) is { Dead: false } row && row.Started == started;

    /// <summary>The children of a process, oldest first.</summary>
    public static IReadOnlyList<int> Children(int pid) =>
        ReadText($"/proc/{pid}/task/{pid}/children") is { } text
            ? [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Int)]
            : [];

    /// <summary>Whether the process has a handler for the signal. The first program of a sandbox gets no default action: without a handler nothing happens.</summary>
    public static bool Catches(int pid, int signal)
    {
        const string Field = "SigCgt:";
        var line = ReadText($"/proc/{pid}/status")?.Split('\n').FirstOrDefault(line => line.StartsWith(Field, StringComparison.Ordinal));
        return line is not null && (ulong.Parse(line.AsSpan(Field.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> (signal - 1) & 1) != 0;
    }

    /// <summary>A variable that the process was started with, or null.</summary>
    public static string? ReadVariable(int pid, string name)
    {
        try
        {
            var environment = File.ReadAllBytes($"/proc/{pid}/environ").AsSpan();
            var head = Encoding.UTF8.GetBytes(name + "=");
            foreach (var range in environment.Split((byte)0))
            {
                if (environment[range].StartsWith(head)) return Encoding.UTF8.GetString(environment[range][head.Length..]);
            }
            return null;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    static int Int(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    static long Long(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    // a process may end between two looks at it
    static string? ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
