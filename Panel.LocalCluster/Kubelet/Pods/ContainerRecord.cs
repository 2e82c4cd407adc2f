using System.Text.Json;
using Panel.LocalCluster.Kubelet.Processes;

namespace Panel.LocalCluster.Kubelet.Pods;

/// <summary>How a run of a container ended.</summary>
sealed record ContainerEnd(int ExitCode, string Reason, string? Message, DateTimeOffset StartedAt, DateTimeOffset FinishedAt, string ContainerId);

/// <summary>What is kept of a container beside the API's objects, so that the next kubelet finds its processes and counts on.</summary>
sealed record ContainerRecord
{
    /// <summary>Number of the newest run, from 1; 0 before the first.</summary>
    public int Run { get; init; }

    /// <summary>How often it was started again because it had ended.</summary>
    public int Restarts { get; init; }

    /// <summary>The newest run's shim; null when none was started.</summary>
    public ProcessIdentity? Shim { get; init; }

    public bool Sandboxed { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>How the newest run ended; null while it runs.</summary>
    public ContainerEnd? End { get; init; }

    /// <summary>How the run before it ended.</summary>
    public ContainerEnd? Last { get; init; }

    /// <summary>The cluster's shutdown ended the newest run: the next start is no restart.</summary>
    public bool Suspended { get; init; }

    /// <summary>The pause before the next start, doubled with each failure.</summary>
    public TimeSpan Backoff { get; init; }

    /// <summary>Reads what was kept; a container without a record, or a torn one, begins anew.</summary>
    public static ContainerRecord Read(string path)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<ContainerRecord>(File.ReadAllBytes(path)) ?? new() : new();
        }
        catch (JsonException)
        {
            return new();
        }
    }

    /// <summary>Keeps it, in one step.</summary>
    public void Write(string path)
    {
        var fresh = path + ".new";
        File.WriteAllBytes(fresh, JsonSerializer.SerializeToUtf8Bytes(this));
        File.Move(fresh, path, overwrite: true);
    }
}
