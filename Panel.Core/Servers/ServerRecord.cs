using Panel.Contracts.Servers;

namespace Panel.Core.Servers;

/// <summary>What the cluster keeps of a server's row, so that a database that was lost can be rebuilt from it.</summary>
public sealed record ServerRecord
{
    /// <summary>A note for its people.</summary>
    public string Description { get; init; } = "";
    /// <summary>The mail address of the account that owns it: the account's id means nothing in a new database.</summary>
    public string OwnerEmail { get; init; } = "";
    /// <summary>The label of its image.</summary>
    public string Image { get; init; } = "";
    /// <summary>The label of its command line; null for the first.</summary>
    public string? Startup { get; init; }
    /// <summary>The key of the nodes that it is on; null for any.</summary>
    public string? NodePool { get; init; }
    /// <summary>The key of its plan.</summary>
    public string Plan { get; init; } = "";
    /// <summary>Processor limit in thousandths of a core.</summary>
    public int CpuMillis { get; init; }
    /// <summary>Memory limit in MiB.</summary>
    public int MemoryMiB { get; init; }
    /// <summary>Volume size in MiB.</summary>
    public int DiskMiB { get; init; }
    /// <summary>Its start values by environment name, without secret ones.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();
    /// <summary>The names of its secret start values; what they are is in the secret part of the environment.</summary>
    public IReadOnlyList<string> SecretVariables { get; init; } = [];
    /// <summary>Its ports, in the template's order.</summary>
    public IReadOnlyList<RecordedPort> Ports { get; init; } = [];
    /// <summary>Counts installs; 0 where there was none.</summary>
    public int InstallAttempt { get; init; }
    /// <summary>Whether that install has not succeeded yet.</summary>
    public bool Installing { get; init; }
    /// <summary>Why it is out of use, in words that its people read; null while it is in use.</summary>
    public string? Suspended { get; init; }
    /// <summary>When the server was made, in UTC.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A port of a server that a cluster keeps.</summary>
/// <param name="Name">Its name in the template.</param>
/// <param name="Number">The port.</param>
/// <param name="Protocol">Its protocols, where people took it beside those of the template; null for one of the template.</param>
/// <param name="Note">What its people say of it; null for nothing.</param>
public sealed record RecordedPort(string Name, int Number, string? Protocol = null, string? Note = null);

/// <summary>A server as the cluster has it.</summary>
public sealed record FoundServer
{
    /// <summary>Names the server.</summary>
    public required ServerId Id { get; init; }
    /// <summary>The name of its objects.</summary>
    public required string ObjectName { get; init; }
    /// <summary>What people call it.</summary>
    public required string Name { get; init; }
    /// <summary>The account that owned it.</summary>
    public required string OwnerId { get; init; }
    /// <summary>The key of its template.</summary>
    public required string Template { get; init; }
    /// <summary>What the cluster keeps of its row; null on objects that hold none.</summary>
    public ServerRecord? Record { get; init; }
    /// <summary>The values of its secret variables; null when they may not be read.</summary>
    public IReadOnlyDictionary<string, string>? Secrets { get; init; } = new Dictionary<string, string>();
    /// <summary>Whether it shall run.</summary>
    public bool Running { get; init; }
    /// <summary>Counts its starts.</summary>
    public int Starts { get; init; }
}

/// <summary>Reads servers back from the cluster.</summary>
public interface IServerRecords
{
    /// <summary>Every server that the cluster has and that is not being removed, by the name of its objects.</summary>
    /// <exception cref="Errors.ClusterUnavailableException">The cluster cannot be reached or refuses.</exception>
    Task<IReadOnlyList<FoundServer>> ReadAsync(CancellationToken cancellation);
}
