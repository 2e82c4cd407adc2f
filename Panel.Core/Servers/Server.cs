using Panel.Contracts.Servers;
using Panel.Core.Errors;
using Panel.Core.Plans;

namespace Panel.Core.Servers;

/// <summary>What is wanted of a server.</summary>
public enum RunIntent
{
    /// <summary>It shall not run.</summary>
    Stopped,
    /// <summary>It shall run.</summary>
    Running,
}

/// <summary>What forbids change for a while.</summary>
public enum Hold
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>The template's install script runs.</summary>
    Installing,
    /// <summary>The install script failed; only another install helps.</summary>
    InstallFailed,
    /// <summary>A backup is being put back.</summary>
    Restoring,
    /// <summary>It and its files are being removed.</summary>
    Deleting,
}

/// <summary>Who took a server out of use; it may be both.</summary>
[Flags]
public enum Suspension
{
    /// <summary>Nobody.</summary>
    None = 0,
    /// <summary>An operator, this server alone.</summary>
    Server = 1,
    /// <summary>An operator, its owner's account.</summary>
    Owner = 2,
}

/// <summary>A person's game server: what is wanted of it. What it does is seen, never stored.</summary>
public sealed class Server
{
    /// <summary>For the database alone.</summary>
    Server() { }

    /// <summary>Makes a server that waits for its install, or, without one, to be started.</summary>
    internal Server(ServerId id, string ownerId, string name, string template, string image, DateTimeOffset now)
    {
        Id = id;
        ObjectName = ObjectNames.For(name, id);
        OwnerId = ownerId;
        Name = name;
        Template = template;
        Image = image;
        CreatedAt = now;
    }

    /// <summary>Makes the row of a server that a cluster has: as it was, so that nothing of it is started or stopped.</summary>
    /// <param name="found">The server.</param>
    /// <param name="ownerId">The account that owns it.</param>
    /// <param name="variables">Its start values, as a row holds them.</param>
    internal static Server Adopt(FoundServer found, string ownerId, Dictionary<string, string> variables)
    {
        var record = found.Record ?? throw new ArgumentException("The objects hold no record.", nameof(found));
        var server = new Server(found.Id, ownerId, found.Name, found.Template, record.Image, record.CreatedAt)
        {
            ObjectName = found.ObjectName,
            Description = record.Description,
            Startup = record.Startup ?? "",
            NodePool = record.NodePool ?? "",
            Variables = variables,
            Plan = record.Plan,
            CpuMillis = record.CpuMillis,
            MemoryMiB = record.MemoryMiB,
            DiskMiB = record.DiskMiB,
            Intent = found.Running ? RunIntent.Running : RunIntent.Stopped,
            Starts = found.Starts,
            PreparedStarts = found.Starts,
            InstallAttempt = record.InstallAttempt,
            Hold = record.Installing ? Hold.Installing : Hold.None,
        };
        if (record.Suspended is { } reason) server.Suspend(Suspension.Server, reason);   // nobody gets around it by losing a database
        server.Allocations.AddRange(record.Ports.Select((port, order) => new Allocation { Port = port.Number, ServerId = found.Id, Name = port.Name, Order = order, Protocol = port.Protocol, Note = port.Note ?? "" }));
        return server;
    }

    /// <summary>Names the server.</summary>
    public ServerId Id { get; private set; }
    /// <summary>The name of its objects in the cluster; a rename does not change it.</summary>
    public string ObjectName { get; private set; } = "";
    /// <summary>The account that owns it.</summary>
    public string OwnerId { get; private set; } = "";
    /// <summary>What people call it.</summary>
    public string Name { get; private set; } = "";
    /// <summary>A note for its people.</summary>
    public string Description { get; internal set; } = "";
    /// <summary>The key of its template.</summary>
    public string Template { get; private set; } = "";
    /// <summary>The label of its image.</summary>
    public string Image { get; internal set; } = "";
    /// <summary>The label of its command line; empty for the first.</summary>
    public string Startup { get; internal set; } = "";
    /// <summary>The key of the nodes that it is on, as its plan said when it was made; empty for any.</summary>
    public string NodePool { get; internal init; } = "";
    /// <summary>Its start values by environment name.</summary>
    public Dictionary<string, string> Variables { get; internal set; } = [];
    /// <summary>The key of its plan.</summary>
    public string Plan { get; private set; } = "";
    /// <summary>Processor limit in thousandths of a core.</summary>
    public int CpuMillis { get; private set; }
    /// <summary>Memory limit in MiB.</summary>
    public int MemoryMiB { get; private set; }
    /// <summary>Volume size in MiB.</summary>
    public int DiskMiB { get; private set; }
    /// <summary>Its ports.</summary>
    public List<Allocation> Allocations { get; private set; } = [];
    /// <summary>Whether it shall run.</summary>
    public RunIntent Intent { get; private set; }
    /// <summary>What forbids change.</summary>
    public Hold Hold { get; private set; }
    /// <summary>Why, where the hold's name does not say it all.</summary>
    public string? HoldReason { get; private set; }
    /// <summary>Who took it out of use.</summary>
    public Suspension Suspension { get; private set; }
    /// <summary>Why it is out of use, in words that its people read.</summary>
    public string SuspendReason { get; private set; } = "";
    /// <summary>Until when support may read its console and files, in UTC; null for not at all.</summary>
    public DateTimeOffset? SupportUntil { get; internal set; }
    /// <summary>Counts the starts that were asked for; a pod of a lower number is replaced.</summary>
    public int Starts { get; private set; }
    /// <summary>Pods up to this start get no time to save.</summary>
    public int KilledThrough { get; private set; }
    /// <summary>The start whose config files are in place.</summary>
    public int PreparedStarts { get; private set; }
    /// <summary>Counts installs; 0 where there was none.</summary>
    public int InstallAttempt { get; private set; }
    /// <summary>Whether the install wipes the volume first.</summary>
    public bool InstallWipes { get; private set; }
    /// <summary>When its program ended by itself since it was started; null where it did not.</summary>
    public CrashTally? Crashes { get; internal set; }
    /// <summary>Why the panel stopped it, in words; empty where it did not.</summary>
    public string StopReason { get; private set; } = "";
    /// <summary>When the server was made, in UTC.</summary>
    public DateTimeOffset CreatedAt { get; private set; }
    /// <summary>Grows with each change: a change of an older row is refused by the database.</summary>
    public int Revision { get; private set; }

    internal void Touch() => Revision++;

    /// <summary>Calls it something else. Its objects keep their name.</summary>
    internal void Rename(string name, string description)
    {
        RequireNotDeleting();
        RequireInUse();
        (Name, Description) = (name, description);
    }

    /// <summary>Gives it the limits of a plan.</summary>
    /// <exception cref="ConflictException">A volume can grow, never shrink, and does not move to other nodes.</exception>
    internal void Move(Plan plan)
    {
        RequireNotDeleting();
        RequireInUse();
        if (plan.NodePool.Length > 0 && plan.NodePool != NodePool) throw new ConflictException($"The plan {plan.Name} is for other nodes, and a volume does not move between nodes. Make a new server there and move the files over.");
        if (plan.DiskMiB < DiskMiB) throw new ConflictException($"The plan has {plan.DiskMiB} MiB of disk and the server's volume has {DiskMiB} MiB: a volume can grow and cannot shrink.");
        (Plan, CpuMillis, MemoryMiB, DiskMiB) = (plan.Key, plan.CpuMillis, plan.MemoryMiB, plan.DiskMiB);
    }

    /// <summary>Changes whether it runs. Kill passes every hold but removal; the others wait for it to end.</summary>
    /// <exception cref="ConflictException">A hold forbids it, or it is suspended.</exception>
    internal void Power(PowerAction action)
    {
        RequireNotDeleting();
        RequireInUse();   // what was wanted before is to be wanted again afterwards
        if (action != PowerAction.Kill) RequireFree();
        switch (action)
        {
            case PowerAction.Start when Intent == RunIntent.Running:
                return; // it is wanted already: the same wish twice is one wish
            case PowerAction.Start or PowerAction.Restart:
                Intent = RunIntent.Running;
                Starts++;
                break;
            case PowerAction.Stop:
                Intent = RunIntent.Stopped;
                break;
            case PowerAction.Kill:
                Intent = RunIntent.Stopped;
                KilledThrough = Starts;
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(action));
        }
        (Crashes, StopReason) = (null, "");
    }

    /// <summary>Stops it because its program ends again and again; whoever starts it next begins anew.</summary>
    /// <param name="reason">Why, in words that its people read.</param>
    internal void Halt(string reason) => (Intent, StopReason) = (RunIntent.Stopped, reason);

    /// <summary>Takes it out of use: what runs is stopped, the files stay, and what was wanted before is wanted again afterwards.</summary>
    /// <param name="by">Who takes it out of use.</param>
    /// <param name="reason">Why, in words that its people read.</param>
    internal void Suspend(Suspension by, string reason)
    {
        // why this server alone was taken out of use says more than what its owner did
        if (by != Suspension.Owner || !Suspension.HasFlag(Suspension.Server)) SuspendReason = reason;
        Suspension |= by;
    }

    /// <summary>Puts it back into use, unless it was taken out for another cause too.</summary>
    /// <param name="by">The cause that is gone.</param>
    /// <param name="remaining">Why its owner is out of use, should that be the cause that is left.</param>
    /// <exception cref="ConflictException">It was not out of use for this cause.</exception>
    internal void Resume(Suspension by, string remaining = "")
    {
        if (!Suspension.HasFlag(by)) throw new ConflictException(Suspension == Suspension.None ? "The server is not suspended." : "The server is suspended with its owner's account; resume that.");
        Suspension &= ~by;
        if (Suspension != Suspension.Server) SuspendReason = Suspension == Suspension.None ? "" : remaining;
    }

    /// <summary>Gives it to somebody else, whose account is in use.</summary>
    internal void Transfer(string ownerId)
    {
        RequireNotDeleting();
        OwnerId = ownerId;
        if (Suspension.HasFlag(Suspension.Owner)) Resume(Suspension.Owner);
    }

    /// <summary>Asks for the install script.</summary>
    /// <exception cref="ConflictException">A hold other than a failed install forbids it.</exception>
    internal void Install(bool wipe)
    {
        RequireInUse();
        if (Hold != Hold.InstallFailed) RequireFree();
        (Hold, HoldReason, InstallWipes, Crashes, StopReason) = (Hold.Installing, null, wipe, null, "");
        InstallAttempt++;
    }

    /// <summary>Makes it a server of another game: what runs is stopped, and the new game's script runs where it has one.</summary>
    /// <param name="template">The game.</param>
    /// <param name="image">The label of its image.</param>
    /// <param name="startup">The label of its command line; empty for the first.</param>
    /// <param name="wipe">Whether everything in the volume goes first.</param>
    /// <exception cref="ConflictException">A hold other than a failed install forbids it, or it is suspended.</exception>
    internal void Remake(Templates.Template template, string image, string startup, bool wipe)
    {
        RequireInUse();
        if (Hold != Hold.InstallFailed) RequireFree();
        (Template, Image, Startup) = (template.Key, image, startup);
        if (template.Install is not null || wipe)
        {
            Install(wipe);
            return;
        }
        (Hold, HoldReason, Crashes, StopReason) = (Hold.None, null, null, "");
        if (Intent == RunIntent.Running) Starts++;   // the pod of the game before it goes
    }

    /// <summary>Takes it as installed though the script failed: whoever read why knows that it does.</summary>
    /// <exception cref="ConflictException">No install of it failed, or it is suspended.</exception>
    internal void AcceptInstall()
    {
        RequireInUse();
        if (Hold != Hold.InstallFailed) throw new ConflictException("No install of the server has failed.");
        (Hold, HoldReason) = (Hold.None, null);
    }

    /// <summary>Asks for its removal.</summary>
    /// <exception cref="ConflictException">A backup is being put back.</exception>
    internal void Delete()
    {
        if (Hold == Hold.Restoring) throw new ConflictException(Refusal);
        (Hold, HoldReason, Intent) = (Hold.Deleting, null, RunIntent.Stopped);
    }

    /// <summary>Asks for its removal because its owner's account goes; until nothing is left of it, it is somebody else's.</summary>
    /// <exception cref="ConflictException">A backup is being put back.</exception>
    internal void Delete(string ownerId)
    {
        Delete();
        OwnerId = ownerId;
    }

    /// <summary>Refuses what has to wait for a hold to end.</summary>
    /// <exception cref="ConflictException">A hold forbids it, or it is suspended.</exception>
    internal void RequireFree()
    {
        RequireInUse();
        if (Hold != Hold.None) throw new ConflictException(Refusal);
    }

    /// <summary>Refuses what may not be done to a server that is out of use.</summary>
    /// <exception cref="ConflictException">It is suspended.</exception>
    internal void RequireInUse()
    {
        if (Suspension != Suspension.None) throw new ConflictException($"The server is suspended{(SuspendReason.Length > 0 ? ": " + SuspendReason : "; ask an administrator.")}");
    }

    /// <summary>Refuses what makes no sense on a server that goes away.</summary>
    internal void RequireNotDeleting()
    {
        if (Hold == Hold.Deleting) throw new ConflictException(Refusal);
    }

    string Refusal => Hold switch
    {
        Hold.Installing => "The server is being installed; try again when that is done.",
        Hold.InstallFailed => "The install failed; reinstall the server, or take it as installed.",
        Hold.Restoring => "A backup is being put back; try again when that is done.",
        Hold.Deleting => "The server is being deleted.",
        _ => "The server is busy.",
    };
}
