namespace Panel.LocalCluster.Kubelet.Processes;

/// <summary>All processes of the machine at one moment, indexed for finding trees.</summary>
sealed class ProcessTable
{
    readonly Dictionary<int, ProcessRow> rows;
    readonly ILookup<int, ProcessRow> children, sessions;

    ProcessTable(List<ProcessRow> all)
    {
        rows = all.ToDictionary(row => row.Pid);
        children = all.ToLookup(row => row.Parent);
        sessions = all.ToLookup(row => row.Session);
    }

    public static ProcessTable Read() => new(ProcFs.ReadAll());

    /// <summary>The processes of a run: those in the shim's session and all their descendants, wherever these went.</summary>
    public Dictionary<int, ProcessRow> FindTree(ProcessIdentity shim)
    {
        var found = new Dictionary<int, ProcessRow>();
        var open = new Queue<ProcessRow>();
        // the number of a session is not given away while a member lives, but it may have been after the last had died
        foreach (var member in sessions[shim.Pid].Where(row => row.Started >= shim.Started)) Take(member);
        while (open.TryDequeue(out var row))
        {
            foreach (var child in children[row.Pid]) Take(child);
        }
        return found;

        void Take(ProcessRow row)
        {
            if (!row.Dead && found.TryAdd(row.Pid, row)) open.Enqueue(row);
        }
    }

    /// <summary>A process and its descendants.</summary>
    public IEnumerable<ProcessRow> FindDescendants(int pid) =>
        rows.TryGetValue(pid, out var row) ? children[pid].SelectMany(child => FindDescendants(child.Pid)).Prepend(row) : [];

    /// <summary>Processes that bear a pod's mark, with its value.</summary>
    public IEnumerable<(ProcessRow Row, string Mark)> FindMarked(long since = 0)
    {
        foreach (var row in rows.Values.Where(row => !row.Dead && row.Started >= since))
        {
            if (ProcFs.ReadVariable(row.Pid, Shim.Marker) is { Length: > 0 } mark) yield return (row, mark);
        }
    }
}
