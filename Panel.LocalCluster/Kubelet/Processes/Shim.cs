namespace Panel.LocalCluster.Kubelet.Processes;

/// <summary>The few lines of shell that stand between the kubelet and a container's program.</summary>
/// <remarks>
/// It holds both ends of every pipe, so that the death of the kubelet neither closes the program's input nor breaks its output: at worst a write waits.
/// It outlives the signals that the program gets and writes the exit code to a file in one step, so that whoever comes next can read it.
/// </remarks>
static class Shim
{
    /// <summary>Set in all processes of a pod, so that they are found even when they left their parents.</summary>
    public const string Marker = "PANEL_POD_UID";

    public const string Input = "in", Output = "out", Error = "err", Exit = "exit", Arguments = "args";

    /// <summary>Arguments of sh: the run's directory, then the working directory, then the program and its arguments.</summary>
    public static IEnumerable<string> ArgumentsFor(string directory, string workingDirectory, bool stdin, bool argumentsFile, IEnumerable<string> program) =>
        ["-c", Script(stdin, argumentsFile), "panel-container", directory, workingDirectory, .. program];

    static string Script(bool stdin, bool argumentsFile) =>
        $"""
        run=$1; cd "$2" || exit 125; shift 2
        exec 0<{(stdin ? $">\"$run/{Input}\"" : "/dev/null")} 1<>"$run/{Output}" 3<>"$run/{Error}" 2>/dev/null
        trap : TERM INT HUP
        "$@" 2>&3 3>&-{(argumentsFile ? $" 9<\"$run/{Arguments}\"" : "")}
        code=$?
        echo "$code" >"$run/{Exit}.new" && mv "$run/{Exit}.new" "$run/{Exit}"
        """;
}
