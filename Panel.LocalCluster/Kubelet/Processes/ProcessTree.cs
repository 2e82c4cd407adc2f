namespace Panel.LocalCluster.Kubelet.Processes;

/// <summary>The processes of one container run.</summary>
/// <param name="shim">Its root.</param>
/// <param name="sandboxed">Whether the program is the first of its own process namespace: then its end is the end of all.</param>
/// <param name="mark">The value of <see cref="Processes.Shim.Marker"/> in each of them; no other run has it.</param>
sealed class ProcessTree(ProcessIdentity shim, bool sandboxed, string mark)
{
    public ProcessIdentity Shim => shim;

    public bool Sandboxed => sandboxed;

    /// <summary>The container's own program once it runs, else null.</summary>
    public int? FirstProgram
    {
        get
        {
            if (!shim.IsAlive || ProcFs.Children(shim.Pid) is not [var child, ..]) return null;
            if (!sandboxed) return child;
            // until bubblewrap has built the sandbox its child is bubblewrap still
            return ProcFs.Children(child) is [var first, ..] && ProcFs.Read(first) is { Dead: false, Command: not "bwrap" } ? first : null;
        }
    }

    /// <summary>Asks the container's program to end; the shim and the program's children are not asked.</summary>
    public void Terminate()
    {
        if (FirstProgram is not { } program)
        {
            Kill();
            return;
        }
        // process 1 of a namespace ignores what it has no handler for; anywhere else the signal would have ended it
        Posix.Signal(program, sandboxed && !ProcFs.Catches(program, Posix.SigTerm) ? Posix.SigKill : Posix.SigTerm);
    }

    /// <summary>Ends all but the shim, which then writes the exit code and ends by itself.</summary>
    public void Kill()
    {
        foreach (var pid in Find().Where(pid => pid != shim.Pid)) Posix.Signal(pid, Posix.SigKill);
    }

    /// <summary>Ends the shim too: then there is no exit code.</summary>
    public void KillAll()
    {
        if (shim.IsAlive) Posix.Signal(shim.Pid, Posix.SigKill);
        KillRest();
    }

    /// <summary>After the shim's end: whatever the program left behind.</summary>
    public void KillRest()
    {
        // new ones may be born while the old are being ended
        for (var round = 0; round < 5; round++)
        {
            var rest = Find();
            foreach (var pid in rest) Posix.Signal(pid, Posix.SigKill);
            if (rest.Count == 0 || sandboxed) return;
        }
    }

    HashSet<int> Find()
    {
        var table = ProcessTable.Read();
        var found = table.FindTree(shim).Keys.ToHashSet();
        // without a sandbox a program can leave its parents and its session; the mark in its environment stays
        if (!sandboxed) found.UnionWith(table.FindMarked(shim.Started).Where(marked => marked.Mark == mark).Select(marked => marked.Row.Pid));
        return found;
    }
}
