using System.Text;
using Panel.Kube.Wire;
using Panel.LocalCluster.Kubelet.Logs;

namespace Panel.LocalCluster.Kubelet.Pods;

/// <summary>Says in Kubernetes' words how a container ended.</summary>
static class ContainerEnding
{
    public const string StartError = "StartError";

    const int MessageLines = 80, MessageBytes = 2048;

    public static (string Reason, string? Message) Explain(int code, bool outOfMemory, bool sandboxed, Container spec, string logDirectory)
    {
        if (outOfMemory) return ("OOMKilled", null);
        if (code == 0) return ("Completed", null);
        // bubblewrap says itself why it could not build the sandbox or start the program
        if (sandboxed && code is 1 or 127 && ReadTail(logDirectory, 1) is { } last && last.StartsWith("bwrap: ", StringComparison.Ordinal))
            return (StartError, last["bwrap: ".Length..].Trim());
        return ("Error", spec.TerminationMessagePolicy == "FallbackToLogsOnError" ? ReadTail(logDirectory, MessageLines) : null);
    }

    static string? ReadTail(string directory, int lines)
    {
        try
        {
            return Directory.Exists(directory) ? ReadTail(new LogReader(directory, null), lines) : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            // the log explains an end; without it the end is what it is
            return null;
        }
    }

    static string? ReadTail(LogReader reader, int lines)
    {
        var text = new MemoryStream();
        reader.ReadAsync(reader.FindTail(lines), follow: false, (in LogEntry entry) =>
        {
            text.Write(entry.Text);
            if (!entry.Partial) text.WriteByte((byte)'\n');
            return true;
        }, _ => ValueTask.CompletedTask, CancellationToken.None).GetAwaiter().GetResult();
        var bytes = text.ToArray().AsSpan();
        return bytes.IsEmpty ? null : Encoding.UTF8.GetString(bytes.Length > MessageBytes ? bytes[^MessageBytes..] : bytes);
    }
}
