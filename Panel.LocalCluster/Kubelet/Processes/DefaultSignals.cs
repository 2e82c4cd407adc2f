using System.ComponentModel;
using System.Diagnostics;

namespace Panel.LocalCluster.Kubelet.Processes;

/// <summary>
/// A panel that a script starts in the background ignores SIGINT, and every program that it starts would do so too: a game that is stopped by that
/// signal would have to be killed. A shell cannot take an ignored signal back; <c>env</c> of GNU can.
/// </summary>
static class DefaultSignals
{
    const string Program = "/usr/bin/env", Option = "--default-signal=INT,QUIT";

    /// <summary>What stands before a program so that it hears these signals; nothing where this machine's <c>env</c> cannot do it.</summary>
    public static IReadOnlyList<string> Before { get; } = IsThere() ? [Program, Option] : [];

    static bool IsThere()
    {
        try
        {
            using var probe = Process.Start(new ProcessStartInfo(Program, [Option, "true"]) { RedirectStandardError = true });
            return probe is not null && probe.WaitForExit(TimeSpan.FromSeconds(5)) && probe.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
