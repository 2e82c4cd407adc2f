using Panel.Core.Servers;

namespace Panel.Kube.Servers;

/// <summary>
/// What asks a game to stop, run in its container before SIGTERM: the cluster itself stops a server in order, whether the panel lives or not.
/// </summary>
static class StopHook
{
    // the game is pid 1 and its input is a pipe, which is opened anew through /proc
    const string Line = """printf '%s\n' "$1" > /proc/1/fd/0; while kill -0 1 2>/dev/null; do sleep 0.2; done""";
    const string Signal = """kill -s "$1" 1; while kill -0 1 2>/dev/null; do sleep 0.2; done""";

    // one that fails leaves it to SIGTERM at once
    const string Program = "\"$@\" || exit 1; while kill -0 1 2>/dev/null; do sleep 0.2; done";
    // whoever asks may not be there, and what is left of the time is for SIGTERM
    const string Outside = """n=$1; while [ "$n" -gt 0 ] && kill -0 1 2>/dev/null; do sleep 0.2; n=$((n - 1)); done""";
    const int ChecksInSecond = 5;

    static readonly string[] Signals = ["HUP", "INT", "QUIT", "USR1", "USR2", "KILL"];

    /// <summary>The command of a preStop hook; null where the cluster's own SIGTERM does.</summary>
    public static List<string>? Of(ServerSpec spec)
    {
        if (spec.StoppedFromOutside) return ["sh", "-c", Outside, "panel-stop", $"{(int)(spec.StopTimeout.TotalSeconds * ChecksInSecond / 2)}"];
        return spec.StopProgram.Count > 0 ? ["sh", "-c", Program, "panel-stop", .. spec.StopProgram] : Of(spec.StopCommand);
    }

    /// <param name="stop">A line for the console, <c>^C</c>, or a signal written <c>^SIGINT</c>.</param>
    /// <inheritdoc cref="Of(ServerSpec)"/>
    public static List<string>? Of(string? stop)
    {
        if (string.IsNullOrWhiteSpace(stop)) return null;
        if (stop[0] != '^') return ["sh", "-c", Line, "panel-stop", stop];
        var name = stop[1..].ToUpperInvariant();
        name = name == "C" ? "INT" : name.StartsWith("SIG", StringComparison.Ordinal) ? name[3..] : name;
        return Signals.Contains(name) ? ["sh", "-c", Signal, "panel-stop", name] : null;
    }
}
